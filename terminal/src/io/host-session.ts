import { retailMac, tagName } from '@kassa/emv';
import { type Codec, encodeWithMac, type Message, macOf, traceMessage } from '@kassa/iso8583';
import { type Clock, type EmitStep, equalSecret, transactionId } from '@kassa/primitives';
import { ECHO_INTERVAL_MS } from '../limits.ts';
import { type NetworkCode, networkMessage, type TerminalIdentity } from '../messages.ts';
import { traceNumbers } from '../trace-numbers.ts';
import { createHostLink, type HostAnswer } from './host-link.ts';
import type { TerminalStore } from './terminal-store.ts';

export interface HostSessionPorts {
  readonly identity: TerminalIdentity;
  readonly address: string;
  readonly port: number;
  readonly codec: Codec;
  /** Shared with the acquirer, 16 bytes. */
  readonly macKey: Uint8Array;
  readonly responseTimeoutMs: number;
  readonly store: TerminalStore;
  readonly clock: Clock;
  readonly emit: EmitStep;
}

/** The terminal's conversation with its host: signs on, seals what it sends, checks what it gets. */
export interface HostSession {
  readonly online: boolean;
  /** Connects and signs on where that has not been done. */
  open(): Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }>;
  ask(request: Message): Promise<HostAnswer>;
  close(): void;
}

export function createHostSession(ports: HostSessionPorts): HostSession {
  const { identity, codec, emit } = ports;
  let signedOn = false;
  let opening: ReturnType<HostSession['open']> | undefined;
  const tell = (type: string, data: Record<string, unknown>): void =>
    emit({ type, transactionId: null, terminalId: identity.id, data });
  const link = createHostLink({
    address: ports.address,
    port: ports.port,
    codec,
    onConnected: () =>
      tell('terminal.host-connected', { why: `connected to ${ports.address}:${ports.port}` }),
    onDisconnected: (why) => {
      signedOn = false;
      tell('terminal.host-disconnected', { why });
    },
    onUnmatched: (message, bytes, why) => {
      tellMessage(ports, 'terminal.message-unmatched', message, bytes, { why });
    },
    isGenuine: (message, bytes) => isGenuine(ports, message, bytes),
  });
  const ask = async (request: Message): Promise<HostAnswer> => {
    const bytes = seal(ports, request);
    tellMessage(ports, 'terminal.message-sent', request, bytes);
    const answer = await link.ask(request, bytes, ports.responseTimeoutMs);
    if (answer.kind === 'answered')
      tellMessage(ports, 'terminal.message-received', answer.message, answer.bytes);
    return answer;
  };
  const manageNetwork = async (code: NetworkCode): Promise<HostAnswer> => {
    const stan = await ports.store.takeStan();
    return ask(networkMessage(identity, traceNumbers(stan, ports.clock()), code));
  };
  const signOn = async (): ReturnType<HostSession['open']> => {
    const connected = await link.connect();
    if (!connected.ok || signedOn) return connected;
    const answer = await manageNetwork('001');
    if (answer.kind !== 'answered') return { ok: false, why: answer.why };
    const responseCode = answer.message.fields[39] ?? '';
    tell('terminal.signed-on', { responseCode });
    if (responseCode !== '00') return { ok: false, why: `the host refused the sign-on with ${responseCode}` };
    signedOn = true;
    return { ok: true };
  };
  const echo = setInterval(() => {
    if (signedOn) void manageNetwork('301');
  }, ECHO_INTERVAL_MS);
  echo.unref();
  return {
    get online() {
      return signedOn && link.connected;
    },
    open() {
      if (signedOn && link.connected) return Promise.resolve({ ok: true });
      opening ??= signOn().finally(() => {
        opening = undefined;
      });
      return opening;
    },
    ask,
    close() {
      clearInterval(echo);
      link.close();
    },
  };
}

/** Network management carries no MAC: a terminal may ask to be heard before keys are agreed. */
function hasMac(message: Message): boolean {
  return !message.mti.startsWith('08');
}

function seal(ports: HostSessionPorts, message: Message): Uint8Array {
  return hasMac(message)
    ? encodeWithMac(ports.codec, message, (covered) => macFor(ports, covered))
    : ports.codec.encode(message);
}

function isGenuine(ports: HostSessionPorts, message: Message, bytes: Uint8Array): boolean {
  if (!hasMac(message)) return true;
  const sent = macOf(ports.codec, bytes, message);
  return sent !== undefined && equalSecret(macFor(ports, sent.covered), sent.mac);
}

/** ISO 9797-1 algorithm 3, padding method 1: the MAC of both dialects (docs/wire.md). */
function macFor(ports: HostSessionPorts, covered: Uint8Array): Uint8Array {
  return retailMac(ports.macKey, covered, { padding: 'method-1' });
}

function tellMessage(
  ports: HostSessionPorts,
  type: string,
  message: Message,
  bytes: Uint8Array,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const { id } = ports.identity;
  const rrn = message.fields[37];
  ports.emit({
    type,
    terminalId: id,
    transactionId: rrn ? transactionId(id, rrn) : null,
    data: { ...traceMessage(ports.codec, bytes, message, { tagNames: tagName }), ...more },
  });
}
