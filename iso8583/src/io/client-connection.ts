import type { Socket } from 'node:net';
import { ProtocolError } from '@kassa/primitives';
import type { Codec } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import { type BackOff, type BackOffSettings, createBackOff } from '../session/back-off.ts';
import type { Refusal, RequestEnd, SessionSettings, SessionState } from '../session/session-types.ts';
import { dial, type TlsClientSettings } from './dial.ts';
import { Line, type LineEnd, type LineSettings } from './line.ts';
import { CONNECT_TIMEOUT_MS } from './net-limits.ts';
import { type SessionHooks, SessionRunner } from './session-runner.ts';

export interface ClientSettings
  extends Omit<SessionSettings, 'takesRequests'>,
    Partial<Omit<LineSettings, 'peer'>> {
  readonly address: string;
  readonly port: number;
  readonly codec: Codec;
  /** Default {@link CONNECT_TIMEOUT_MS}. */
  readonly connectTimeoutMs?: number;
  readonly tls?: TlsClientSettings;
  /** Connects again by itself, with these pauses; left out, only `open` connects. */
  readonly reconnect?: BackOffSettings;
  /** From 0 up to but not 1; needed for the pauses of `reconnect`. */
  readonly random?: () => number;
  /** Signs off before it closes. Default false. */
  readonly signsOff?: boolean;
}

export interface ClientHooks extends SessionHooks {
  readonly onConnected?: () => void;
  readonly onDisconnected?: (why: string) => void;
  /** An attempt to connect or to open the session came to nothing. */
  readonly onNotOpened?: (why: string) => void;
}

export type Opened = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** A client's connection to its host: one at a time, with its session. */
export interface ClientConnection {
  readonly state: SessionState;
  /** Requests in flight and waiting for a place. */
  readonly inFlight: number;
  /** Null where a request would be sent or queued. */
  accepts(): Refusal | null;
  /** Connects, signs on and exchanges keys, where that has not been done. @throws (rejects) what `compose` threw. */
  open(): Promise<Opened>;
  /**
   * Asks the host; the end comes to `onEnd`, once.
   * @param bytes as they are to go out; without them the codec makes them.
   * @throws ProtocolError for a message that cannot be encoded or is not answered.
   */
  ask(request: Message, onEnd: (end: RequestEnd) => void, bytes?: Uint8Array, timeoutMs?: number): void;
  /** Agrees new keys; requests wait meanwhile. */
  exchangeKeys(): void;
  /** Hangs up; `open` and `reconnect` dial again. */
  disconnect(why: string): void;
  /** Hangs up for good, at once; what is in flight ends with this reason. */
  close(why?: string): void;
  /** Takes nothing new, waits for what is in flight, signs off where that is set, then hangs up for good. */
  finish(): Promise<void>;
}

export function createClientConnection(settings: ClientSettings, hooks: ClientHooks = {}): ClientConnection {
  return new Connection(settings, hooks);
}

const CLOSED = 'the connection is closed';

class Connection implements ClientConnection {
  readonly #settings: ClientSettings;
  readonly #hooks: ClientHooks;
  readonly #runner: SessionRunner;
  readonly #backOff: BackOff | null;
  #line: Line | null = null;
  #giveUp: (() => void) | null = null;
  #retry: NodeJS.Timeout | undefined;
  /** Why it is closed, once it is. */
  #closed: string | null = null;
  #isFinishing = false;
  #waiting: { resolve(opened: Opened): void; reject(cause: unknown): void }[] = [];
  #onIdle: (() => void) | null = null;
  #asked = 0;

  constructor(settings: ClientSettings, hooks: ClientHooks) {
    const { reconnect, random } = settings;
    this.#settings = settings;
    this.#hooks = hooks;
    if (reconnect && !random) throw new TypeError('reconnect needs a source of randomness for its pauses');
    this.#backOff = reconnect && random ? createBackOff(reconnect, random) : null;
    const owner = {
      onReady: () => this.#ready(),
      onNotReady: (why: string, cause?: unknown) => this.#notReady(why, cause),
      onSignedOff: () => this.close(CLOSED),
    };
    this.#runner = new SessionRunner(settings, hooks, owner, settings.codec);
  }

  get state(): SessionState {
    return this.#runner.state;
  }

  get inFlight(): number {
    return this.#runner.inFlight;
  }

  accepts(): Refusal | null {
    return this.#isFinishing || this.#closed !== null ? 'not-connected' : this.#runner.accepts();
  }

  async open(): Promise<Opened> {
    if (this.#closed !== null) return { ok: false, why: this.#closed };
    if (this.state === 'ready' || this.state === 'signing-off') return { ok: true };
    const opened = await new Promise<Opened>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#begin();
    });
    // Its answer may come with bytes that end the connection.
    if (!opened.ok || this.state !== 'down') return opened;
    return { ok: false, why: 'the connection was lost after the sign-on' };
  }

  ask(request: Message, onEnd: (end: RequestEnd) => void, bytes?: Uint8Array, timeoutMs?: number): void {
    if (this.#isFinishing) {
      onEnd({ kind: 'not-sent', refusal: 'not-ready', why: CLOSED });
      return;
    }
    this.#asked++;
    let hasEnded = false;
    const end = (ended: RequestEnd): void => {
      hasEnded = true;
      this.#asked--;
      onEnd(ended);
      if (this.#asked === 0) this.#onIdle?.();
    };
    try {
      this.#runner.ask(request, bytes ?? null, end, timeoutMs);
    } catch (error) {
      if (!hasEnded) this.#asked--;
      throw error;
    }
  }

  exchangeKeys(): void {
    this.#runner.exchangeKeys();
  }

  disconnect(why: string): void {
    this.#line?.end(why);
  }

  close(why: string = CLOSED): void {
    if (this.#closed !== null) return;
    this.#closed = why;
    clearTimeout(this.#retry);
    this.#giveUp?.();
    this.disconnect(why);
    this.#runner.stop();
    this.#tellOpened({ ok: false, why });
    this.#onIdle?.();
  }

  async finish(): Promise<void> {
    this.#isFinishing = true;
    clearTimeout(this.#retry);
    if (this.#asked > 0) await new Promise<void>((resolve) => this.#idle(resolve));
    if (this.#closed === null && this.#settings.signsOff && this.state === 'ready') {
      const closed = new Promise<void>((resolve) => this.#idle(resolve));
      this.#runner.signOff();
      await closed;
    }
    this.close(CLOSED);
  }

  #idle(resolve: () => void): void {
    this.#onIdle = resolve;
  }

  /** Dials, or goes on with a line that is up. */
  #begin(): void {
    if (this.#line) {
      this.#runner.open();
      return;
    }
    if (this.#giveUp) return;
    clearTimeout(this.#retry);
    const { address, port, tls, connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.#settings;
    this.#giveUp = dial(
      { address, port, connectTimeoutMs, ...(tls && { tls }) },
      (socket) => this.#connected(socket),
      (why) => {
        this.#giveUp = null;
        if (this.#closed === null) this.#notOpened(why);
      },
    );
  }

  #connected(socket: Socket): void {
    this.#giveUp = null;
    const { codec } = this.#settings;
    const framing = this.#settings.framing ?? codec.dialect.framing;
    this.#line = new Line(
      socket,
      { ...this.#settings, framing, peer: 'host' },
      {
        onMessage: (body, header) => this.#receive(body, header),
        onEnd: (end) => this.#ended(end),
      },
    );
    this.#hooks.onConnected?.();
    this.#runner.connected(this.#line);
    this.#runner.open();
  }

  #receive(body: Uint8Array, header: Uint8Array): void {
    let message: Message;
    try {
      message = this.#settings.codec.decode(body);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#line?.fail(error);
      return;
    }
    this.#runner.received(message, body, header);
  }

  #ended(end: LineEnd): void {
    this.#line = null;
    this.#runner.disconnected(end);
    this.#hooks.onDisconnected?.(end.why);
    this.#tellOpened({ ok: false, why: end.why });
    this.#tryLater();
  }

  #ready(): void {
    this.#backOff?.reset();
    this.#tellOpened({ ok: true });
  }

  /**
   * Where it connects by itself, a host that does not let it in is left alone for a while.
   * @returns whether someone was told the cause.
   */
  #notReady(why: string, cause: unknown): boolean {
    const asked = this.#waiting.length > 0;
    if (cause === undefined) this.#tellOpened({ ok: false, why });
    else for (const { reject } of this.#waiting.splice(0)) reject(cause);
    if (this.#backOff && this.#line) {
      this.#hooks.onNotOpened?.(why);
      this.#line.end(why);
    }
    return asked;
  }

  #notOpened(why: string): void {
    this.#hooks.onNotOpened?.(why);
    this.#tellOpened({ ok: false, why });
    this.#tryLater();
  }

  #tryLater(): void {
    if (!this.#backOff || this.#closed !== null || this.#isFinishing) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#begin(), this.#backOff.next());
  }

  #tellOpened(opened: Opened): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(opened);
  }
}
