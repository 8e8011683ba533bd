import { isDeepStrictEqual } from 'node:util';
import {
  type Codec,
  compileDialect,
  createDeframer,
  dialectFromSpec,
  dialects,
  type Framing,
  frame,
  framingFromSpec,
} from '@kassa/iso8583';
import { fromHex, ProtocolError, parseTlv, toHex } from '@kassa/primitives';
import { runEach, type VectorRunner } from './vector-run.ts';

/** One line of `iso8583.jsonl`. */
interface Vector {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly hex: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly error?: string;
  readonly errorField?: string;
  /** With `error`: what stands before it is in `fields`. */
  readonly partialFields?: boolean;
  readonly tlv?: Readonly<Record<string, readonly (readonly [tag: string, value: string])[]>>;
  readonly frame?: { readonly prefix: string; readonly body: string; readonly suffix: string };
}

const FRAME_BYTES_MAX = 65_535;

/**
 * Messages with their dialect, and decoded fields, an expected error or a frame. A message is decoded and encoded
 * again to the same bytes; a frame is cut out at every split of the stream and made again.
 */
export const runIso8583: VectorRunner = (text) => {
  const vectors = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Vector);
  return runEach(vectors, ({ name }) => name, check);
};

function check(vector: Vector): void {
  const { spec, hex } = vector;
  if (vector.frame !== undefined) {
    const body = checkFrame(framingFromSpec(spec), vector);
    if (vector.fields !== undefined) checkFields(compileDialect(dialects.iso1987Ascii), vector, body);
    return;
  }
  const codec = compileDialect(dialectFromSpec(spec));
  if (vector.error !== undefined) checkError(codec, vector);
  else checkFields(codec, vector, fromHex(hex));
}

function checkFields(codec: Codec, { fields, tlv }: Vector, bytes: Uint8Array): void {
  if (fields === undefined) throw new Error('has neither fields nor an error');
  const message = codec.decode(bytes);
  const { 0: mti, ...expected } = fields;
  same('mti', message.mti, mti);
  same('fields', { ...message.fields }, expected);
  for (const [number, objects] of Object.entries(tlv ?? {})) {
    const found = parseTlv(fromHex(message.fields[Number(number)] ?? '')).map(({ tag, value }) => [
      tag,
      toHex(value),
    ]);
    same(`tlv of ${number}`, found, objects);
  }
  same('encoded again', toHex(codec.encode(message)), toHex(withCapitals(codec, bytes)));
}

/** Bitmaps in hexadecimal are read in either case and written in capitals. */
function withCapitals(codec: Codec, bytes: Uint8Array): Uint8Array {
  if (codec.dialect.bitmap !== 'hex') return bytes;
  const { mtiBytes, bitmapBytes } = codec.inspect(bytes);
  return bytes.map((byte, at) => {
    const isSmall = at >= mtiBytes && at < mtiBytes + bitmapBytes && byte >= 0x61 && byte <= 0x66;
    return isSmall ? byte - 0x20 : byte;
  });
}

function checkError(codec: Codec, { hex, error, errorField, partialFields, fields }: Vector): void {
  const { message, error: found } = codec.inspect(fromHex(hex));
  if (!(found instanceof ProtocolError)) throw new Error(`expected ${error}, found a message`);
  same('error', found.code, error);
  if (errorField !== undefined) same('errorField', found.path.split('.')[0], errorField);
  if (partialFields === true && fields !== undefined) {
    const { 0: mti, ...expected } = fields;
    same('mti', message.mti, mti);
    same('partial fields', { ...message.fields }, expected);
  }
}

/** @returns the message in the frame. */
function checkFrame(framing: Framing, { hex, frame: parts }: Vector): Uint8Array {
  const bytes = fromHex(hex);
  const body = fromHex(parts?.body ?? '');
  same('framed again', toHex(frame(framing, body)), hex.toUpperCase());
  for (let split = 0; split <= bytes.length; split++) {
    const deframer = createDeframer(framing, { maxBytes: FRAME_BYTES_MAX });
    const messages = [
      ...deframer.push(bytes.subarray(0, split)).map(toHex),
      ...deframer.push(bytes.subarray(split)).map(toHex),
    ];
    same(`messages when split at ${split}`, messages, [toHex(body)]);
    same(`rest when split at ${split}`, deframer.pendingBytes, 0);
  }
  return body;
}

/** Says where two things differ, never what they hold: vectors carry card numbers. */
function same(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  if (typeof found === 'string' && typeof expected === 'string') {
    let at = 0;
    while (at < expected.length && found[at] === expected[at]) at++;
    const isName = /^[a-z0-9-]{1,20}$/.test(found) && /^[a-z0-9-]{1,20}$/.test(expected);
    throw new Error(
      `${what}: ${isName ? `expected ${expected}, found ${found}` : `differs from character ${at}`}`,
    );
  }
  const [left, right] = [found, expected].map((side) => Object(side) as Readonly<Record<string, unknown>>);
  const keys = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])];
  const differing = keys.filter((key) => !isDeepStrictEqual(left?.[key], right?.[key]));
  throw new Error(`${what}: ${differing.join(', ') || 'all'} differ`);
}
