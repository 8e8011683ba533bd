import type { ProtocolError } from '@kassa/primitives';
import { type CompiledField, wireBytesOf } from './compiled-field.ts';
import { CONTENT_WORDS, SETS_OF_CODE } from './content.ts';
import { BAD_PACKED } from './packed-digits.ts';
import { problem } from './protocol-problem.ts';

// The second look at a value that a conversion refused: where, and what was expected there. Never what was there.

/** What is wrong with the bytes of a value, which begin at `offset`. */
export function explainBytes(
  field: CompiledField,
  bytes: Uint8Array,
  offset: number,
  units: number,
): ProtocolError {
  const end = offset + wireBytesOf(field, units);
  if (field.halfBytesPerUnit === 1) return explainPacked(field, bytes, offset, end, units);
  let at = offset;
  while (at < end - 1 && isAllowed(field, bytes[at] ?? 0)) at++;
  return problem(
    'bad-encoding',
    field.path,
    at,
    expectedOf(field),
    `another character at position ${at - offset + 1}`,
  );
}

/** What is wrong with a value that was to be written at `offset`. */
export function explainValue(field: CompiledField, value: string, offset: number): ProtocolError {
  let index = 0;
  while (index < value.length - 1 && isAllowedInValue(field, value.charCodeAt(index))) index++;
  const expected = field.codesPerUnit === 2 ? 'upper-case hexadecimal digits' : CONTENT_WORDS[field.content];
  return problem(
    'bad-encoding',
    field.path,
    offset,
    expected,
    `another character at position ${index + 1} of the value`,
  );
}

export function wrongSign(field: CompiledField, offset: number): ProtocolError {
  return problem('bad-encoding', field.path, offset, 'a sign, C or D', 'another character');
}

function expectedOf(field: CompiledField): string {
  return field.isSigned ? 'digits' : CONTENT_WORDS[field.content];
}

function isAllowed(field: CompiledField, byte: number): boolean {
  const code = field.isEbcdic ? (field.codePage.latin1OfByte[byte] ?? 0) : byte;
  // Hexadecimal is read in either case.
  const upper = field.codesPerUnit === 2 && code >= 0x61 && code <= 0x66 ? code - 0x20 : code;
  return ((SETS_OF_CODE[upper] ?? 0) & field.setBit) !== 0;
}

function isAllowedInValue(field: CompiledField, code: number): boolean {
  return code <= 0xff && ((SETS_OF_CODE[code] ?? 0) & field.setBit) !== 0;
}

function explainPacked(
  field: CompiledField,
  bytes: Uint8Array,
  offset: number,
  end: number,
  units: number,
): ProtocolError {
  const odd = units % 2 === 1;
  const fillerAt = field.padRight ? end - 1 : offset;
  for (let at = offset; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const isEdge = odd && at === fillerAt;
    const nibble = field.padRight ? byte & 15 : byte >> 4;
    if (isEdge && nibble !== field.fillerNibble) {
      const filler = field.fillerNibble.toString(16).toUpperCase();
      return problem(
        'bad-encoding',
        field.path,
        at,
        `filler nibble ${filler} beside an odd number of digits`,
        'another nibble',
      );
    }
    const digits = isEdge ? (field.padRight ? byte & 0xf0 : byte & 15) : byte;
    if (((field.unpackTable[digits] ?? 0) & BAD_PACKED) !== 0) {
      return problem('bad-encoding', field.path, at, `${expectedOf(field)}, two a byte`, 'another nibble');
    }
  }
  return problem('bad-encoding', field.path, offset, `${expectedOf(field)}, two a byte`, 'something else');
}
