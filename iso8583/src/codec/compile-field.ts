import { isPacked, prefixBytesOf } from '../dialect/check-dialect.ts';
import type { Content, FieldSpec } from '../dialect/dialect.ts';
import type { CompiledField, Convert } from './compiled-field.ts';
import { bitOfSet } from './content.ts';
import { readBytes, readHexCharacters, writeBytes, writeHexCharacters } from './convert-hex.ts';
import { packDigits, packTrack, unpack } from './convert-packed.ts';
import {
  copyByTable,
  copyDigits,
  copyPrintable,
  copyRanges,
  copyTrack,
  readEbcdic,
  writeEbcdic,
} from './convert-text.ts';
import type { CodePage } from './ebcdic.ts';
import { COUNT_READERS } from './length-prefix.ts';
import { UNPACK_DIGITS, UNPACK_TRACK2 } from './packed-digits.ts';

/** Takes every decision a row needs once; the row must have passed checkDialect. */
export function compileField(number: number, spec: FieldSpec, codePage: CodePage): CompiledField {
  const isBinary = spec.content === 'b';
  const packed = isPacked(spec);
  const { toCodes, toWire } = conversions(spec);
  return {
    number,
    path: String(number),
    content: spec.content,
    setBit: bitOfSet(isBinary ? 'upper-hex' : spec.enc === 'track2bcd' ? 'packed-track2' : spec.content),
    isFixed: spec.len === 'fixed',
    max: spec.max,
    codesMax: isBinary ? spec.max * 2 : spec.max,
    unit: isBinary ? 'byte' : packed ? 'digit' : 'character',
    codesPerUnit: isBinary ? 2 : 1,
    halfBytesPerUnit: packed ? 1 : spec.enc === 'hexascii' ? 4 : 2,
    isSigned: spec.content === 'xn',
    isEbcdic: spec.enc === 'ebcdic',
    codePage,
    prefix: spec.lenEnc ?? 'ascii',
    prefixBytes: prefixBytesOf(spec),
    prefixExtra: spec.lenInclusive === true ? prefixBytesOf(spec) : 0,
    readCount: COUNT_READERS[spec.lenEnc ?? 'ascii'],
    prefixCounts:
      packed && spec.lenUnit === 'bytes'
        ? 'packed-bytes'
        : isBinary && spec.lenUnit === 'digits'
          ? 'hex-digits'
          : 'units',
    padRight: spec.pad === 'right',
    fillerNibble: spec.filler === 'F' ? 15 : 0,
    unpackTable: spec.enc === 'track2bcd' ? UNPACK_TRACK2 : UNPACK_DIGITS,
    isTlv: spec.inner === 'ber-tlv',
    toCodes,
    toWire,
  };
}

function conversions(spec: FieldSpec): { toCodes: Convert; toWire: Convert } {
  switch (spec.enc) {
    case 'ascii': {
      const copy = COPY[spec.content];
      return { toCodes: copy, toWire: copy };
    }
    case 'ebcdic':
      return { toCodes: readEbcdic, toWire: writeEbcdic };
    case 'bcd':
      return { toCodes: unpack, toWire: packDigits };
    case 'track2bcd':
      return { toCodes: unpack, toWire: packTrack };
    case 'binary':
      return { toCodes: readBytes, toWire: writeBytes };
    case 'hexascii':
      return { toCodes: readHexCharacters, toWire: writeHexCharacters };
  }
}

/** How each content is copied where a character is a byte. */
const COPY: Readonly<Record<Content, Convert>> = {
  n: copyDigits,
  xn: copyDigits,
  ans: copyPrintable,
  a: copyRanges(['A', 'Z'], ['a', 'z']),
  an: copyByTable,
  ns: copyRanges([' ', '@'], ['[', '`'], ['{', '~']),
  as: copyRanges([' ', '/'], [':', '~']),
  z: copyTrack,
  anp: copyByTable,
  any: copyByTable,
  b: copyByTable,
};
