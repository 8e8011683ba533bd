import { retailMac } from '@kassa/emv';
import {
  type Codec,
  encodeWithMac,
  type Message,
  macOf,
  type RequestEnd,
  traceMessage,
} from '@kassa/iso8583';
import { type ClientConnection, createClientConnection, type Opened } from '@kassa/iso8583/net';
import { type Clock, type EmitStep, equalSecret, transactionId } from '@kassa/primitives';
import { HOST_MATCH_FIELDS, MESSAGE_BYTES_MAX } from '../limits.ts';
import { type NetworkCode, networkMessage, type TerminalIdentity } from '../messages.ts';
import type { Timing } from '../timing.ts';
import { traceNumbers } from '../trace-numbers.ts';
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

/** Every end of a question to the host. */
export type HostAnswer =
  | Exclude<RequestEnd, { readonly kind: 'not-sent' }>
  /** Nothing went out: the payment never left this terminal. */
  | { readonly kind: 'unreachable'; readonly why: string };

/** The terminal's conversation with its host: signs on, seals what it sends, checks what it gets. */
export interface HostSession {
  readonly online: boolean;
  /** Connects and signs on where that has not been done. @throws (rejects) StorageError */
  open(): Promise<Opened>;
  /** Encodes a message with its MAC. @throws ProtocolError when this dialect cannot say it. */
  seal(message: Message): SealedMessage;
  /** Asks over an open session, opening it where needed. @throws (rejects) StorageError */
  ask(request: SealedMessage): Promise<HostAnswer>;
  /** Resolves when nothing of it uses the store any more. */
  close(): Promise<void>;
}

/** Both dialects of Kassa go in frames of a two-byte binary length. */
const FRAMING = 'post';
const CLOSED = 'the terminal is switched off';
export function createHostSession(ports: HostSessionPorts): HostSession {
  return new MacSession(ports);
}

class MacSession implements HostSession {
  readonly #ports: HostSessionPorts;
  readonly #connection: ClientConnection;
  readonly #keepOpen: NodeJS.Timeout;
  /** What still uses the store. */
  #numbering: Promise<unknown> = Promise.resolve();

  constructor(ports: HostSessionPorts) {
    this.#ports = ports;
    this.#connection = createClientConnection(settingsOf(ports), {
      compose: (purpose) => this.#manageNetwork(purpose === 'echo' ? '301' : '001'),
      onConnected: () =>
        this.#tell('terminal.host-connected', { why: `connected to ${ports.address}:${ports.port}` }),
      onDisconnected: (why) => this.#tell('terminal.host-disconnected', { why }),
      onSending: (message, bytes) => tellMessage(ports, 'terminal.message-sent', message, bytes),
      onReceived: (message, bytes) => tellMessage(ports, 'terminal.message-received', message, bytes),
      onManaged: (purpose, end) => {
        if (purpose === 'sign-on' && end.kind === 'answered')
          this.#tell('terminal.signed-on', { responseCode: end.message.fields[39] ?? '' });
      },
      onUnmatched: (message, bytes, why) =>
        tellMessage(ports, 'terminal.message-unmatched', message, bytes, { why }),
      onTrouble: ports.onTrouble,
    });
    // A lost line is opened again, however long nobody pays.
    this.#keepOpen = setInterval(() => {
      if (!this.online) void this.#connection.open().catch(ports.onTrouble);
    }, ports.timing.echoIntervalMs);
    this.#keepOpen.unref();
  }

  get online(): boolean {
    return this.#connection.state === 'ready';
  }

  open(): Promise<Opened> {
    return this.#connection.open();
  }

  seal(message: Message): SealedMessage {
    const { codec } = this.#ports;
    return { message, bytes: encodeWithMac(codec, message, (covered) => macFor(this.#ports, covered)) };
  }

  async ask({ message, bytes }: SealedMessage): Promise<HostAnswer> {
    const opened = await this.open();
    if (!opened.ok) return { kind: 'unreachable', why: opened.why };
    const end = await new Promise<RequestEnd>((resolve) => this.#connection.ask(message, resolve, bytes));
    return end.kind === 'not-sent' ? { kind: 'unreachable', why: end.why } : end;
  }

  async close(): Promise<void> {
    clearInterval(this.#keepOpen);
    this.#connection.close(CLOSED);
    await this.#numbering.catch(() => undefined);
  }

  /** Network management carries no MAC: a terminal may ask to be heard before keys are agreed. */
  #manageNetwork(code: NetworkCode): Promise<{ readonly message: Message }> {
    const { store, clock, identity } = this.#ports;
    const made = store.takeStan().then((stan) => {
      const numbers = traceNumbers(stan, clock());
      return { message: networkMessage(identity, numbers, code) };
    });
    this.#numbering = made;
    return made;
  }

  #tell(type: string, data: Readonly<Record<string, unknown>>): void {
    this.#ports.emit({ type, transactionId: null, terminalId: this.#ports.identity.id, data });
  }
}

function settingsOf(ports: HostSessionPorts): Parameters<typeof createClientConnection>[0] {
  const { address, port, codec, timing } = ports;
  return {
    address,
    port,
    codec,
    framing: FRAMING,
    frameBytesMax: MESSAGE_BYTES_MAX,
    matchFields: HOST_MATCH_FIELDS,
    opening: ['sign-on'],
    connectTimeoutMs: timing.connectTimeoutMs,
    responseTimeoutMs: timing.responseTimeoutMs,
    echoIntervalMs: timing.echoIntervalMs,
    isGenuine: (message, bytes) => isGenuine(ports, message, bytes),
  };
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
