import type { CompiledField } from './compiled-field.ts';
import { EBCDIC_OF_LATIN1, LATIN1_OF_EBCDIC } from './ebcdic.ts';
import { countOf, problem, truncated } from './protocol-problem.ts';

const ZERO = 0x30;

/**
 * Reads the number a length prefix writes: digits only, no sign, no space.
 * @throws ProtocolError `truncated` or `bad-length`.
 */
function readPrefix(field: CompiledField, bytes: Uint8Array, offset: number, messageEnd: number): number {
  const size = field.prefixBytes;
  const end = offset + size;
  if (end > messageEnd) throw truncated(field.path, offset, size, messageEnd - offset);
  let count = 0;
  switch (field.prefix) {
    case 'ascii':
      for (let at = offset; at < end; at++) {
        const digit = (bytes[at] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) throw notDigits(field, offset);
        count = count * 10 + digit;
      }
      return count;
    case 'bcd':
      for (let at = offset; at < end; at++) {
        const byte = bytes[at] ?? 0;
        const high = byte >> 4;
        const low = byte & 15;
        if (high > 9 || low > 9) throw notDigits(field, offset);
        count = count * 100 + high * 10 + low;
      }
      return count;
    case 'ebcdic':
      for (let at = offset; at < end; at++) {
        const digit = (LATIN1_OF_EBCDIC[bytes[at] ?? 0] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) throw notDigits(field, offset);
        count = count * 10 + digit;
      }
      return count;
    case 'binary':
      for (let at = offset; at < end; at++) count = count * 256 + (bytes[at] ?? 0);
      return count;
  }
}

/** Writes a number as a length prefix. That it fits was checked when the dialect was compiled. */
function writePrefix(field: CompiledField, count: number, out: Uint8Array, offset: number): number {
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
  const count = readPrefix(field, bytes, offset, messageEnd);
  let units = count;
  if (field.prefixCounts === 'packed-bytes') units = packedDigits(field, bytes, offset, count);
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
function packedDigits(field: CompiledField, bytes: Uint8Array, offset: number, count: number): number {
  if (count === 0 || field.fillerNibble === 0) return count * 2;
  const first = offset + field.prefixBytes;
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
