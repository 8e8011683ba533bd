import { ProtocolError } from '@kassa/primitives';
import { compileFraming, type FramedMessage, type Framing, frameBytes, frameParts } from './framing.ts';

export interface DeframerOptions {
  /** Longest frame accepted after its length: refused when announced, before any of it is kept. */
  readonly maxBytes: number;
}

/** Cuts a stream into messages. Holds no socket: feed it what arrives, in any pieces. */
export interface Deframer {
  /**
   * Takes the next bytes of the stream and gives the messages they complete. A message that lies in one chunk is a
   * view of that chunk. Messages before an error are given first; the error is thrown by the next call, and by
   * every call after it.
   * @throws ProtocolError `bad-length`, `too-large` or `bad-encoding`: the stream has lost its place, close it.
   */
  readonly push: (chunk: Uint8Array) => Uint8Array[];
  /** The same, each message with its TPDU or base header: what an answer needs. */
  readonly pushFrames: (chunk: Uint8Array) => FramedMessage[];
  /** Bytes of a frame not yet complete: anything but 0 when the stream ends means it was cut. */
  readonly pendingBytes: number;
  /** The error the next call will throw, if the stream has lost its place. */
  readonly failure: ProtocolError | null;
}

/** @throws DialectError for a framing that contradicts itself. */
export function createDeframer(framing: Framing, options: DeframerOptions): Deframer {
  return new StreamDeframer(framing, options.maxBytes);
}

class StreamDeframer implements Deframer {
  readonly #framing: ReturnType<typeof compileFraming>;
  readonly #maxBytes: number;
  /** The beginning of one frame; `#used` bytes of it are filled. */
  #pending = new Uint8Array(0);
  #used = 0;
  #failure: ProtocolError | null = null;

  constructor(framing: Framing, maxBytes: number) {
    this.#framing = compileFraming(framing);
    this.#maxBytes = maxBytes;
  }

  get pendingBytes(): number {
    return this.#used;
  }

  get failure(): ProtocolError | null {
    return this.#failure;
  }

  push(chunk: Uint8Array): Uint8Array[] {
    return this.pushFrames(chunk).map(({ body }) => body);
  }

  pushFrames(chunk: Uint8Array): FramedMessage[] {
    if (this.#failure) throw this.#failure;
    const messages: FramedMessage[] = [];
    try {
      let at = this.#used > 0 ? this.#continue(chunk, messages) : 0;
      while (at < chunk.length) {
        const size = frameBytes(this.#framing, chunk, at, chunk.length, this.#maxBytes);
        if (size < 0 || at + size > chunk.length) {
          this.#keep(chunk, at, chunk.length, chunk.length - at);
          break;
        }
        messages.push(frameParts(this.#framing, chunk, at, at + size));
        at += size;
      }
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      this.#failure = cause;
      this.#pending = new Uint8Array(0);
      this.#used = 0;
      if (messages.length === 0) throw cause;
    }
    return messages;
  }

  /** Completes the frame begun by earlier chunks. @returns how much of the chunk belonged to it. */
  #continue(chunk: Uint8Array, messages: FramedMessage[]): number {
    let at = 0;
    const headBytes = this.#framing.form.wireBytes;
    if (this.#used < headBytes) {
      at = Math.min(headBytes - this.#used, chunk.length);
      this.#keep(chunk, 0, at, headBytes);
    }
    const size = frameBytes(this.#framing, this.#pending, 0, this.#used, this.#maxBytes);
    if (size < 0) return at;
    const end = Math.min(chunk.length, at + size - this.#used);
    this.#keep(chunk, at, end, size);
    if (this.#used < size) return end;
    const whole = this.#pending;
    this.#pending = new Uint8Array(0);
    this.#used = 0;
    messages.push(frameParts(this.#framing, whole, 0, size));
    return end;
  }

  /**
   * Appends a part of a chunk. Room doubles as bytes really arrive, up to what the frame needs: an announced length
   * alone takes no memory.
   */
  #keep(chunk: Uint8Array, from: number, to: number, needed: number): void {
    const used = this.#used + to - from;
    if (used > this.#pending.length) {
      const grown = new Uint8Array(Math.max(used, Math.min(needed, this.#pending.length * 2)));
      grown.set(this.#pending.subarray(0, this.#used));
      this.#pending = grown;
    }
    this.#pending.set(chunk.subarray(from, to), this.#used);
    this.#used = used;
  }
}
