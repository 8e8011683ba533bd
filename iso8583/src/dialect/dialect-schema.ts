import { FRAMING_KINDS } from '../framing/framing.ts';
import { BITMAP_BYTES_MAX, INNER_SIZE_MAX, MESSAGE_BYTES_MAX } from '../limits.ts';
import {
  BITMAPS,
  CODE_PAGE_NAMES,
  CONTENTS,
  ENCODINGS,
  FILLERS,
  INNER_BITMAPS,
  INNER_KINDS,
  INNER_NAMES,
  LENGTH_ENCODINGS,
  LENGTH_UNITS,
  LENGTHS,
  MASKS,
  MTIS,
  PADS,
} from './dialect-choices.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const hex: Schema = { type: 'string', pattern: '^([0-9A-Fa-f]{2})*$' };
const oneOf = (choices: readonly string[]): Schema => ({ enum: [...choices] });
const whole = (minimum: number, maximum: number): Schema => ({ type: 'integer', minimum, maximum });

function object(required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', required: [...required], properties, additionalProperties: false };
}

const rows = (row: string): Schema => ({
  type: 'object',
  patternProperties: { '^[1-9][0-9]{0,2}$': { $ref: `#/$defs/${row}` } },
  additionalProperties: false,
});

const [TAG_LENGTH, POSITIONAL, BITMAP] = INNER_KINDS;

const inner: Schema = {
  anyOf: [
    oneOf(INNER_NAMES),
    object(['kind', 'tagSize', 'lengthSize'], {
      kind: { const: TAG_LENGTH },
      tagSize: whole(1, INNER_SIZE_MAX),
      lengthSize: whole(1, INNER_SIZE_MAX),
    }),
    object(['kind', 'parts'], {
      kind: { const: POSITIONAL },
      parts: {
        type: 'array',
        items: object(['key', 'length'], {
          key: text,
          length: whole(0, MESSAGE_BYTES_MAX),
          name: text,
          mask: oneOf(MASKS),
        }),
      },
    }),
    object(['kind', 'bitmap', 'bitmapBytes', 'fields'], {
      kind: { const: BITMAP },
      bitmap: oneOf(INNER_BITMAPS),
      bitmapBytes: whole(1, BITMAP_BYTES_MAX),
      fields: rows('field'),
    }),
  ],
};

const field: Schema = object(['enc', 'len', 'max'], {
  name: text,
  content: oneOf(CONTENTS),
  enc: oneOf(ENCODINGS),
  len: oneOf(LENGTHS),
  max: whole(1, MESSAGE_BYTES_MAX),
  lenEnc: oneOf(LENGTH_ENCODINGS),
  lenUnit: oneOf(LENGTH_UNITS),
  lenBytes: whole(1, 6),
  lenInclusive: flag,
  pad: oneOf(PADS),
  filler: oneOf(FILLERS),
  mask: oneOf(MASKS),
  inner,
  subfields: {
    type: 'object',
    additionalProperties: object([], { name: text, mask: oneOf(MASKS) }),
  },
});

/**
 * The JSON Schema of what `dialectFromSpec` reads, made of the same lists of choices. It says what each key may hold;
 * what keys may stand together is said by `dialectFromSpec` alone.
 */
export function dialectSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A dialect of ISO 8583',
    ...object(['mti', 'bitmap', 'fields'], {
      $schema: text,
      name: text,
      mti: oneOf(MTIS),
      codePage: oneOf(CODE_PAGE_NAMES),
      bitmap: oneOf(BITMAPS),
      bitmapFixedBytes: whole(1, BITMAP_BYTES_MAX),
      tertiary: flag,
      fields: rows('field'),
      framing: oneOf(FRAMING_KINDS),
      tpdu: hex,
      header: hex,
    }),
    $defs: { field },
  };
}
