import { isDeepStrictEqual } from 'node:util';
import {
  type Codec,
  compileDialect,
  createDeframer,
  type Dialect,
  dialects,
  FRAMING_KINDS,
  frame,
} from '@kassa/iso8583';
import { concatBytes, ProtocolError, toHex } from '@kassa/primitives';
import { mutate } from './mutate.ts';
import { randomMessage } from './random-message.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

export interface FuzzRun {
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  /** What went wrong, and the input in hexadecimal (made here, so it holds nobody's data). */
  readonly failures: readonly string[];
}

/** Inputs of one message before a new one is made. */
const MUTATIONS_A_MESSAGE = 8;
/** No input here takes a thousandth of it. */
const INPUT_TIME_MAX_MS = 1_000;
const FRAME_BYTES_MAX = 512;
/** Enough to see what is wrong. */
const FAILURES_KEPT = 10;

const CODECS = Object.values(dialects).map((dialect: Dialect) => compileDialect(dialect));

/**
 * Random bytes and mutated valid messages through decoding and deframing in all supplied dialects and framings. A
 * failure is anything thrown but ProtocolError, an input that takes a second, a value that depends on bytes beyond the
 * end, a message that does not encode to itself, and a deframer that keeps more than its limit.
 */
export function runFuzz(seed: number, count: number, clockMs: () => number): FuzzRun {
  const random = seededRandom(seed);
  const failures: string[] = [];
  let accepted = 0;
  let inputs = 0;
  let codec = compileDialect(dialects.kassaAscii);
  let valid = codec.encode(randomMessage(random, codec.dialect));
  while (inputs < count && failures.length < FAILURES_KEPT) {
    if (inputs % MUTATIONS_A_MESSAGE === 0) {
      codec = CODECS[random.below(CODECS.length)] ?? codec;
      valid = codec.encode(randomMessage(random, codec.dialect));
    }
    const input = random.below(4) === 0 ? random.bytes(random.below(200)) : mutate(random, valid);
    const startedMs = clockMs();
    try {
      if (decodes(random, codec, input)) accepted++;
      if (random.below(4) === 0) deframes(random, input);
    } catch (error) {
      const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      failures.push(`${codec.dialect.name}: ${words}: ${toHex(input)}`);
    }
    const tookMs = clockMs() - startedMs;
    if (tookMs > INPUT_TIME_MAX_MS)
      failures.push(`${codec.dialect.name}: took ${tookMs} ms: ${toHex(input)}`);
    inputs++;
  }
  return { inputs, accepted, refused: inputs - accepted, failures };
}

/** @returns whether the input is a message. */
function decodes(random: SeededRandom, codec: Codec, input: Uint8Array): boolean {
  // The same bytes with others around them: whatever lies beyond the end must make no difference.
  const before = random.bytes(random.below(4));
  const around = concatBytes(before, input, random.bytes(16));
  const view = around.subarray(before.length, before.length + input.length);
  const { error, message } = codec.inspect(view);
  const alone = codec.inspect(input);
  if (error?.message !== alone.error?.message || !isDeepStrictEqual(message, alone.message)) {
    throw new Error('what lies beyond the end makes a difference');
  }
  if (error !== null) {
    if (error.offset < 0 || error.offset > input.length) throw new Error('an error beyond the end');
    return false;
  }
  const again = codec.decode(codec.encode(message));
  if (!isDeepStrictEqual(again, message)) throw new Error('does not decode to what was encoded');
  return true;
}

/** A valid frame, then the input, cut anywhere, through a deframer. */
function deframes(random: SeededRandom, input: Uint8Array): void {
  const [first, ...others] = FRAMING_KINDS;
  const kind = first === undefined ? 'post' : random.oneOf([first, ...others]);
  const body = random.bytes(1 + random.below(40));
  const stream = concatBytes(frame(kind, body), input);
  const deframer = createDeframer(kind, { maxBytes: FRAME_BYTES_MAX });
  const messages: Uint8Array[] = [];
  let at = 0;
  try {
    while (at < stream.length) {
      const end = Math.min(stream.length, at + 1 + random.below(60));
      messages.push(...deframer.push(stream.subarray(at, end)));
      at = end;
      // A frame is its length and what the length says.
      if (deframer.pendingBytes > FRAME_BYTES_MAX + 4) throw new Error('a deframer beyond its limit');
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  if (!isDeepStrictEqual(messages[0], body)) throw new Error(`the first frame of ${kind} was lost`);
}
