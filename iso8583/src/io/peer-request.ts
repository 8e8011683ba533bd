import { assert, type ProtocolError } from '@kassa/primitives';
import type { Codec } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import type { Line } from './line.ts';

/** A request of the peer, to be ended once: answered, ignored or refused. */
export class PeerRequest {
  readonly message: Message;
  /** As it came, a view of what arrived. */
  readonly bytes: Uint8Array;
  readonly #line: Line;
  readonly #codec: Codec;
  readonly #header: Uint8Array;
  readonly #onAnswered: (request: Message, answer: Uint8Array) => void;
  #isEnded = false;

  constructor(
    line: Line,
    codec: Codec,
    message: Message,
    bytes: Uint8Array,
    header: Uint8Array,
    onAnswered: (request: Message, answer: Uint8Array) => void,
  ) {
    this.#line = line;
    this.#codec = codec;
    this.message = message;
    this.bytes = bytes;
    this.#header = header;
    this.#onAnswered = onAnswered;
    line.begin();
  }

  /**
   * Sends the answer, in a frame whose TPDU has its addresses swapped.
   * @param answer a message, or the bytes of one; they must not change any more.
   * @throws ProtocolError for an answer that cannot be encoded; the request is then still to be ended.
   */
  answer(answer: Message | Uint8Array): void {
    const bytes = answer instanceof Uint8Array ? answer : this.#codec.encode(answer);
    this.#line.answer(bytes, this.#header);
    this.#onAnswered(this.message, bytes);
    this.#end();
  }

  /** Gives no answer. */
  ignore(): void {
    this.#end();
  }

  /** Gives no answer and closes the connection: the peer broke the rules. */
  refuse(error: ProtocolError): void {
    this.#line.fail(error);
    this.#end();
  }

  #end(): void {
    assert(!this.#isEnded, 'a request of the peer is ended once');
    this.#isEnded = true;
    this.#line.done();
  }
}
