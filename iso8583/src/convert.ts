import type { Convert } from './compiled-field.ts';
import { EVERY_SET, SETS_OF_CODE } from './content.ts';
import { HEX_CODES, NIBBLE_OF_HEX } from './hex-codes.ts';
import { BAD_PACKED, NIBBLE_BASE } from './packed-digits.ts';

// Two words of four bytes at a time: a 32-bit word holds four characters, and adding a constant to all four at once
// sets the top bit of each that is at or above a bound. With every byte below 80, byte + (80 - low) has its top bit
// exactly from `low` on, byte + (7F - high) exactly above `high`; a byte of 80 and more is wrong by its own top bit, so
// a carry into its neighbour cannot hide anything. The last step overlaps the one before it instead of leaving a rest.
// Source and target may be the same bytes at the same place: then a value is only checked.

const TOPS = 0x80808080 | 0;
const WORD = 4;
/** Bytes of a step: two words, which overlap where there are fewer. */
const STEP = 8;

/** Characters of any set, one byte each, both ways. */
export const copyByTable: Convert = (source, from, units, target, to, field) => {
  const sets = SETS_OF_CODE;
  const input = source.bytes;
  const output = target.bytes;
  let common = EVERY_SET;
  for (let index = 0; index < units; index++) {
    const code = input[from + index] ?? 0;
    common &= sets[code] ?? 0;
    output[to + index] = code;
  }
  return (common & field.setBit) !== 0;
};

/** Bytes with a high nibble set where `word` holds no digit. */
const notDigits = (word: number): number => {
  const value = word ^ 0x30303030;
  return value | (value + 0x06060606);
};

/** Digits, one byte each, both ways. */
export const copyDigits: Convert = (source, from, units, target, to, field) => {
  if (units < WORD) return copyByTable(source, from, units, target, to, field);
  const input = source.view;
  const output = target.view;
  const isCopy = source !== target;
  const last = units < STEP ? 0 : units - STEP;
  const gap = units < STEP ? units - WORD : WORD;
  let bad = 0;
  for (let index = 0; ; index += STEP) {
    const at = index < last ? index : last;
    const first = input.getInt32(from + at, true);
    const second = input.getInt32(from + at + gap, true);
    if (isCopy) {
      output.setInt32(to + at, first, true);
      output.setInt32(to + at + gap, second, true);
    }
    bad |= notDigits(first) | notDigits(second);
    if (index >= last) return (bad & 0xf0f0f0f0) === 0;
  }
};

/** Bytes with their top bit set where `word` holds what is not printable ASCII: below 20, 7F, or above. */
const notPrintable = (word: number): number => ~(word + 0x60606060) | (word + 0x01010101) | word;

/** Printable ASCII, one byte each, both ways. */
export const copyPrintable: Convert = (source, from, units, target, to, field) => {
  if (units < WORD) return copyByTable(source, from, units, target, to, field);
  const input = source.view;
  const output = target.view;
  const isCopy = source !== target;
  const last = units < STEP ? 0 : units - STEP;
  const gap = units < STEP ? units - WORD : WORD;
  let bad = 0;
  for (let index = 0; ; index += STEP) {
    const at = index < last ? index : last;
    const first = input.getInt32(from + at, true);
    const second = input.getInt32(from + at + gap, true);
    if (isCopy) {
      output.setInt32(to + at, first, true);
      output.setInt32(to + at + gap, second, true);
    }
    bad |= notPrintable(first) | notPrintable(second);
    if (index >= last) return (bad & TOPS) === 0;
  }
};

/** Bytes with their top bit set where `word` holds 0 to 9. */
const digitsIn = (word: number): number => (word + 0x50505050) & ~(word + 0x46464646);
/** Where it holds A to F. */
const capitalsIn = (word: number): number => (word + 0x3f3f3f3f) & ~(word + 0x39393939);

/**
 * Characters of up to three ranges, one byte each, both ways: the contents that digits, letters and a few specials make.
 * @param ranges first and last character of each.
 */
export function copyRanges(...ranges: readonly [string, string][]): Convert {
  const [first, second, third] = [0, 1, 2].map((index) =>
    boundsOf(ranges[index] ?? ranges[0] ?? ['', '']),
  ) as [Bounds, Bounds, Bounds];
  const [from1, above1, from2, above2, from3, above3] = [...first, ...second, ...third] as const;
  return (source, from, units, target, to, field) => {
    if (units < 4) return copyByTable(source, from, units, target, to, field);
    const input = source.view;
    const output = target.view;
    const last = units - 4;
    let bad = 0;
    for (let index = 0; ; index += 4) {
      const at = index < last ? index : last;
      const word = input.getInt32(from + at, true);
      output.setInt32(to + at, word, true);
      const inside =
        ((word + from1) & ~(word + above1)) |
        ((word + from2) & ~(word + above2)) |
        ((word + from3) & ~(word + above3));
      bad |= ~inside | word;
      if (index >= last) return (bad & TOPS) === 0;
    }
  };
}

type Bounds = readonly [from: number, above: number];

/** What to add to four bytes at once, so that the top bit tells which are not below, and which are above, a range. */
function boundsOf([low, high]: readonly [string, string]): Bounds {
  const each = 0x01010101;
  return [each * (0x80 - low.charCodeAt(0)), each * (0x7f - high.charCodeAt(0))];
}

/** Bytes with their top bit set where `word` holds no upper-case hexadecimal digit. */
const notUpperHex = (word: number): number => ~(digitsIn(word) | capitalsIn(word)) | word;

/** Hexadecimal characters of either case to upper-case ones. Most are upper case already: the others take a second look. */
export const readHexCharacters: Convert = (source, from, units, target, to, field) =>
  writeHexCharacters(source, from, units, target, to, field) ||
  raiseHexCharacters(source.bytes, from, units * 2, target.bytes, to);

function raiseHexCharacters(
  input: Uint8Array,
  from: number,
  codes: number,
  output: Uint8Array,
  to: number,
): boolean {
  let bad = 0;
  for (let index = 0; index < codes; index++) {
    const nibble = NIBBLE_OF_HEX[input[from + index] ?? 0] ?? 255;
    bad |= nibble;
    // What is no digit stays, so that whoever looks for it finds it.
    if (nibble < 16) output[to + index] = HEX_CODES[nibble] ?? 0;
  }
  return bad < 16;
}

/** Upper-case hexadecimal characters as they are. */
export const writeHexCharacters: Convert = (source, from, units, target, to, field) => {
  const codes = units * 2;
  if (codes < WORD) return copyByTable(source, from, codes, target, to, field);
  const input = source.view;
  const output = target.view;
  const isCopy = source !== target;
  const last = codes < STEP ? 0 : codes - STEP;
  const gap = codes < STEP ? codes - WORD : WORD;
  let bad = 0;
  for (let index = 0; ; index += STEP) {
    const at = index < last ? index : last;
    const first = input.getInt32(from + at, true);
    const second = input.getInt32(from + at + gap, true);
    if (isCopy) {
      output.setInt32(to + at, first, true);
      output.setInt32(to + at + gap, second, true);
    }
    bad |= notUpperHex(first) | notUpperHex(second);
    if (index >= last) return (bad & TOPS) === 0;
  }
};

/** The two codes of each byte in hexadecimal, the first in the low half. */
const HEX_PAIRS = Int32Array.from(
  { length: 256 },
  (_, byte) => (HEX_CODES[byte >> 4] ?? 0) | ((HEX_CODES[byte & 15] ?? 0) << 8),
);

/** Bytes to hexadecimal, two at a time. */
export const readBytes: Convert = (source, from, units, target, to) => {
  const input = source.bytes;
  const output = target.view;
  const pairs = HEX_PAIRS;
  const even = units & ~1;
  for (let index = 0; index < even; index += 2) {
    const first = pairs[input[from + index] ?? 0] ?? 0;
    const second = pairs[input[from + index + 1] ?? 0] ?? 0;
    output.setInt32(to + index * 2, first | (second << 16), true);
  }
  if (even < units) output.setInt16(to + even * 2, pairs[input[from + even] ?? 0] ?? 0, true);
  return true;
};

/** Upper-case hexadecimal to bytes, two at a time. */
export const writeBytes: Convert = (source, from, units, target, to) => {
  const input = source.view;
  const output = target.view;
  const even = units & ~1;
  let bad = 0;
  for (let index = 0; index < even; index += 2) {
    const word = input.getInt32(from + index * 2);
    bad |= notUpperHex(word);
    const pairs = nibblePairs(word);
    output.setInt16(to + index, ((pairs >> 8) & 0xff00) | (pairs & 0xff));
  }
  if (even < units) {
    // Two characters as if they were four: the upper two are zero digits.
    const word = input.getUint16(from + even * 2) | 0x30300000;
    bad |= notUpperHex(word);
    output.setUint8(to + even, nibblePairs(word));
  }
  return (bad & TOPS) === 0;
};

/** Four hexadecimal characters to two bytes, in the second and the fourth byte of the result. */
function nibblePairs(word: number): number {
  // A letter has bit 6 set, and a low nibble of 1 to 6 for ten to fifteen.
  const nibbles = (word & 0x0f0f0f0f) + 9 * ((word >> 6) & 0x01010101);
  return (nibbles >> 4) | nibbles;
}

/** An even number of packed digits to characters, two bytes at a time. */
export const unpackEven: Convert = (source, from, units, target, to, field) => {
  const input = source.bytes;
  const output = target.view;
  const table = field.unpackTable;
  const bytes = units >> 1;
  const even = bytes & ~1;
  let packed = 0;
  for (let index = 0; index < even; index += 2) {
    const first = table[input[from + index] ?? 0] ?? 0;
    const second = table[input[from + index + 1] ?? 0] ?? 0;
    packed |= first | second;
    output.setInt32(to + index * 2, (first & 0xffff) | (second << 16), true);
  }
  if (even < bytes) {
    const last = table[input[from + even] ?? 0] ?? 0;
    packed |= last;
    output.setInt16(to + even * 2, last, true);
  }
  return (packed & BAD_PACKED) === 0;
};

/** An even number of digits to packed ones, two bytes at a time. Only for digits: track 2 has a separator. */
export const packEvenDigits: Convert = (source, from, units, target, to) => {
  const input = source.view;
  const output = target.view;
  const bytes = units >> 1;
  const even = bytes & ~1;
  let bad = 0;
  for (let index = 0; index < even; index += 2) {
    const nibbles = input.getInt32(from + index * 2) ^ 0x30303030;
    bad |= nibbles | (nibbles + 0x06060606);
    const pairs = (nibbles >> 4) | nibbles;
    output.setInt16(to + index, ((pairs >> 8) & 0xff00) | (pairs & 0xff));
  }
  if (even < bytes) {
    const nibbles = input.getUint16(from + even * 2) ^ 0x3030;
    bad |= nibbles | (nibbles + 0x0606);
    output.setUint8(to + even, (nibbles >> 4) | nibbles);
  }
  return (bad & 0xf0f0f0f0) === 0;
};

/** Packed digits, and packed track 2, to characters. */
export const unpack: Convert = (source, from, units, target, to, field) => {
  if ((units & 1) === 0) return unpackEven(source, from, units, target, to, field);
  const edge = source.bytes[field.padRight ? from + (units >> 1) : from] ?? 0;
  const filler = field.padRight ? edge & 15 : edge >> 4;
  const digit = field.unpackTable[field.padRight ? edge & 0xf0 : edge & 15] ?? 0;
  target.bytes[field.padRight ? to + units - 1 : to] = field.padRight ? digit : digit >> 8;
  const isEven = field.padRight
    ? unpackEven(source, from, units - 1, target, to, field)
    : unpackEven(source, from + 1, units - 1, target, to + 1, field);
  return isEven && filler === field.fillerNibble && (digit & BAD_PACKED) === 0;
};

/** Digits to packed ones. */
export const packDigits: Convert = (source, from, units, target, to, field) => {
  if ((units & 1) === 0) return packEvenDigits(source, from, units, target, to, field);
  const nibble = (source.bytes[field.padRight ? from + units - 1 : from] ?? 0) ^ NIBBLE_BASE;
  const byte = field.padRight ? (nibble << 4) | field.fillerNibble : (field.fillerNibble << 4) | nibble;
  target.bytes[field.padRight ? to + (units >> 1) : to] = byte;
  const isEven = field.padRight
    ? packEvenDigits(source, from, units - 1, target, to, field)
    : packEvenDigits(source, from + 1, units - 1, target, to + 1, field);
  return isEven && nibble <= 9;
};

/** Track 2 to packed nibbles. */
export const packTrack: Convert = (source, from, units, target, to, field) => {
  const sets = SETS_OF_CODE;
  const input = source.bytes;
  const output = target.bytes;
  const pairs = units >> 1;
  let common = EVERY_SET;
  let at = from;
  let byte = to;
  if ((units & 1) === 1 && !field.padRight) {
    const code = input[at++] ?? 0;
    common &= sets[code] ?? 0;
    output[byte++] = (field.fillerNibble << 4) | (code - NIBBLE_BASE);
  }
  for (let index = 0; index < pairs; index++) {
    const first = input[at + index * 2] ?? 0;
    const second = input[at + index * 2 + 1] ?? 0;
    common &= (sets[first] ?? 0) & (sets[second] ?? 0);
    output[byte + index] = ((first - NIBBLE_BASE) << 4) | (second - NIBBLE_BASE);
  }
  if ((units & 1) === 1 && field.padRight) {
    const code = input[at + pairs * 2] ?? 0;
    common &= sets[code] ?? 0;
    output[byte + pairs] = ((code - NIBBLE_BASE) << 4) | field.fillerNibble;
  }
  return (common & field.setBit) !== 0;
};

/** EBCDIC to characters. */
export const readEbcdic: Convert = (source, from, units, target, to, field) => {
  const sets = SETS_OF_CODE;
  const latin1 = field.codePage.latin1OfByte;
  const input = source.bytes;
  const output = target.bytes;
  let common = EVERY_SET;
  for (let index = 0; index < units; index++) {
    const code = latin1[input[from + index] ?? 0] ?? 0;
    common &= sets[code] ?? 0;
    output[to + index] = code;
  }
  return (common & field.setBit) !== 0;
};

/** Characters to EBCDIC. */
export const writeEbcdic: Convert = (source, from, units, target, to, field) => {
  const sets = SETS_OF_CODE;
  const ebcdic = field.codePage.byteOfLatin1;
  const input = source.bytes;
  const output = target.bytes;
  let common = EVERY_SET;
  for (let index = 0; index < units; index++) {
    const code = input[from + index] ?? 0;
    common &= sets[code] ?? 0;
    output[to + index] = ebcdic[code] ?? 0;
  }
  return (common & field.setBit) !== 0;
};
