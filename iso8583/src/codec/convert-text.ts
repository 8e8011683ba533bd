import type { Convert } from './compiled-field.ts';
import { EVERY_SET, SETS_OF_CODE } from './content.ts';
import { notDigits, notPrintable, notTrack, STEP, TOPS, WORD } from './word.ts';

// Values of a character a byte, both ways. Source and target may be the same bytes at the same place: then a value is
// only checked. The last step overlaps the one before it instead of leaving a rest.

/** Characters of any set where they stand: reading alone is three times as fast as writing them back. */
function checkByTable(bytes: Uint8Array, from: number, units: number, setBit: number): boolean {
  const sets = SETS_OF_CODE;
  let common = EVERY_SET;
  for (let index = from; index < from + units; index++) common &= sets[bytes[index] ?? 0] ?? 0;
  return (common & setBit) !== 0;
}

/** Characters of any set, one byte each, both ways. */
export const copyByTable: Convert = (source, from, units, target, to, field) => {
  if (source === target) return checkByTable(source.bytes, from, units, field.setBit);
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

/** Track 2 as nearly all write it, with `=`; one with `D` takes a second look. */
export const copyTrack: Convert = (source, from, units, target, to, field) => {
  if (units < STEP) return copyByTable(source, from, units, target, to, field);
  const input = source.view;
  const output = target.view;
  const isCopy = source !== target;
  const last = units - STEP;
  let bad = 0;
  for (let index = 0; ; index += STEP) {
    const at = index < last ? index : last;
    const first = input.getInt32(from + at, true);
    const second = input.getInt32(from + at + WORD, true);
    if (isCopy) {
      output.setInt32(to + at, first, true);
      output.setInt32(to + at + WORD, second, true);
    }
    bad |= notTrack(first) | notTrack(second);
    if (index >= last) break;
  }
  return bad === 0 || copyByTable(source, from, units, target, to, field);
};

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
