import { retailMac } from '@kassa/emv';
import { type Codec, encodeWithMac, type Message, macOf, traceMessage } from '@kassa/iso8583';
import { type Clock, type EmitStep, equalSecret, transactionId } from '@kassa/primitives';
import { type NetworkCode, networkMessage, type TerminalIdentity } from '../messages.ts';
import type { Timing } from '../timing.ts';
import { traceNumbers } from '../trace-numbers.ts';
import { type Connected, createHostLink, type HostAnswer, type HostLink } from './host-link.ts';
import type { TerminalStore } from './terminal-store.ts';

export interface HostSessionPorts {
  readonly identity: TerminalIdentity;
  readonly address: string;
  readonly port: number;
  readonly codec: Codec;
  /** Shared with the acquirer, 16 bytes. */
  readonly macKey: Uint8Array;
  readonly timing: Pick<Timing, 'connectTimeoutMs' | 'responseTimeoutMs' | 'echoIntervalMs'>;
  readonly store: TerminalStore;
  readonly clock: Clock;
  readonly emit: EmitStep;
  /** A disk that cannot be written, when nobody is there to be told. */
  readonly onTrouble: (error: unknown) => void;
}

/** A message as it goes out, MAC included. */
export interface SealedMessage {
  readonly message: Message;
  readonly bytes: Uint8Array;
}

/** The terminal's conversation with its host: signs on, seals what it sends, checks what it gets. */
export interface HostSession {
  readonly online: boolean;
  /** Connects and signs on where that has not been done. @throws (rejects) StorageError */
  open(): Promise<Connected>;
  /** Encodes a message with its MAC. @throws ProtocolError when this dialect cannot say it. */
  seal(message: Message): SealedMessage;
  /** Asks over an open session, opening it where needed. @throws (rejects) StorageError */
  ask(request: SealedMessage): Promise<HostAnswer>;
  /** Resolves when nothing of it uses the store any more. */
  close(): Promise<void>;
}

export function createHostSession(ports: HostSessionPorts): HostSession {
  return new MacSession(ports);
}

class MacSession implements HostSession {
  readonly #ports: HostSessionPorts;
  readonly #link: HostLink;
  readonly #echo: NodeJS.Timeout;
  #signedOn = false;
  #opening: Promise<Connected> | undefined;
  #keepingAlive: Promise<void> = Promise.resolve();

  constructor(ports: HostSessionPorts) {
    this.#ports = ports;
    this.#link = createHostLink({
      address: ports.address,
      port: ports.port,
      connectTimeoutMs: ports.timing.connectTimeoutMs,
      codec: ports.codec,
      onConnected: () =>
        this.#tell('terminal.host-connected', { why: `connected to ${ports.address}:${ports.port}` }),
      onDisconnected: (why) => {
        this.#signedOn = false;
        this.#tell('terminal.host-disconnected', { why });
      },
      onSending: (message, bytes) => tellMessage(ports, 'terminal.message-sent', message, bytes),
      onUnmatched: (message, bytes, why) =>
        tellMessage(ports, 'terminal.message-unmatched', message, bytes, { why }),
      isGenuine: (message, bytes) => isGenuine(ports, message, bytes),
    });
    this.#echo = setInterval(() => {
      this.#keepingAlive = this.#keepAlive().catch(ports.onTrouble);
    }, ports.timing.echoIntervalMs);
    this.#echo.unref();
  }

  get online(): boolean {
    return this.#signedOn && this.#link.connected;
  }

  open(): Promise<Connected> {
    if (this.online) return Promise.resolve({ ok: true });
    this.#opening ??= this.#signOn().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  seal(message: Message): SealedMessage {
    const { codec } = this.#ports;
    return { message, bytes: encodeWithMac(codec, message, (covered) => macFor(this.#ports, covered)) };
  }

  async ask(request: SealedMessage): Promise<HostAnswer> {
    const opened = await this.open();
    return opened.ok ? this.#send(request) : { kind: 'unreachable', why: opened.why };
  }

  async close(): Promise<void> {
    clearInterval(this.#echo);
    this.#link.close();
    await this.#keepingAlive;
    // Its end is told to whoever asked for it.
    await this.#opening?.catch(() => undefined);
  }

  async #signOn(): Promise<Connected> {
    const connected = await this.#link.connect();
    if (!connected.ok) return connected;
    const answer = await this.#manageNetwork('001');
    if (answer.kind !== 'answered') return { ok: false, why: `sign-on: ${answer.why}` };
    const responseCode = answer.message.fields[39] ?? '';
    this.#tell('terminal.signed-on', { responseCode });
    if (responseCode !== '00') return { ok: false, why: `the host refused the sign-on with ${responseCode}` };
    if (!this.#link.connected) return { ok: false, why: 'the connection was lost after the sign-on' };
    this.#signedOn = true;
    return { ok: true };
  }

  /** A silent line is tried, and one that does not answer is dropped: better to know before the next payment. */
  async #keepAlive(): Promise<void> {
    if (!this.online) {
      await this.open();
      return;
    }
    const answer = await this.#manageNetwork('301');
    if (answer.kind === 'no-answer') this.#link.disconnect(`echo test: ${answer.why}`);
  }

  /** Network management carries no MAC: a terminal may ask to be heard before keys are agreed. */
  async #manageNetwork(code: NetworkCode): Promise<HostAnswer> {
    const { store, clock, identity, codec } = this.#ports;
    const request = networkMessage(identity, traceNumbers(await store.takeStan(), clock()), code);
    return this.#send({ message: request, bytes: codec.encode(request) });
  }

  async #send({ message, bytes }: SealedMessage): Promise<HostAnswer> {
    if (this.#link.connected) this.#echo.refresh();
    const answer = await this.#link.ask(message, bytes, this.#ports.timing.responseTimeoutMs);
    if (answer.kind === 'answered')
      tellMessage(this.#ports, 'terminal.message-received', answer.message, answer.bytes);
    return answer;
  }

  #tell(type: string, data: Readonly<Record<string, unknown>>): void {
    this.#ports.emit({ type, transactionId: null, terminalId: this.#ports.identity.id, data });
  }
}

/** Only an answer to network management needs no MAC. */
function isGenuine(ports: HostSessionPorts, message: Message, bytes: Uint8Array): boolean {
  if (message.mti === '0810') return true;
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
    data: { ...traceMessage(ports.codec, bytes, message), ...more },
  });
}
