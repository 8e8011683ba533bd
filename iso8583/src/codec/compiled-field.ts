import type { Content, LengthEncoding } from '../dialect/dialect.ts';
import type { ByteStore } from './byte-store.ts';
import type { CodePage } from './ebcdic.ts';

/** The number a prefix of `size` bytes writes: digits only, no sign, no space; below zero for anything else. */
export type ReadCount = (bytes: Uint8Array, offset: number, size: number) => number;

/**
 * Turns bytes of the wire into character codes of a value, or the other way round.
 * @param units characters, digits or bytes, as {@link CompiledField.max} counts them.
 * @returns whether everything was allowed. Loops do not stop at the first wrong byte: a loop without a branch is what
 * makes the codec fast, and a bad message may take a second, slower look that finds the place.
 */
export type Convert = (
  source: ByteStore,
  from: number,
  units: number,
  target: ByteStore,
  to: number,
  field: CompiledField,
) => boolean;

/** One row of a dialect with every decision taken: what the reading and writing loops need and nothing to look up. */
export interface CompiledField {
  readonly number: number;
  /** The number as text, for errors. */
  readonly path: string;
  readonly content: Content;
  /** The bit of SETS_OF_CODE that every character must have. */
  readonly setBit: number;
  readonly isFixed: boolean;
  readonly max: number;
  /** Characters of a value of {@link max} units. */
  readonly codesMax: number;
  /** What {@link max} counts, for errors. */
  readonly unit: 'character' | 'digit' | 'byte';
  /** Characters of a value for each unit: 2 for binary, which is hexadecimal in a message. */
  readonly codesPerUnit: 1 | 2;
  /** Half bytes of the wire for each unit: 1 packed, 2 a character or a byte, 4 a byte in hexadecimal. */
  readonly halfBytesPerUnit: 1 | 2 | 4;
  /** A sign of one character comes first: `x + n`. */
  readonly isSigned: boolean;
  readonly isEbcdic: boolean;
  readonly codePage: CodePage;

  readonly prefix: LengthEncoding;
  readonly prefixBytes: number;
  readonly readCount: ReadCount;
  /** What the prefix counts beyond the value: its own bytes where it includes itself. */
  readonly prefixExtra: number;
  /** What the prefix counts, where that is not {@link max}'s unit. */
  readonly prefixCounts: 'units' | 'packed-bytes' | 'hex-digits';

  readonly padRight: boolean;
  readonly fillerNibble: number;
  /** For packed digits: character codes of each byte. */
  readonly unpackTable: Int32Array;

  readonly isTlv: boolean;

  readonly toCodes: Convert;
  readonly toWire: Convert;
}

/** Bytes on the wire of so many units, without prefix and sign. */
export function wireBytesOf(field: CompiledField, units: number): number {
  return (units * field.halfBytesPerUnit + 1) >> 1;
}

/** Bytes on the wire of a value of so many characters, with prefix and sign. */
export function wireBytesOfValue(field: CompiledField, codes: number): number {
  const sign = field.isSigned ? 1 : 0;
  return field.prefixBytes + sign + wireBytesOf(field, codes / field.codesPerUnit - sign);
}
