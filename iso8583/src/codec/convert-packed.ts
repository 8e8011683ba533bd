import type { Convert } from './compiled-field.ts';
import { EVERY_SET, SETS_OF_CODE } from './content.ts';
import { BAD_PACKED, NIBBLE_BASE } from './packed-digits.ts';
import { notDigits, notTrack, packedNibbles, STEP, WORD } from './word.ts';

// Values of digits and of track 2, two characters a byte.

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
const packFewDigits: Convert = (source, from, units, target, to) => {
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

/** The same, four bytes at a time; the last step overlaps the one before it. */
export const packEvenDigits: Convert = (source, from, units, target, to, field) => {
  if (units < STEP) return packFewDigits(source, from, units, target, to, field);
  const input = source.view;
  const output = target.view;
  const last = units - STEP;
  let bad = 0;
  for (let index = 0; ; index += STEP) {
    const at = index < last ? index : last;
    const first = input.getInt32(from + at);
    const second = input.getInt32(from + at + WORD);
    bad |= notDigits(first) | notDigits(second);
    output.setInt32(to + (at >> 1), (packedNibbles(first) << 16) | packedNibbles(second));
    if (index >= last) return (bad & 0xf0f0f0f0) === 0;
  }
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
  const isOdd = (units & 1) === 1;
  const even = units - (isOdd ? 1 : 0);
  const skipped = isOdd && !field.padRight ? 1 : 0;
  let isRight = packEvenTrack(source, from + skipped, even, target, to + skipped, field);
  if (isOdd) {
    const code = source.bytes[field.padRight ? from + even : from] ?? 0;
    const nibble = code - NIBBLE_BASE;
    target.bytes[field.padRight ? to + (even >> 1) : to] = field.padRight
      ? (nibble << 4) | field.fillerNibble
      : (field.fillerNibble << 4) | nibble;
    isRight = isRight && ((SETS_OF_CODE[code] ?? 0) & field.setBit) !== 0;
  }
  return isRight;
};

const packEvenTrack: Convert = (source, from, units, target, to, field) => {
  if (units < STEP) return packFewOfTrack(source, from, units, target, to, field);
  const input = source.view;
  const output = target.view;
  const last = units - STEP;
  let bad = 0;
  for (let index = 0; ; index += STEP) {
    const at = index < last ? index : last;
    const first = input.getInt32(from + at);
    const second = input.getInt32(from + at + WORD);
    bad |= notTrack(first) | notTrack(second);
    output.setInt32(to + (at >> 1), (packedNibbles(first) << 16) | packedNibbles(second));
    if (index >= last) return bad === 0;
  }
};

const packFewOfTrack: Convert = (source, from, units, target, to, field) => {
  const sets = SETS_OF_CODE;
  const input = source.bytes;
  const output = target.bytes;
  let common = EVERY_SET;
  for (let index = 0; index < units; index += 2) {
    const first = input[from + index] ?? 0;
    const second = input[from + index + 1] ?? 0;
    common &= (sets[first] ?? 0) & (sets[second] ?? 0);
    output[to + (index >> 1)] = ((first - NIBBLE_BASE) << 4) | (second - NIBBLE_BASE);
  }
  return (common & field.setBit) !== 0;
};
