import { ShapeError } from '../json-reader.ts';
import { HISTORY_EVENTS_MAX, RECONNECT_DELAYS_MS, STREAM_OPEN_TIMEOUT_MS } from '../limits.ts';
import { type KassaEvent, parseFrame } from './stream-frame.ts';

/** Close codes of docs/events.md. */
const CLOSE_BAD_QUERY = 4000;
const CLOSE_TOO_SLOW = 4008;

export type StreamStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** What is shown may be old; `why` is one sentence. The next attempt follows by itself. */
  | { readonly kind: 'stale'; readonly why: string };

/** What a connection tells; after {@link StreamSocket.close} it is not listened to any more. */
export interface SocketListener {
  readonly onText: (text: string) => void;
  readonly onClose: (code: number) => void;
}

export interface StreamSocket {
  readonly close: () => void;
}

export interface StreamClientOptions {
  /** `query` is like `?last=1500` or `?from=42`. */
  readonly openSocket: (query: string, listener: SocketListener) => StreamSocket;
  /** Runs the action later; the answer cancels it. */
  readonly later: (delayMs: number, action: () => void) => () => void;
  readonly onEvent: (event: KassaEvent) => void;
  readonly onStatus: (status: StreamStatus) => void;
  /** The server's stream began anew (its data were deleted): everything seen before is void. */
  readonly onRestart: () => void;
  /** How many of the events so far come first. Default {@link HISTORY_EVENTS_MAX}. */
  readonly historyEvents?: number;
}

export interface StreamClient {
  /** Ends the wait for the next attempt, if there is one. */
  readonly retryNow: () => void;
  readonly close: () => void;
}

/**
 * Reads the event stream without a gap: first the recent history, then live; after every break from the last
 * number seen plus one, with growing pauses.
 */
export function openStream(options: StreamClientOptions): StreamClient {
  const reader = new StreamReader(options);
  reader.connect();
  return { retryNow: () => reader.retryNow(), close: () => reader.close() };
}

class StreamReader {
  readonly #options: StreamClientOptions;
  #socket: StreamSocket | null = null;
  #cancelTimer: () => void = () => undefined;
  /** The number to resume from; null until the server has said where its stream stands. */
  #from: number | null = null;
  /** The number from which events are new rather than history; live once it is reached. */
  #liveFrom: number | null = null;
  #failures = 0;
  #generation = 0;
  #waiting = false;

  constructor(options: StreamClientOptions) {
    this.#options = options;
  }

  connect(): void {
    this.#waiting = false;
    if (this.#failures === 0) this.#options.onStatus({ kind: 'connecting' });
    // A connection that was dropped may still deliver; only the newest one counts.
    const generation = ++this.#generation;
    const ifNewest = (act: () => void) => (generation === this.#generation ? act() : undefined);
    const { historyEvents = HISTORY_EVENTS_MAX } = this.#options;
    const query = this.#from === null ? `?last=${historyEvents}` : `?from=${this.#from}`;
    this.#socket = this.#options.openSocket(query, {
      onText: (text) => ifNewest(() => this.#receive(text)),
      onClose: (code) => ifNewest(() => this.#fail(whyClosed(code), code)),
    });
    this.#startTimer(STREAM_OPEN_TIMEOUT_MS, () => this.#fail('The server does not open the stream.', null));
  }

  retryNow(): void {
    if (!this.#waiting) return;
    this.#cancelTimer();
    this.connect();
  }

  close(): void {
    this.#cancelTimer();
    this.#drop();
  }

  #receive(text: string): void {
    try {
      const frame = parseFrame(text);
      if (frame.kind === 'opened') this.#opened(frame.opened.from, frame.opened.next);
      else this.#take(frame.event);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      this.#fail(`The server sent what is not an event: ${error.message}.`, null);
    }
  }

  #opened(from: number, next: number): void {
    this.#cancelTimer();
    this.#from ??= from;
    this.#liveFrom = next;
    this.#goLive();
  }

  #take(event: KassaEvent): void {
    if (this.#from !== null && event.seq < this.#from) return;
    this.#from = event.seq + 1;
    // Only an event proves that the next attempt need not wait longer.
    this.#failures = 0;
    this.#options.onEvent(event);
    this.#goLive();
  }

  /** What is shown while history comes in is the past: only its end is the present. */
  #goLive(): void {
    if (this.#liveFrom === null || this.#from === null || this.#from < this.#liveFrom) return;
    this.#liveFrom = null;
    this.#failures = 0;
    this.#options.onStatus({ kind: 'live' });
  }

  #fail(why: string, code: number | null): void {
    this.#cancelTimer();
    this.#drop();
    if (code === CLOSE_BAD_QUERY && this.#from !== null) {
      this.#from = null;
      this.#options.onRestart();
    }
    const pause = Math.min(this.#failures, RECONNECT_DELAYS_MS.length - 1);
    const delayMs = RECONNECT_DELAYS_MS[pause] ?? 0;
    this.#failures++;
    this.#waiting = true;
    this.#options.onStatus({ kind: 'stale', why });
    this.#startTimer(delayMs, () => this.connect());
  }

  #drop(): void {
    this.#generation++;
    this.#socket?.close();
    this.#socket = null;
  }

  #startTimer(delayMs: number, action: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.later(delayMs, action);
  }
}

function whyClosed(code: number): string {
  if (code === CLOSE_TOO_SLOW) return 'This page fell behind and was cut off; it resumes where it stopped.';
  if (code === CLOSE_BAD_QUERY) return 'The server did not accept where this page wanted to resume.';
  return 'The connection to the server is lost.';
}
