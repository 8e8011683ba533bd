import {
  type Codec,
  encodeWithMac,
  type Message,
  macOf,
  type Purpose,
  type RequestEnd,
  traceMessage,
} from '@kassa/iso8583';
import {
  type ClientConnection,
  createClientConnection,
  type Opened,
  type OutgoingMessage,
} from '@kassa/iso8583/net';
import { type Clock, type EmitStep, transactionId } from '@kassa/primitives';
import { HOST_MATCH_FIELDS, MESSAGE_BYTES_MAX } from '../limits.ts';
import { type NetworkCode, networkMessage, type TerminalIdentity } from '../messages.ts';
import { PRIVATE_TAGS, privateValue } from '../private-value.ts';
import type { KeyAcceptance, TerminalSecurity } from '../terminal-security.ts';
import type { Timing } from '../timing.ts';
import { traceNumbers } from '../trace-numbers.ts';
import type { TerminalStore } from './terminal-store.ts';

export interface HostSessionPorts {
  readonly identity: TerminalIdentity;
  readonly address: string;
  readonly port: number;
  readonly codec: Codec;
  readonly security: Pick<TerminalSecurity, 'macKeyVersion' | 'makeMac' | 'verifyMac' | 'acceptMacKey'>;
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
  /** Version of the key it was sealed under: an older one is not sent. */
  readonly keyVersion: string;
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
  /**
   * Agrees a new MAC key with the host. What is in flight is waited for, and what is asked meanwhile waits: no message is
   * under way while its key changes. A session that cannot is opened again.
   * @throws (rejects) StorageError
   */
  exchangeKeys(): Promise<KeyAcceptance>;
  /** Resolves when nothing of it uses the store any more. */
  close(): Promise<void>;
}

/** Both dialects of Kassa go in frames of a two-byte binary length. */
const FRAMING = 'post';
const CLOSED = 'the terminal is switched off';
/** DE 70 of what the session asks for by itself. */
const NETWORK_CODES: Readonly<Record<Purpose, NetworkCode>> = {
  'sign-on': '001',
  'sign-off': '001',
  'key-exchange': '101',
  echo: '301',
};

const NOT_EXCHANGED: KeyAcceptance = { ok: false, why: 'the keys were not exchanged' };

export function createHostSession(ports: HostSessionPorts): HostSession {
  return new MacSession(ports);
}

class MacSession implements HostSession {
  readonly #ports: HostSessionPorts;
  readonly #connection: ClientConnection;
  readonly #keepOpen: NodeJS.Timeout;
  /** What still uses the store. */
  #numbering: Promise<unknown> = Promise.resolve();
  /** Requests that have not ended. */
  readonly #asked = new Set<Promise<unknown>>();
  #exchanging: Promise<KeyAcceptance> | undefined;
  /** What the last key exchange came to. */
  #accepted: KeyAcceptance = NOT_EXCHANGED;
  #onExchanged: (() => void) | undefined;

  constructor(ports: HostSessionPorts) {
    this.#ports = ports;
    const settings = { ...settingsOf(ports), refusalOf: this.#refusalOf };
    this.#connection = createClientConnection(settings, {
      compose: (purpose) => this.#manageNetwork(NETWORK_CODES[purpose]),
      onConnected: () =>
        this.#tell('terminal.host-connected', { why: `connected to ${ports.address}:${ports.port}` }),
      onDisconnected: (why) => this.#tell('terminal.host-disconnected', { why }),
      onSending: (message, bytes) => tellMessage(ports, 'terminal.message-sent', message, bytes),
      onReceived: (message, bytes) => tellMessage(ports, 'terminal.message-received', message, bytes),
      onManaged: (purpose, end, refusal) => {
        if (purpose === 'sign-on' && end.kind === 'answered')
          this.#tell('terminal.signed-on', { responseCode: end.message.fields[39] ?? '' });
        if (purpose === 'key-exchange') this.#exchanged(refusal);
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
    const { codec, security } = this.#ports;
    const bytes = encodeWithMac(codec, message, (covered) => security.makeMac(covered));
    return { message, bytes, keyVersion: security.macKeyVersion };
  }

  async ask(request: SealedMessage): Promise<HostAnswer> {
    if (this.#exchanging) await this.#exchanging.catch(() => undefined);
    const asking = this.#ask(request);
    this.#asked.add(asking);
    try {
      return await asking;
    } finally {
      this.#asked.delete(asking);
    }
  }

  exchangeKeys(): Promise<KeyAcceptance> {
    this.#exchanging ??= this.#exchange().finally(() => {
      this.#exchanging = undefined;
    });
    return this.#exchanging;
  }

  async close(): Promise<void> {
    clearInterval(this.#keepOpen);
    this.#connection.close(CLOSED);
    await this.#numbering.catch(() => undefined);
  }

  async #ask(request: SealedMessage): Promise<HostAnswer> {
    const opened = await this.open();
    if (!opened.ok) return { kind: 'unreachable', why: opened.why };
    const { message } = request;
    const isCurrent = request.keyVersion === this.#ports.security.macKeyVersion;
    const { bytes } = isCurrent ? request : this.seal(message);
    const end = await new Promise<RequestEnd>((resolve) => this.#connection.ask(message, resolve, bytes));
    return end.kind === 'not-sent' ? { kind: 'unreachable', why: end.why } : end;
  }

  async #exchange(): Promise<KeyAcceptance> {
    while (this.#asked.size > 0) await Promise.allSettled(this.#asked);
    const opened = await this.open();
    if (!opened.ok) return { ok: false, why: opened.why };
    this.#accepted = NOT_EXCHANGED;
    const exchanged = new Promise<void>((resolve) => {
      this.#onExchanged = resolve;
    });
    this.#connection.exchangeKeys();
    await exchanged;
    const accepted = this.#accepted;
    // A session whose exchange failed has to sign on again.
    if (!accepted.ok) await this.open();
    return accepted;
  }

  #exchanged(refusal: string | null): void {
    if (refusal !== null) this.#accepted = { ok: false, why: refusal };
    if (this.#accepted.ok) {
      const { version, checkValue } = this.#accepted;
      this.#tell('terminal.key-changed', { key: 'mac', version, checkValue });
    }
    this.#onExchanged?.();
  }

  /** Why an answer to network management does not do what was asked; takes the new key on the way. */
  readonly #refusalOf = (purpose: Purpose, { fields }: Message): string | null => {
    const code = fields[39] ?? '';
    if (code !== '00') {
      const why = privateValue(fields[48], PRIVATE_TAGS.reason);
      const said = why === undefined ? '' : `: ${why}`;
      return `the host refused the ${purpose} with ${code || 'no response code'}${said}`;
    }
    if (purpose !== 'key-exchange') return null;
    const block = privateValue(fields[48], PRIVATE_TAGS.keyBlock);
    if (block === undefined) return 'the answer holds no key block';
    try {
      this.#accepted = this.#ports.security.acceptMacKey(block);
    } catch (error) {
      this.#ports.onTrouble(error);
      return 'the new key could not be stored';
    }
    return this.#accepted.ok ? null : this.#accepted.why;
  };

  /**
   * Network management carries no MAC, for a terminal may ask to be heard before keys are agreed – except the exchange of
   * keys: nobody else may have them changed.
   */
  #manageNetwork(code: NetworkCode): Promise<OutgoingMessage> {
    const { store, clock, identity } = this.#ports;
    const made = store.takeStan().then((stan) => {
      const numbers = traceNumbers(stan, clock());
      const message = networkMessage(identity, numbers, code);
      return code === '101' ? this.seal(message) : { message };
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

/** Only an answer to network management needs no MAC: a key block in it proves itself. */
function isGenuine(ports: HostSessionPorts, message: Message, bytes: Uint8Array): boolean {
  if (message.mti === '0810') return true;
  const sent = macOf(ports.codec, bytes, message);
  return sent !== undefined && ports.security.verifyMac(sent.covered, sent.mac);
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
