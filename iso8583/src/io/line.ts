import type { Socket } from 'node:net';
import { ProtocolError } from '@kassa/primitives';
import { createDeframer, type Deframer } from '../framing/deframer.ts';
import { createFrameWriter, type FrameWriter } from '../framing/frame-writer.ts';
import type { FramedMessage, Framing } from '../framing/framing.ts';
import { ANSWERING_MAX, FRAME_BYTES_MAX, FRAME_TIMEOUT_MS } from './net-limits.ts';

export interface LineSettings {
  readonly framing: Framing;
  /** Default {@link FRAME_BYTES_MAX}. */
  readonly frameBytesMax?: number;
  /** Default {@link FRAME_TIMEOUT_MS}. */
  readonly frameTimeoutMs?: number;
  /** Left out, a silent line stays. */
  readonly idleTimeoutMs?: number;
  /** Default {@link ANSWERING_MAX}. */
  readonly answeringMax?: number;
  /** Who the peer is, in reasons. */
  readonly peer: 'host' | 'client';
}

/** Why a line is no more. */
export interface LineEnd {
  readonly cause: 'closed' | 'peer-closed' | 'error' | 'bad-bytes' | 'frame-timeout' | 'idle';
  readonly why: string;
  /** `bad-bytes`: what was wrong with them. */
  readonly error?: ProtocolError;
}

/** Whether what was written last may still go out. */
const HAS_TIME: Readonly<Record<LineEnd['cause'], boolean>> = {
  closed: true,
  'bad-bytes': true,
  'peer-closed': true,
  error: false,
  'frame-timeout': false,
  idle: false,
};

export interface LineHooks {
  /** A message, as a view of what arrived, with its TPDU or base header. */
  readonly onMessage: (body: Uint8Array, header: Uint8Array) => void;
  /** Exactly once. */
  readonly onEnd: (end: LineEnd) => void;
}

const CLOSING = 'the server is closing';

/**
 * Lines with something to write. All are written one after the other when every socket of a turn has been read: a
 * tenth more messages than with a write after each socket (docs/performance.md).
 */
let linesToFlush: Line[] = [];

function flushLines(): void {
  const lines = linesToFlush;
  linesToFlush = [];
  for (const line of lines) line.flush();
}

/** A socket that speaks in messages: frames both ways, one write for all that is sent in one turn of the event loop. */
export class Line {
  readonly socket: Socket;
  /** When what is being handed on was read: one look at the clock for all of it. */
  nowMs = 0;
  readonly #settings: LineSettings;
  readonly #hooks: LineHooks;
  readonly #deframer: Deframer;
  readonly #writer: FrameWriter;
  readonly #answeringMax: number;
  /** What came whole and may not be handed on yet. */
  #backlog: FramedMessage[] = [];
  #bodies: Uint8Array[] = [];
  #headers: (Uint8Array | null)[] = [];
  #sizeOfBatch = 0;
  #isFlushing = false;
  #answering = 0;
  #isTaking = false;
  #isEnding = false;
  #isOver = false;
  #whenIdle: (() => void)[] = [];
  #frameBeganMs = 0;
  #frameTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, settings: LineSettings, hooks: LineHooks) {
    this.socket = socket;
    this.#settings = settings;
    this.#hooks = hooks;
    this.#answeringMax = settings.answeringMax ?? ANSWERING_MAX;
    this.#writer = createFrameWriter(settings.framing);
    this.#deframer = createDeframer(settings.framing, {
      maxBytes: settings.frameBytesMax ?? FRAME_BYTES_MAX,
    });
    socket.setNoDelay(true);
    this.#listen();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Requests being answered. */
  get answering(): number {
    return this.#answering;
  }

  /** @throws ProtocolError for what no frame can carry. */
  check(body: Uint8Array): void {
    this.#writer.sizeOf(body);
  }

  /** Sends a message with all others of this turn; it must not change until it is out. @throws ProtocolError as `check` does. */
  send(body: Uint8Array, header: Uint8Array | null = null): void {
    if (this.#isOver) return;
    this.#sizeOfBatch += this.#writer.sizeOf(body);
    this.#bodies.push(body);
    this.#headers.push(header);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    if (linesToFlush.push(this) === 1) setImmediate(flushLines);
  }

  /** Answers the request that came with this header. */
  answer(body: Uint8Array, header: Uint8Array): void {
    this.send(body, header.length === 0 ? null : this.#writer.answerHeader(header));
  }

  /** A request of the peer is being answered; {@link done} says it has been. */
  begin(): void {
    this.#answering++;
  }

  done(): void {
    this.#answering--;
    if (this.#answering === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    if (this.#isOver) return;
    if (this.#isEnding && this.#answering === 0) this.end(CLOSING);
    else if (!this.#isTaking) this.#goOn();
  }

  /** Resolves when nothing is being answered. */
  idle(): Promise<void> {
    if (this.#answering === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Sends what is waiting, reads no more, then hangs up. */
  end(why: string): void {
    this.#over({ cause: 'closed', why });
  }

  /** Reads no more, and hangs up when all that is being answered has been. */
  endGently(): void {
    if (this.#isOver) return;
    this.#isEnding = true;
    this.#backlog = [];
    this.socket.pause();
    if (this.#answering === 0) this.end(CLOSING);
  }

  /** The peer broke the rules. */
  fail(error: ProtocolError): void {
    const why = `the ${this.#settings.peer} sent bytes that are not a message: ${error.message}`;
    this.#over({ cause: 'bad-bytes', why, error });
  }

  #listen(): void {
    const { socket } = this;
    const { peer, idleTimeoutMs } = this.#settings;
    if (idleTimeoutMs !== undefined) socket.setTimeout(idleTimeoutMs, () => this.#idle(idleTimeoutMs));
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('drain', () => this.#goOn());
    socket.on('error', (error) => this.#over({ cause: 'error', why: error.message }));
    const onEnd = (): void => {
      const where = this.#deframer.pendingBytes > 0 ? ' in the middle of a message' : '';
      this.#over({ cause: 'peer-closed', why: `the ${peer} closed the connection${where}` });
    };
    socket.on('end', onEnd);
    socket.on('close', onEnd);
  }

  #take(chunk: Uint8Array): void {
    if (this.#isOver || this.#isEnding || this.#deframer.failure) return;
    let frames: FramedMessage[] = [];
    try {
      // Parts of a plain array are made in half the time that parts of a Buffer take.
      frames = this.#deframer.pushFrames(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
    if (this.#deframer.pendingBytes > 0) this.#watchFrame(frames.length > 0);
    else this.#frameBeganMs = 0;
    if (this.#backlog.length > 0) this.#backlog.push(...frames);
    else this.#backlog = frames;
    this.#goOn();
  }

  /** Hands on what may be handed on, and reads on where neither requests nor answers pile up. */
  #goOn(): void {
    if (this.#isTaking || this.#isOver) return;
    this.#isTaking = true;
    this.nowMs = performance.now();
    const frames = this.#backlog;
    let next = 0;
    try {
      while (next < frames.length && this.#mayTake()) {
        const message = frames[next++];
        if (message) this.#hooks.onMessage(message.body, message.header);
      }
    } finally {
      this.#isTaking = false;
      this.#backlog = next < frames.length ? frames.slice(next) : [];
    }
    this.#settle();
  }

  #settle(): void {
    if (this.#isOver || this.#isEnding) return;
    const { failure } = this.#deframer;
    // What came whole before the stream lost its place is answered first.
    if (failure && this.#backlog.length === 0 && this.#answering === 0) {
      this.fail(failure);
      return;
    }
    const mayRead = failure === null && this.#backlog.length === 0 && this.#mayTake();
    if (mayRead === this.socket.isPaused()) {
      if (mayRead) this.socket.resume();
      else this.socket.pause();
    }
  }

  #mayTake(): boolean {
    return (
      !this.#isOver &&
      !this.#isEnding &&
      this.#answering < this.#answeringMax &&
      !this.socket.writableNeedDrain
    );
  }

  /** Writes what was sent in this turn. */
  flush(): void {
    this.#isFlushing = false;
    this.#flush();
    this.#settle();
  }

  #flush(): void {
    const bodies = this.#bodies;
    if (bodies.length === 0) return;
    const headers = this.#headers;
    const out = Buffer.allocUnsafe(this.#sizeOfBatch);
    this.#bodies = [];
    this.#headers = [];
    this.#sizeOfBatch = 0;
    let at = 0;
    for (let index = 0; index < bodies.length; index++) {
      const body = bodies[index];
      if (body) at = this.#writer.write(body, headers[index] ?? null, out, at);
    }
    if (this.socket.writable) this.socket.write(out);
  }

  /** From the frame's first byte, not its latest: a sender that drips cannot hold on. */
  #watchFrame(isNew: boolean): void {
    if (isNew || this.#frameBeganMs === 0) this.#frameBeganMs = performance.now();
    const { frameTimeoutMs = FRAME_TIMEOUT_MS } = this.#settings;
    this.#frameTimer ??= setTimeout(this.#checkFrame, frameTimeoutMs);
  }

  /** One timer for all frames of the line: most are long whole when it goes off. */
  readonly #checkFrame = (): void => {
    this.#frameTimer = undefined;
    if (this.#isOver || this.#frameBeganMs === 0) return;
    const { frameTimeoutMs = FRAME_TIMEOUT_MS, peer } = this.#settings;
    // Whoever does not read cannot complain of what has not come.
    if (this.socket.isPaused()) this.#frameBeganMs = performance.now();
    const leftMs = this.#frameBeganMs + frameTimeoutMs - performance.now();
    if (leftMs > 0) {
      this.#frameTimer = setTimeout(this.#checkFrame, Math.ceil(leftMs));
      return;
    }
    const why = `the ${peer} did not finish a message within ${frameTimeoutMs / 1000} s`;
    this.#over({ cause: 'frame-timeout', why });
  };

  #idle(idleTimeoutMs: number): void {
    if (this.#answering > 0) this.socket.setTimeout(idleTimeoutMs);
    else this.#over({ cause: 'idle', why: `nothing was said for ${idleTimeoutMs / 1000} s` });
  }

  /** Whoever notices first says why; what the others notice afterwards is an echo of it. */
  #over(end: LineEnd): void {
    if (this.#isOver) return;
    this.#flush();
    this.#isOver = true;
    clearTimeout(this.#frameTimer);
    this.socket.pause();
    if (HAS_TIME[end.cause]) this.socket.destroySoon();
    else this.socket.destroy();
    this.#backlog = [];
    this.#hooks.onEnd(end);
  }
}
