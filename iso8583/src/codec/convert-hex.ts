import type { Convert } from './compiled-field.ts';
import { copyByTable } from './convert-text.ts';
import { HEX_CODES, NIBBLE_OF_HEX } from './hex-codes.ts';
import { lettersMoved, packedNibbles, STEP, WORD } from './word.ts';

// Values of bytes, which a message holds as upper-case hexadecimal.

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

/**
 * Whether all words were upper-case hexadecimal digits, told from what the loops gather: `high` of moved ^ 30 in each
 * byte, `low` of (moved + 6) ^ word. See {@link lettersMoved}.
 */
const isUpperHex = (high: number, low: number): boolean =>
  (high & 0xf0f0f0f0) === 0 && (low & 0x40404040) === 0;

/** Upper-case hexadecimal characters as they are. */
export const writeHexCharacters: Convert = (source, from, units, target, to, field) => {
  const codes = units * 2;
  if (codes < WORD) return copyByTable(source, from, codes, target, to, field);
  const input = source.view;
  const output = target.view;
  const isCopy = source !== target;
  const last = codes < STEP ? 0 : codes - STEP;
  const gap = codes < STEP ? codes - WORD : WORD;
  let high = 0;
  let low = 0;
  for (let index = 0; ; index += STEP) {
    const at = index < last ? index : last;
    const first = input.getInt32(from + at, true);
    const second = input.getInt32(from + at + gap, true);
    if (isCopy) {
      output.setInt32(to + at, first, true);
      output.setInt32(to + at + gap, second, true);
    }
    const firstMoved = lettersMoved(first);
    const secondMoved = lettersMoved(second);
    high |= (firstMoved ^ 0x30303030) | (secondMoved ^ 0x30303030);
    low |= ((firstMoved + 0x06060606) ^ first) | ((secondMoved + 0x06060606) ^ second);
    if (index >= last) return isUpperHex(high, low);
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

/** Upper-case hexadecimal to bytes, four at a time; the last step overlaps the one before it. */
export const writeBytes: Convert = (source, from, units, target, to, field) => {
  if (units < STEP / 2) return writeFewBytes(source, from, units, target, to, field);
  const input = source.view;
  const output = target.view;
  const last = units - STEP / 2;
  let high = 0;
  let low = 0;
  for (let index = 0; ; index += STEP / 2) {
    const at = index < last ? index : last;
    const first = input.getInt32(from + at * 2);
    const second = input.getInt32(from + at * 2 + WORD);
    const firstMoved = lettersMoved(first);
    const secondMoved = lettersMoved(second);
    high |= (firstMoved ^ 0x30303030) | (secondMoved ^ 0x30303030);
    low |= ((firstMoved + 0x06060606) ^ first) | ((secondMoved + 0x06060606) ^ second);
    output.setInt32(to + at, (packedNibbles(firstMoved) << 16) | packedNibbles(secondMoved));
    if (index >= last) return isUpperHex(high, low);
  }
};

const writeFewBytes: Convert = (source, from, units, target, to) => {
  const input = source.view;
  let high = 0;
  let low = 0;
  for (let index = 0; index < units; index++) {
    // Two characters as if they were four: the upper two are zero digits.
    const word = input.getUint16(from + index * 2) | 0x30300000;
    const moved = lettersMoved(word);
    high |= moved ^ 0x30303030;
    low |= (moved + 0x06060606) ^ word;
    target.bytes[to + index] = packedNibbles(moved);
  }
  return isUpperHex(high, low);
};
