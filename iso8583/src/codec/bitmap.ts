import type { Dialect } from '../dialect/dialect.ts';
import { EBCDIC_OF_LATIN1, LATIN1_OF_EBCDIC } from './ebcdic.ts';
import { HEX_CODES, NIBBLE_OF_HEX } from './hex-codes.ts';
import { problem, truncated } from './protocol-problem.ts';

/** Bits 1 to 192 of up to three bitmaps, 32 in a word, bit 1 the highest of the first. */
export type BitmapWords = Int32Array;

export const BITMAP_WORDS = 6;

/** The bitmaps of a dialect: where they stand and which elements they announce. */
export interface BitmapCodec {
  /**
   * Reads all bitmaps; bits that announce another bitmap are not elements and are cleared.
   * @param messageEnd where the message ends: the bytes may go on.
   * @returns the offset after them.
   */
  readonly read: (bytes: Uint8Array, offset: number, messageEnd: number, words: BitmapWords) => number;
  /** Writes as many bitmaps as the bits in `words` need, adding the announcing bits. @returns the offset after them. */
  readonly write: (words: BitmapWords, out: Uint8Array, offset: number) => number;
  /** Most bytes the bitmaps take on the wire. */
  readonly wireBytesMax: number;
}

/** Eight bytes of bitmap on the wire. */
interface BitmapEncoding {
  readonly wireBytes: number;
  /** @param messageOffset where `bytes` stand in the message, for errors. */
  readonly read: (
    bytes: Uint8Array,
    offset: number,
    words: BitmapWords,
    word: number,
    messageOffset: number,
  ) => void;
  readonly write: (high: number, low: number, out: Uint8Array, offset: number) => void;
}

/** The first bit of a word: in words 0 and 2 it announces the next bitmap. */
const ANNOUNCE = 0x80000000 | 0;
const REST = 0x7fffffff;

export function compileBitmap(dialect: Dialect): BitmapCodec {
  const encoding = ENCODINGS[dialect.bitmap];
  return dialect.bitmapFixedBytes === undefined
    ? chainedBitmaps(encoding, dialect.tertiary === true)
    : fixedBitmap(dialect.bitmap, dialect.bitmapFixedBytes, dialect.mti === 'none');
}

/** ISO 8583:1987, 4.1: bit 1 announces the second bitmap; ISO 8583-1:2003: bit 65 the third. */
function chainedBitmaps(encoding: BitmapEncoding, tertiary: boolean): BitmapCodec {
  const { wireBytes } = encoding;
  return {
    wireBytesMax: wireBytes * (tertiary ? 3 : 2),
    read: (bytes, offset, messageEnd, words) => {
      words.fill(0);
      let at = readOne(encoding, bytes, offset, messageEnd, words, 0);
      if (((words[0] ?? 0) & ANNOUNCE) === 0) return at;
      words[0] = (words[0] ?? 0) & REST;
      at = readOne(encoding, bytes, at, messageEnd, words, 2);
      if (!tertiary || ((words[2] ?? 0) & ANNOUNCE) === 0) return at;
      words[2] = (words[2] ?? 0) & REST;
      return readOne(encoding, bytes, at, messageEnd, words, 4);
    },
    write: (words, out, offset) => {
      const third = ((words[4] ?? 0) | (words[5] ?? 0)) !== 0;
      const second = third || ((words[2] ?? 0) | (words[3] ?? 0)) !== 0;
      encoding.write((words[0] ?? 0) | (second ? ANNOUNCE : 0), words[1] ?? 0, out, offset);
      if (!second) return offset + wireBytes;
      encoding.write((words[2] ?? 0) | (third ? ANNOUNCE : 0), words[3] ?? 0, out, offset + wireBytes);
      if (!third) return offset + wireBytes * 2;
      encoding.write(words[4] ?? 0, words[5] ?? 0, out, offset + wireBytes * 2);
      return offset + wireBytes * 3;
    },
  };
}

/**
 * A bitmap that is always as long: bit 1 announces nothing, hosts set it or not. It is read and written as whole
 * bitmaps of eight bytes, of which the wire has the first `size`.
 * @param bitOneIsElement inside an element there is nothing to announce, and bit 1 is an element like the others.
 */
function fixedBitmap(kind: Dialect['bitmap'], size: number, bitOneIsElement: boolean): BitmapCodec {
  const encoding = ENCODINGS[kind];
  const bitmaps = Math.ceil(size / 8);
  const wireBytes = kind === 'binary' ? size : size * 2;
  const whole = new Uint8Array(encoding.wireBytes * bitmaps);
  encodeAll(encoding, new Int32Array(BITMAP_WORDS), whole, bitmaps);
  const zeros = whole.slice();
  return {
    wireBytesMax: wireBytes,
    read: (bytes, offset, messageEnd, words) => {
      if (offset + wireBytes > messageEnd) throw truncated('1', offset, wireBytes, messageEnd - offset);
      words.fill(0);
      whole.set(zeros);
      whole.set(bytes.subarray(offset, offset + wireBytes));
      for (let bitmap = 0; bitmap < bitmaps; bitmap++) {
        encoding.read(whole, bitmap * encoding.wireBytes, words, bitmap * 2, offset);
      }
      if (bitOneIsElement) return offset + wireBytes;
      if (bitmaps === 1 && ((words[0] ?? 0) & ANNOUNCE) !== 0) {
        throw problem('bad-bitmap', '1', offset, 'bit 1 clear: this dialect has one bitmap', 'bit 1 set');
      }
      words[0] = (words[0] ?? 0) & REST;
      return offset + wireBytes;
    },
    write: (words, out, offset) => {
      encodeAll(encoding, words, whole, bitmaps);
      out.set(whole.subarray(0, wireBytes), offset);
      return offset + wireBytes;
    },
  };
}

function encodeAll(encoding: BitmapEncoding, words: BitmapWords, out: Uint8Array, bitmaps: number): void {
  for (let bitmap = 0; bitmap < bitmaps; bitmap++) {
    encoding.write(words[bitmap * 2] ?? 0, words[bitmap * 2 + 1] ?? 0, out, bitmap * encoding.wireBytes);
  }
}

function readOne(
  encoding: BitmapEncoding,
  bytes: Uint8Array,
  offset: number,
  messageEnd: number,
  words: BitmapWords,
  word: number,
): number {
  const end = offset + encoding.wireBytes;
  if (end > messageEnd) {
    throw truncated(pathOfWord(word), offset, encoding.wireBytes, messageEnd - offset);
  }
  encoding.read(bytes, offset, words, word, 0);
  return end;
}

/** The second bitmap is data element 1 of the standard, the third is element 65; the first has no number. */
function pathOfWord(word: number): string {
  return word === 4 ? '65' : '1';
}

function hexEncoding(codeOfByte: Uint8Array, byteOfCode: Uint8Array): BitmapEncoding {
  const nibbleOfByte = Uint8Array.from(
    { length: 256 },
    (_, byte) => NIBBLE_OF_HEX[codeOfByte[byte] ?? 0] ?? 255,
  );
  const byteOfNibble = Uint8Array.from(HEX_CODES, (code) => byteOfCode[code] ?? 0);
  return {
    wireBytes: 16,
    read: (bytes, offset, words, word, messageOffset) => {
      for (let half = 0; half < 2; half++) {
        let value = 0;
        for (let index = 0; index < 8; index++) {
          const at = offset + half * 8 + index;
          const nibble = nibbleOfByte[bytes[at] ?? 0] ?? 255;
          if (nibble > 15) {
            throw problem(
              'bad-bitmap',
              pathOfWord(word),
              messageOffset + at,
              'a hexadecimal digit',
              'another character',
            );
          }
          value = (value << 4) | nibble;
        }
        words[word + half] = value;
      }
    },
    write: (high, low, out, offset) => {
      for (let index = 0; index < 16; index++) {
        const half = index < 8 ? high : low;
        out[offset + index] = byteOfNibble[(half >>> (28 - (index & 7) * 4)) & 15] ?? 0;
      }
    },
  };
}

const BINARY: BitmapEncoding = {
  wireBytes: 8,
  read: (bytes, offset, words, word) => {
    for (let half = 0; half < 2; half++) {
      const at = offset + half * 4;
      words[word + half] =
        ((bytes[at] ?? 0) << 24) |
        ((bytes[at + 1] ?? 0) << 16) |
        ((bytes[at + 2] ?? 0) << 8) |
        (bytes[at + 3] ?? 0);
    }
  },
  write: (high, low, out, offset) => {
    for (let index = 0; index < 8; index++) {
      out[offset + index] = (index < 4 ? high : low) >>> (24 - (index & 3) * 8);
    }
  },
};

const SAME = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const ENCODINGS: Readonly<Record<Dialect['bitmap'], BitmapEncoding>> = {
  binary: BINARY,
  hex: hexEncoding(SAME, SAME),
  'ebcdic-hex': hexEncoding(LATIN1_OF_EBCDIC, EBCDIC_OF_LATIN1),
};
