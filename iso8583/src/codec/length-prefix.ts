import type { LengthEncoding } from '../dialect/dialect.ts';
import type { CompiledField, ReadCount } from './compiled-field.ts';
import { EBCDIC_OF_LATIN1, LATIN1_OF_EBCDIC } from './ebcdic.ts';
import { countOf, problem, truncated } from './protocol-problem.ts';

const ZERO = 0x30;

const NOT_DIGITS = -1;

/** Written out for the two lengths nearly every element has. */
const readAscii: ReadCount = (bytes, offset, size) => {
  const first = (bytes[offset] ?? 0) ^ ZERO;
  if (size === 2) {
    const second = (bytes[offset + 1] ?? 0) ^ ZERO;
    return first > 9 || second > 9 ? NOT_DIGITS : first * 10 + second;
  }
  if (size === 3) {
    const second = (bytes[offset + 1] ?? 0) ^ ZERO;
    const third = (bytes[offset + 2] ?? 0) ^ ZERO;
    return first > 9 || second > 9 || third > 9 ? NOT_DIGITS : first * 100 + second * 10 + third;
  }
  let count = 0;
  for (let at = offset; at < offset + size; at++) {
    const digit = (bytes[at] ?? 0) ^ ZERO;
    if (digit > 9) return NOT_DIGITS;
    count = count * 10 + digit;
  }
  return count;
};

const readBcd: ReadCount = (bytes, offset, size) => {
  let count = 0;
  for (let at = offset; at < offset + size; at++) {
    const pair = COUNT_OF_BCD[bytes[at] ?? 0] ?? NOT_DIGITS;
    if (pair < 0) return NOT_DIGITS;
    count = count * 100 + pair;
  }
  return count;
};

const COUNT_OF_BCD = Int8Array.from({ length: 256 }, (_, byte) =>
  byte >> 4 > 9 || (byte & 15) > 9 ? NOT_DIGITS : (byte >> 4) * 10 + (byte & 15),
);

const readEbcdic: ReadCount = (bytes, offset, size) => {
  let count = 0;
  for (let at = offset; at < offset + size; at++) {
    const digit = (LATIN1_OF_EBCDIC[bytes[at] ?? 0] ?? 0) ^ ZERO;
    if (digit > 9) return NOT_DIGITS;
    count = count * 10 + digit;
  }
  return count;
};

const readBinary: ReadCount = (bytes, offset, size) => {
  let count = 0;
  for (let at = offset; at < offset + size; at++) count = count * 256 + (bytes[at] ?? 0);
  return count;
};

export const COUNT_READERS: Readonly<Record<LengthEncoding, ReadCount>> = {
  ascii: readAscii,
  bcd: readBcd,
  ebcdic: readEbcdic,
  binary: readBinary,
};

/** Writes a number as a length prefix. That it fits was checked when the dialect was compiled. */
function writePrefix(field: CompiledField, units: number, out: Uint8Array, offset: number): number {
  const count = units + field.prefixExtra;
  if (field.prefix === 'ascii' && field.prefixBytes <= 3) {
    const tens = (count / 10) | 0;
    const hundreds = (count / 100) | 0;
    const end = offset + field.prefixBytes;
    out[end - 1] = ZERO + count - tens * 10;
    if (field.prefixBytes > 1) out[end - 2] = ZERO + tens - hundreds * 10;
    if (field.prefixBytes > 2) out[offset] = ZERO + hundreds;
    return end;
  }
  let rest = count;
  for (let at = offset + field.prefixBytes - 1; at >= offset; at--) {
    switch (field.prefix) {
      case 'ascii':
        out[at] = ZERO + (rest % 10);
        rest = (rest / 10) | 0;
        break;
      case 'bcd':
        out[at] = ((((rest / 10) | 0) % 10) << 4) | (rest % 10);
        rest = (rest / 100) | 0;
        break;
      case 'ebcdic':
        out[at] = EBCDIC_OF_LATIN1[ZERO + (rest % 10)] ?? 0;
        rest = (rest / 10) | 0;
        break;
      case 'binary':
        out[at] = rest & 0xff;
        rest >>>= 8;
        break;
    }
  }
  return offset + field.prefixBytes;
}

/**
 * Units of {@link CompiledField.max} announced by a prefix at `offset`.
 * @param messageEnd where the message ends: the bytes may go on.
 * @throws ProtocolError `truncated` or `bad-length`.
 */
export function readUnits(
  field: CompiledField,
  bytes: Uint8Array,
  offset: number,
  messageEnd: number,
): number {
  const size = field.prefixBytes;
  if (offset + size > messageEnd) throw truncated(field.path, offset, size, messageEnd - offset);
  const read = field.readCount(bytes, offset, size);
  if (read < 0) throw notDigits(field, offset);
  const count = read - field.prefixExtra;
  if (count < 0) {
    const expected = `a length that counts its own ${countOf(size, 'byte')}`;
    throw problem('bad-length', field.path, offset, expected, String(read));
  }
  let units = count;
  if (field.prefixCounts === 'packed-bytes') units = packedDigits(field, bytes, offset, count, messageEnd);
  else if (field.prefixCounts === 'hex-digits') {
    if (count % 2 !== 0) {
      throw problem('bad-length', field.path, offset, 'an even number of hexadecimal digits', String(count));
    }
    units = count / 2;
  }
  if (units > field.max) throw tooLong(field, offset, units);
  return units;
}

/** Digits in so many packed bytes: with filler F the filler tells an odd number from an even one. */
function packedDigits(
  field: CompiledField,
  bytes: Uint8Array,
  offset: number,
  count: number,
  messageEnd: number,
): number {
  if (count === 0 || field.fillerNibble === 0) return count * 2;
  const first = offset + field.prefixBytes;
  // Beyond the message stand leftovers; that it ends there is said by whoever reads the value.
  if (first + count > messageEnd) return count * 2;
  const edge = field.padRight ? (bytes[first + count - 1] ?? 0) & 15 : (bytes[first] ?? 0) >> 4;
  return edge === field.fillerNibble ? count * 2 - 1 : count * 2;
}

/**
 * Checks how long a value is and writes its prefix, if it has one.
 * @throws ProtocolError `bad-length`.
 */
export function writeUnits(field: CompiledField, units: number, out: Uint8Array, offset: number): number {
  if (field.isFixed) {
    if (units === field.max) return offset;
    throw problem(
      'bad-length',
      field.path,
      offset,
      `exactly ${countOf(field.max, field.unit)}`,
      countOf(units, field.unit),
    );
  }
  if (units > field.max) throw tooLong(field, offset, units);
  if (field.prefixCounts === 'units') return writePrefix(field, units, out, offset);
  if (field.prefixCounts === 'hex-digits') return writePrefix(field, units * 2, out, offset);
  if (units % 2 !== 0 && field.fillerNibble === 0) {
    throw problem(
      'bad-length',
      field.path,
      offset,
      'an even number of digits: the prefix counts bytes, and a filler of 0 could not be told from a digit',
      countOf(units, field.unit),
    );
  }
  return writePrefix(field, (units + 1) >> 1, out, offset);
}

function tooLong(field: CompiledField, offset: number, units: number): Error {
  return problem(
    'bad-length',
    field.path,
    offset,
    `at most ${countOf(field.max, field.unit)}`,
    countOf(units, field.unit),
  );
}

function notDigits(field: CompiledField, offset: number): Error {
  return problem(
    'bad-length',
    field.path,
    offset,
    `a length of ${countOf(field.prefixBytes, 'byte')}, digits only`,
    'something else',
  );
}
