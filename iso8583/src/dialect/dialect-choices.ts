import type {
  Content,
  Dialect,
  FieldEncoding,
  FieldSpec,
  LengthEncoding,
  LengthKind,
  Mask,
} from './dialect.ts';

// What the JSON form of a dialect allows, once: the validator and the JSON Schema both read it.

/** What an encoding writes where a row does not say. */
export const CONTENT_OF: Readonly<Record<FieldEncoding, Content>> = {
  ascii: 'ans',
  ebcdic: 'ans',
  bcd: 'n',
  track2bcd: 'z',
  binary: 'b',
  hexascii: 'b',
};

export const ENCODINGS = Object.keys(CONTENT_OF) as FieldEncoding[];
export const CONTENTS: readonly Content[] = ['n', 'a', 'an', 'anp', 'as', 'ns', 'ans', 'xn', 'z', 'b', 'any'];
export const LENGTHS: readonly LengthKind[] = ['fixed', 'L', 'LL', 'LLL', 'LLLL', 'LLLLL', 'LLLLLL'];
export const LENGTH_ENCODINGS: readonly LengthEncoding[] = ['ascii', 'bcd', 'ebcdic', 'binary'];
export const LENGTH_UNITS: readonly NonNullable<FieldSpec['lenUnit']>[] = ['digits', 'bytes'];
export const PADS: readonly NonNullable<FieldSpec['pad']>[] = ['left', 'right'];
export const FILLERS: readonly NonNullable<FieldSpec['filler']>[] = ['0', 'F'];
export const MASKS: readonly Mask[] = ['clear', 'pan', 'hidden', 'length', 'tags'];
export const INNER_NAMES = ['ber-tlv', 'tag-length-value'] as const;
export const INNER_KINDS = ['tag-length', 'positional', 'bitmap'] as const;
export const INNER_BITMAPS = ['binary', 'hex'] as const;
export const MTIS: readonly Exclude<Dialect['mti'], 'none'>[] = ['ascii', 'bcd', 'ebcdic'];
export const BITMAPS: readonly Dialect['bitmap'][] = ['hex', 'binary', 'ebcdic-hex'];
export const CODE_PAGE_NAMES: readonly NonNullable<Dialect['codePage']>[] = ['037', '1047'];
