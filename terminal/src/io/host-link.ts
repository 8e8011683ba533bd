import { createConnection, type Socket } from 'node:net';
import { type Codec, createDeframer, frame, type Message } from '@kassa/iso8583';
import { ProtocolError } from '@kassa/primitives';
import { MESSAGE_BYTES_MAX } from '../limits.ts';
import { createPendingRequests } from '../pending-requests.ts';

/** Every end of a question to the host. */
export type HostAnswer =
  | { readonly kind: 'answered'; readonly message: Message; readonly bytes: Uint8Array }
  /** Nothing went out: the payment never left this terminal. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** It went out, and whether it arrived is unknown. */
  | { readonly kind: 'no-answer'; readonly waitedMs: number; readonly why: string };

export type Connected = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface HostLinkPorts {
  readonly address: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  readonly codec: Codec;
  readonly onConnected: () => void;
  readonly onDisconnected: (why: string) => void;
  /** Just before a message goes out. */
  readonly onSending: (message: Message, bytes: Uint8Array) => void;
  /** An answer nobody waits for, with the reason it matches no request. */
  readonly onUnmatched: (message: Message, bytes: Uint8Array, why: string) => void;
  /** Whether an answer is really the host's and whole; one that is not is as good as none. */
  readonly isGenuine: (message: Message, bytes: Uint8Array) => boolean;
}

/** The terminal's connection to its host. */
export interface HostLink {
  readonly connected: boolean;
  connect(): Promise<Connected>;
  /** Sends where there is a connection. @throws (rejects) nothing: every end is a {@link HostAnswer}. */
  ask(request: Message, bytes: Uint8Array, timeoutMs: number): Promise<HostAnswer>;
  /** Hangs up; the next {@link HostLink.connect} dials again. */
  disconnect(why: string): void;
  /** Hangs up for good. */
  close(): void;
}

/** Both dialects of Kassa go in frames of a two-byte binary length. */
const FRAMING = 'post';
const CLOSED = 'the terminal is switched off';

interface Waiter {
  readonly startedMs: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: HostAnswer) => void;
  /** Why the last answer that came meanwhile was not the one waited for. */
  mismatch: string | null;
}

export function createHostLink(ports: HostLinkPorts): HostLink {
  return new TcpHostLink(ports);
}

class TcpHostLink implements HostLink {
  readonly #ports: HostLinkPorts;
  readonly #pending = createPendingRequests<Waiter>();
  #socket: Socket | undefined;
  #connecting: Promise<Connected> | undefined;
  #isClosed = false;

  constructor(ports: HostLinkPorts) {
    this.#ports = ports;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  connect(): Promise<Connected> {
    if (this.#isClosed) return Promise.resolve({ ok: false, why: CLOSED });
    if (this.#socket) return Promise.resolve({ ok: true });
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  ask(request: Message, bytes: Uint8Array, timeoutMs: number): Promise<HostAnswer> {
    const socket = this.#socket;
    if (!socket)
      return Promise.resolve({ kind: 'unreachable', why: 'the connection was lost before sending' });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#pending.remove(waiter);
        const why = `no answer within ${timeoutMs / 1000} s`;
        const mismatch = waiter.mismatch === null ? '' : `; one came that is not it: ${waiter.mismatch}`;
        settle(waiter, noAnswer(waiter, why + mismatch));
      }, timeoutMs);
      const waiter: Waiter = { startedMs: performance.now(), timer, resolve, mismatch: null };
      this.#pending.add(request, waiter);
      this.#ports.onSending(request, bytes);
      socket.write(frame(FRAMING, bytes));
    });
  }

  disconnect(why: string): void {
    if (this.#socket) this.#drop(this.#socket, why);
  }

  close(): void {
    this.#isClosed = true;
    this.disconnect(CLOSED);
  }

  async #open(): Promise<Connected> {
    const { address, port, connectTimeoutMs } = this.#ports;
    const dialled = await dial(address, port, connectTimeoutMs);
    if ('why' in dialled) return { ok: false, why: dialled.why };
    if (this.#isClosed) {
      dialled.socket.destroy();
      return { ok: false, why: CLOSED };
    }
    this.#adopt(dialled.socket);
    return { ok: true };
  }

  #adopt(socket: Socket): void {
    this.#socket = socket;
    const deframer = createDeframer(FRAMING, { maxBytes: MESSAGE_BYTES_MAX });
    socket.on('data', (chunk) => {
      try {
        for (const message of deframer.push(chunk)) this.#receive(message);
        if (deframer.failure) throw deframer.failure;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        this.#drop(socket, `the host sent bytes that are not a message: ${error.message}`);
      }
    });
    socket.on('error', (error) => this.#drop(socket, error.message));
    const onEnd = (): void => {
      const where = deframer.pendingBytes > 0 ? ' in the middle of a message' : '';
      this.#drop(socket, `the host closed the connection${where}`);
    };
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    this.#ports.onConnected();
  }

  /** Whoever notices first says why; what the others notice afterwards is an echo of it. */
  #drop(socket: Socket, why: string): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    socket.destroy();
    for (const waiter of this.#pending.clear()) settle(waiter, noAnswer(waiter, why));
    this.#ports.onDisconnected(why);
  }

  #receive(bytes: Uint8Array): void {
    const message = this.#ports.codec.decode(bytes);
    const genuine = this.#ports.isGenuine(message, bytes);
    const match = genuine ? this.#pending.take(message) : { why: 'its MAC does not verify' };
    if ('waiter' in match) {
      settle(match.waiter, { kind: 'answered', message, bytes });
      return;
    }
    for (const waiter of this.#pending.waiting()) waiter.mismatch = match.why;
    this.#ports.onUnmatched(message, bytes, match.why);
  }
}

function settle(waiter: Waiter, answer: HostAnswer): void {
  clearTimeout(waiter.timer);
  waiter.resolve(answer);
}

function noAnswer(waiter: Waiter, why: string): HostAnswer {
  return { kind: 'no-answer', waitedMs: Math.round(performance.now() - waiter.startedMs), why };
}

function dial(
  host: string,
  port: number,
  timeoutMs: number,
): Promise<{ readonly socket: Socket } | { readonly why: string }> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, noDelay: true });
    const fail = (why: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ why });
    };
    const timer = setTimeout(() => fail(`no connection within ${timeoutMs / 1000} s`), timeoutMs);
    const onError = (error: Error): void => fail(error.message);
    socket.on('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve({ socket });
    });
  });
}
