import type { Dialect } from '../dialect/dialect.ts';
import { EBCDIC_OF_LATIN1, LATIN1_OF_EBCDIC } from './ebcdic.ts';
import { BAD_PACKED, UNPACK_DIGITS } from './packed-digits.ts';
import { problem, truncated } from './protocol-problem.ts';

/** The message type indicator on the wire: four digits in four bytes, or in two. */
export interface MtiCodec {
  readonly wireBytes: 0 | 2 | 4;
  /** Characters it has in a message. */
  readonly digits: 0 | 4;
  /** Reads the four digits of a message of `length` bytes into `codes`. @throws ProtocolError `truncated` or `bad-mti`. */
  readonly read: (bytes: Uint8Array, length: number, codes: Uint8Array) => void;
  /** Writes four digits. @throws ProtocolError `bad-mti`. */
  readonly write: (mti: string, out: Uint8Array, offset: number) => void;
}

const ZERO = 0x30;
const SAME = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const PATH = '0';

export const MTI_CODECS: Readonly<Record<Dialect['mti'], MtiCodec>> = {
  ascii: {
    wireBytes: 4,
    digits: 4,
    read: (bytes, length, codes) => readCharacters(bytes, length, codes, SAME),
    write: (mti, out, offset) => {
      for (let index = 0; index < 4; index++) out[offset + index] = ZERO + digitAt(mti, index);
    },
  },
  ebcdic: {
    wireBytes: 4,
    digits: 4,
    read: (bytes, length, codes) => readCharacters(bytes, length, codes, LATIN1_OF_EBCDIC),
    write: (mti, out, offset) => {
      for (let index = 0; index < 4; index++) {
        out[offset + index] = EBCDIC_OF_LATIN1[ZERO + digitAt(mti, index)] ?? 0;
      }
    },
  },
  none: { wireBytes: 0, digits: 0, read: () => undefined, write: () => undefined },
  bcd: {
    wireBytes: 2,
    digits: 4,
    read: (bytes, length, codes) => {
      if (length < 2) throw truncated(PATH, 0, 2, length);
      for (let at = 0; at < 2; at++) {
        const digits = UNPACK_DIGITS[bytes[at] ?? 0] ?? 0;
        if ((digits & BAD_PACKED) !== 0) throw notDigit(at);
        codes[at * 2] = digits;
        codes[at * 2 + 1] = digits >> 8;
      }
    },
    write: (mti, out, offset) => {
      out[offset] = (digitAt(mti, 0) << 4) | digitAt(mti, 1);
      out[offset + 1] = (digitAt(mti, 2) << 4) | digitAt(mti, 3);
    },
  },
};

function readCharacters(bytes: Uint8Array, length: number, codes: Uint8Array, codeOf: Uint8Array): void {
  if (length < 4) throw truncated(PATH, 0, 4, length);
  for (let at = 0; at < 4; at++) {
    const code = codeOf[bytes[at] ?? 0] ?? 0;
    if (code < ZERO || code > ZERO + 9) throw notDigit(at);
    codes[at] = code;
  }
}

function notDigit(offset: number): Error {
  return problem('bad-mti', PATH, offset, 'a digit', 'something else');
}

function digitAt(mti: string, index: number): number {
  const digit = mti.charCodeAt(index) - ZERO;
  if (mti.length !== 4 || !(digit >= 0 && digit <= 9)) {
    throw problem(
      'bad-mti',
      PATH,
      0,
      'four digits',
      mti.length === 4 ? 'other characters' : `${mti.length} characters`,
    );
  }
  return digit;
}
