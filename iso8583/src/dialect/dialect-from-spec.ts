import { FRAMING_KINDS, type Framing } from '../framing/framing.ts';
import { checkDialect } from './check-dialect.ts';
import type { DataElement } from './data-element.ts';
import { DATA_ELEMENTS_1987 } from './data-elements-1987.ts';
import type { Dialect, FieldSpec, Inner, InnerFormat, PositionalPart, SubfieldSpec } from './dialect.ts';
import {
  BITMAPS,
  CODE_PAGE_NAMES,
  CONTENT_OF,
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
import { SpecKeys } from './spec-keys.ts';

/** The ICC data of EMV, in every dialect since chip cards. */
const ICC_ELEMENT = 55;

/**
 * Builds a dialect from its JSON form, as a user writes it:
 *
 * ```json
 * { "name": "our host", "mti": "bcd", "bitmap": "binary", "framing": "nac", "tpdu": "6000010000",
 *   "fields": { "2": { "enc": "bcd", "len": "LL", "max": 19, "lenEnc": "bcd" } } }
 * ```
 *
 * The keys are those of {@link Dialect} and {@link FieldSpec}. A row needs `enc`, `len` and `max`. Where it leaves out
 * `name` and `mask` they are those of ISO 8583:1987, `content` follows from `enc`, and a binary field 55 is BER-TLV.
 * `framing` is `post` if it is left out; `tpdu` and `header` belong to it.
 * @throws DialectError naming the key that is missing, unknown or has a wrong value.
 */
export function dialectFromSpec(spec: unknown): Dialect {
  const top = new SpecKeys('', spec);
  // Editors look for the schema of a file there.
  top.text('$schema');
  const name = top.text('name') ?? 'unnamed';
  const bitmapFixedBytes = top.number('bitmapFixedBytes');
  const tertiary = top.flag('tertiary');
  const codePage = top.choice('codePage', CODE_PAGE_NAMES);
  const dialect: Dialect = {
    name,
    mti: top.required('mti', MTIS),
    bitmap: top.required('bitmap', BITMAPS),
    ...(bitmapFixedBytes !== undefined && { bitmapFixedBytes }),
    ...(tertiary !== undefined && { tertiary }),
    ...(codePage && { codePage }),
    fields: fieldsOf(top),
    framing: framingOf(top),
  };
  top.refuseOthers();
  checkDialect(dialect);
  return dialect;
}

/**
 * Only the framing of a dialect in its JSON form: `{ "framing": "nac", "tpdu": "6000010000" }`.
 * @throws DialectError naming the key.
 */
export function framingFromSpec(spec: unknown): Framing {
  return framingOf(new SpecKeys('', spec));
}

function framingOf(top: SpecKeys): Framing {
  const kind = top.choice('framing', FRAMING_KINDS) ?? 'post';
  const tpdu = top.text('tpdu');
  const header = top.text('header');
  if (tpdu === undefined && header === undefined) return kind;
  return { kind, ...(tpdu !== undefined && { tpdu }), ...(header !== undefined && { header }) };
}

function fieldsOf(top: SpecKeys): Dialect['fields'] {
  const standard: Readonly<Record<number, DataElement>> = DATA_ELEMENTS_1987;
  return rowsOf(top, (number, row) => fieldOf(row, number, standard[number]));
}

/** Bits inside an element are no data elements of the standard. */
function innerFieldsOf(inner: SpecKeys): Dialect['fields'] {
  return rowsOf(inner, (number, row) => fieldOf(row, number, undefined));
}

function rowsOf(top: SpecKeys, rowOf: (number: number, row: SpecKeys) => FieldSpec): Dialect['fields'] {
  const rows = top.object('fields');
  const fields: Record<number, FieldSpec> = {};
  for (const key of rows.keys()) {
    if (!/^[1-9]\d{0,2}$/.test(key)) throw rows.problem(key, 'expected a data element number');
    fields[Number(key)] = rowOf(Number(key), rows.object(key));
  }
  return fields;
}

function fieldOf(row: SpecKeys, number: number, standard: DataElement | undefined): FieldSpec {
  const enc = row.required('enc', ENCODINGS);
  const len = row.required('len', LENGTHS);
  const content = row.choice('content', CONTENTS) ?? CONTENT_OF[enc];
  const lenEnc = row.choice('lenEnc', LENGTH_ENCODINGS);
  const lenUnit = row.choice('lenUnit', LENGTH_UNITS);
  const lenBytes = row.number('lenBytes');
  const pad = row.choice('pad', PADS);
  const filler = row.choice('filler', FILLERS);
  const isIcc = standard !== undefined && number === ICC_ELEMENT && content === 'b';
  const lenInclusive = row.flag('lenInclusive');
  const inner = innerOf(row) ?? (isIcc ? 'ber-tlv' : undefined);
  const subfields = subfieldsOf(row);
  const field: FieldSpec = {
    name:
      row.text('name') ?? (isIcc ? 'ICC system related data' : (standard?.name ?? `Data element ${number}`)),
    content,
    enc,
    len,
    max: row.requiredNumber('max'),
    // A host may describe the prefix of a fixed length too: it has none.
    ...(len !== 'fixed' && lenEnc && { lenEnc }),
    ...(lenUnit && { lenUnit }),
    ...(lenBytes !== undefined && { lenBytes }),
    ...(lenInclusive !== undefined && { lenInclusive }),
    ...(pad && { pad }),
    ...(filler && { filler }),
    mask: row.choice('mask', MASKS) ?? (isIcc ? 'tags' : (standard?.mask ?? 'length')),
    ...(inner && { inner }),
    ...(subfields && { subfields }),
  };
  row.refuseOthers();
  return field;
}

/** The structure inside a row: a name, or an object that describes it. */
function innerOf(row: SpecKeys): Inner | undefined {
  if (typeof row.value('inner') !== 'object') return row.choice('inner', INNER_NAMES);
  const inner = row.object('inner');
  const format = innerFormatOf(inner, inner.required('kind', INNER_KINDS));
  inner.refuseOthers();
  return format;
}

function innerFormatOf(inner: SpecKeys, kind: InnerFormat['kind']): InnerFormat {
  switch (kind) {
    case 'tag-length':
      return {
        kind,
        tagSize: inner.requiredNumber('tagSize'),
        lengthSize: inner.requiredNumber('lengthSize'),
      };
    case 'positional':
      return { kind, parts: inner.list('parts').map(partOf) };
    case 'bitmap':
      return {
        kind,
        bitmap: inner.required('bitmap', INNER_BITMAPS),
        bitmapBytes: inner.requiredNumber('bitmapBytes'),
        fields: innerFieldsOf(inner),
      };
  }
}

function partOf(part: SpecKeys): PositionalPart {
  const key = part.requiredText('key');
  const length = part.requiredNumber('length');
  const spec = { key, length, name: part.text('name') ?? key, mask: part.choice('mask', MASKS) ?? 'length' };
  part.refuseOthers();
  return spec;
}

function subfieldsOf(row: SpecKeys): Record<string, SubfieldSpec> | undefined {
  if (!row.has('subfields')) return undefined;
  const tags = row.object('subfields');
  return Object.fromEntries(
    tags.keys().map((tag) => {
      const keys = tags.object(tag);
      const subfield = {
        name: keys.text('name') ?? tag,
        mask: keys.choice('mask', MASKS) ?? ('length' as const),
      };
      keys.refuseOthers();
      return [tag, subfield];
    }),
  );
}
