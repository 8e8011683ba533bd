import { fromHex } from '@kassa/primitives';
import { HEX_CODES, NIBBLE_OF_HEX } from '../codec/hex-codes.ts';
import { BAD_PACKED, UNPACK_DIGITS } from '../codec/packed-digits.ts';
import { countOf, problem } from '../codec/protocol-problem.ts';
import { DialectError } from '../dialect/dialect-error.ts';
import { FRAME_HEADER_BYTES_MAX } from '../limits.ts';

/**
 * How messages are told apart in a stream, by the names jPOS gave its channels.
 * - `post`: two bytes, big endian
 * - `raw`: four bytes, big endian
 * - `nac`: two bytes, then a TPDU if the framing has one
 * - `ncc`: two bytes BCD, then a TPDU if the framing has one
 * - `bcd`: two bytes BCD
 * - `ascii`: four ASCII digits
 * - `hex`: four hexadecimal characters
 * - `base24tcp`: two bytes, the message, ETX; the length counts the ETX
 * - `cs`: two bytes, two zero bytes
 * - `vap`: two bytes, two zero bytes, then a base header that begins with its own length
 *
 * Lengths count everything after them.
 */
export type FramingKind =
  | 'post'
  | 'raw'
  | 'nac'
  | 'ncc'
  | 'bcd'
  | 'ascii'
  | 'hex'
  | 'base24tcp'
  | 'cs'
  | 'vap';

export interface FramingSpec {
  readonly kind: FramingKind;
  /**
   * `nac` and `ncc`: transport header put before every message, hexadecimal; one of as many bytes is taken off what
   * is received, whatever it says, because replies come with its addresses swapped.
   */
  readonly tpdu?: string;
  /**
   * `vap`: base header put before every message, hexadecimal. Its first byte is its length; bytes 4 and 5 are
   * overwritten with the length of header and message. What is received has a header exactly when this is given.
   */
  readonly header?: string;
}

/** What becomes of a stream once a frame in it is wrong. */
export interface FramingRecovery {
  readonly afterError: 'disconnect';
  readonly why: string;
}

/**
 * What to do where a stream has lost its place, for each kind. None can be taken up again: a length that is wrong says
 * nothing of where the next one stands, and no kind has a mark that cannot also be part of a message. A deframer
 * refuses everything after the error, so the connection is to be closed.
 */
export const FRAMING_RECOVERY: Readonly<Record<FramingKind, FramingRecovery>> = {
  post: { afterError: 'disconnect', why: 'two bytes of length, any value of which may be one' },
  raw: { afterError: 'disconnect', why: 'four bytes of length, any value of which may be one' },
  nac: { afterError: 'disconnect', why: 'a TPDU is not told from other bytes' },
  ncc: { afterError: 'disconnect', why: 'packed digits are common in messages' },
  bcd: { afterError: 'disconnect', why: 'packed digits are common in messages' },
  ascii: { afterError: 'disconnect', why: 'digits are common in messages' },
  hex: { afterError: 'disconnect', why: 'hexadecimal characters are common in messages' },
  base24tcp: { afterError: 'disconnect', why: 'ETX, 03, is common in binary elements' },
  cs: { afterError: 'disconnect', why: 'zero bytes are common in messages' },
  vap: { afterError: 'disconnect', why: 'zero bytes are common in messages' },
};

/** A kind alone, or with its header. */
export type Framing = FramingKind | FramingSpec;

/** How a kind writes its length. */
interface LengthForm {
  readonly wireBytes: number;
  readonly lengthMax: number;
  /** The length, or -1 where the bytes cannot be one. */
  readonly read: (bytes: Uint8Array, offset: number) => number;
  readonly write: (length: number, out: Uint8Array, offset: number) => void;
  readonly words: string;
}

/** A framing with every decision taken. */
export interface CompiledFraming {
  readonly form: LengthForm;
  /** Put between length and message. */
  readonly header: Uint8Array;
  /** The header says how long it is itself; else it is as long as {@link header}. */
  readonly headerTellsLength: boolean;
  readonly hasEtx: boolean;
}

const ETX = 0x03;
const PATH = 'frame';
/** Where a base header keeps the length of header and message. */
const BASE_HEADER_LENGTH_AT = 3;

const BINARY_2: LengthForm = {
  wireBytes: 2,
  lengthMax: 0xffff,
  read: (bytes, offset) => ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0),
  write: (length, out, offset) => {
    out[offset] = length >> 8;
    out[offset + 1] = length;
  },
  words: 'two bytes of length',
};

const BINARY_4: LengthForm = {
  wireBytes: 4,
  lengthMax: 0x7fffffff,
  read: (bytes, offset) => {
    let length = 0;
    for (let at = offset; at < offset + 4; at++) length = length * 256 + (bytes[at] ?? 0);
    return length;
  },
  write: (length, out, offset) => {
    for (let at = 0; at < 4; at++) out[offset + at] = length >>> (24 - at * 8);
  },
  words: 'four bytes of length',
};

const BINARY_2_AND_ZEROS: LengthForm = {
  ...BINARY_2,
  wireBytes: 4,
  write: (length, out, offset) => {
    BINARY_2.write(length, out, offset);
    out.fill(0, offset + 2, offset + 4);
  },
  read: (bytes, offset) =>
    bytes[offset + 2] === 0 && bytes[offset + 3] === 0 ? BINARY_2.read(bytes, offset) : -1,
  words: 'two bytes of length and two zero bytes',
};

const BCD_2: LengthForm = {
  wireBytes: 2,
  lengthMax: 9999,
  read: (bytes, offset) => {
    let length = 0;
    for (let at = offset; at < offset + 2; at++) {
      const byte = bytes[at] ?? 0;
      if (((UNPACK_DIGITS[byte] ?? 0) & BAD_PACKED) !== 0) return -1;
      length = length * 100 + (byte >> 4) * 10 + (byte & 15);
    }
    return length;
  },
  write: (length, out, offset) => {
    for (let at = 1, rest = length; at >= 0; at--, rest = (rest / 100) | 0) {
      out[offset + at] = ((((rest / 10) | 0) % 10) << 4) | (rest % 10);
    }
  },
  words: 'four packed digits of length',
};

/** Four characters, digits of a base up to 16; hexadecimal is read in either case. */
function characters(base: 10 | 16, words: string): LengthForm {
  return {
    wireBytes: 4,
    lengthMax: base ** 4 - 1,
    read: (bytes, offset) => {
      let length = 0;
      for (let at = offset; at < offset + 4; at++) {
        const digit = NIBBLE_OF_HEX[bytes[at] ?? 0] ?? 255;
        if (digit >= base) return -1;
        length = length * base + digit;
      }
      return length;
    },
    write: (length, out, offset) => {
      for (let at = 3, rest = length; at >= 0; at--, rest = (rest / base) | 0) {
        out[offset + at] = HEX_CODES[rest % base] ?? 0;
      }
    },
    words,
  };
}

const FORMS: Readonly<Record<FramingKind, LengthForm>> = {
  post: BINARY_2,
  raw: BINARY_4,
  nac: BINARY_2,
  ncc: BCD_2,
  bcd: BCD_2,
  ascii: characters(10, 'four digits of length'),
  hex: characters(16, 'four hexadecimal characters of length'),
  base24tcp: BINARY_2,
  cs: BINARY_2_AND_ZEROS,
  vap: BINARY_2_AND_ZEROS,
};

export const FRAMING_KINDS = Object.keys(FORMS) as readonly FramingKind[];

/**
 * Takes every decision of a framing once.
 * @throws DialectError naming the key.
 */
export function compileFraming(framing: Framing): CompiledFraming {
  const { kind, tpdu, header }: FramingSpec = typeof framing === 'string' ? { kind: framing } : framing;
  if (tpdu !== undefined && kind !== 'nac' && kind !== 'ncc') {
    throw new DialectError('framing.tpdu', `${kind} has no TPDU: use nac or ncc`);
  }
  if (header !== undefined && kind !== 'vap') {
    throw new DialectError('framing.header', `${kind} has no base header: use vap`);
  }
  const headerBytes =
    tpdu !== undefined ? hexKey('framing.tpdu', tpdu) : hexKey('framing.header', header ?? '');
  const headerTellsLength = header !== undefined;
  if (headerTellsLength && (headerBytes[0] !== headerBytes.length || headerBytes.length < 5)) {
    throw new DialectError('framing.header', 'expected at least 5 bytes, the first of them saying how many');
  }
  return { form: FORMS[kind], header: headerBytes, headerTellsLength, hasEtx: kind === 'base24tcp' };
}

function hexKey(key: string, hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || hex.length > FRAME_HEADER_BYTES_MAX * 2 || !/^[0-9A-Fa-f]*$/.test(hex)) {
    throw new DialectError(key, `expected hexadecimal of at most ${FRAME_HEADER_BYTES_MAX} bytes`);
  }
  return fromHex(hex);
}

/**
 * Puts one message into a frame.
 * @param replyHeader put in the place of the framing's own header: `answerTpdu` of the one a request came with.
 * @throws ProtocolError `bad-length` for an empty message or a header of another length than the framing's,
 * `too-large` for a message the length cannot say.
 */
export function frame(framing: Framing, body: Uint8Array, replyHeader?: Uint8Array): Uint8Array {
  const compiled = compileFraming(framing);
  const out = new Uint8Array(frameSize(compiled, body.length));
  writeFrame(compiled, body, replyHeader ?? compiled.header, out, 0);
  return out;
}

/**
 * Bytes of the frame of a message of so many.
 * @throws ProtocolError `bad-length` for none, `too-large` for more than the length can say.
 */
export function frameSize({ form, header, hasEtx }: CompiledFraming, bodyBytes: number): number {
  if (bodyBytes === 0) throw problem('bad-length', PATH, 0, 'a message', 'no bytes');
  const length = header.length + bodyBytes + (hasEtx ? 1 : 0);
  if (length > form.lengthMax) {
    throw problem(
      'too-large',
      PATH,
      0,
      `at most ${countOf(form.lengthMax, 'byte')}`,
      countOf(length, 'byte'),
    );
  }
  return form.wireBytes + length;
}

/**
 * Writes the frame of a message to where there is room for it.
 * @returns the offset after it.
 * @throws ProtocolError `bad-length` for a header of another length than the framing's.
 */
export function writeFrame(
  { form, header: ownHeader, headerTellsLength, hasEtx }: CompiledFraming,
  body: Uint8Array,
  header: Uint8Array,
  out: Uint8Array,
  offset: number,
): number {
  if (header.length !== ownHeader.length) {
    const expected = `a header of ${countOf(ownHeader.length, 'byte')}`;
    throw problem('bad-length', PATH, 0, expected, countOf(header.length, 'byte'));
  }
  const length = header.length + body.length + (hasEtx ? 1 : 0);
  form.write(length, out, offset);
  let at = offset + form.wireBytes;
  if (header.length > 0) out.set(header, at);
  if (headerTellsLength) BINARY_2.write(length, out, at + BASE_HEADER_LENGTH_AT);
  at += header.length;
  out.set(body, at);
  at += body.length;
  if (hasEtx) out[at++] = ETX;
  return at;
}

/**
 * Bytes of the frame that begins at `offset`, or -1 while its length is not there yet.
 * @throws ProtocolError `bad-length` or `too-large`.
 */
export function frameBytes(
  framing: CompiledFraming,
  bytes: Uint8Array,
  offset: number,
  end: number,
  maxBytes: number,
): number {
  const { form, header, hasEtx } = framing;
  if (end - offset < form.wireBytes) return -1;
  const length = form.read(bytes, offset);
  if (length < 0) throw problem('bad-length', PATH, 0, form.words, 'something else');
  if (length > maxBytes) {
    throw problem('too-large', PATH, 0, `at most ${countOf(maxBytes, 'byte')}`, countOf(length, 'byte'));
  }
  const overhead = header.length + (hasEtx ? 1 : 0);
  if (length <= overhead) {
    throw problem(
      'bad-length',
      PATH,
      0,
      'a message',
      `${countOf(length, 'byte')}, of them ${overhead} of header and trailer`,
    );
  }
  return form.wireBytes + length;
}

/** A message as it came, with what stood between its length and itself. Both are views of what arrived. */
export interface FramedMessage {
  /** TPDU or base header; empty for framings without. */
  readonly header: Uint8Array;
  readonly body: Uint8Array;
}

const NO_HEADER = new Uint8Array(0);

/**
 * What is in one whole frame, which stands from `offset` to `frameEnd`.
 * @throws ProtocolError `bad-length` or `bad-encoding`, offsets counted from the start of the frame.
 */
export function frameParts(
  { form, header, headerTellsLength, hasEtx }: CompiledFraming,
  bytes: Uint8Array,
  offset: number,
  frameEnd: number,
): FramedMessage {
  const headerAt = offset + form.wireBytes;
  const headerBytes = headerTellsLength ? (bytes[headerAt] ?? 0) : header.length;
  const start = headerAt + headerBytes;
  const end = frameEnd - (hasEtx ? 1 : 0);
  if (start >= end || (headerTellsLength && headerBytes === 0)) {
    throw problem(
      'bad-length',
      PATH,
      form.wireBytes,
      'a base header and a message',
      `a header of ${countOf(headerBytes, 'byte')}`,
    );
  }
  if (hasEtx && bytes[end] !== ETX) {
    throw problem('bad-encoding', PATH, end - offset, 'ETX, 03', 'another byte');
  }
  return {
    header: headerBytes === 0 ? NO_HEADER : bytes.subarray(headerAt, start),
    body: bytes.subarray(start, end),
  };
}
