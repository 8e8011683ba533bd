import { checkDialect } from './check-dialect.ts';
import { DATA_ELEMENTS_1987 } from './data-elements-1987.ts';
import type { Content, Dialect, FieldEncoding, FieldSpec, Mask, SubfieldSpec } from './dialect.ts';
import { DialectError } from './dialect-error.ts';
import { FRAMING_KINDS, type Framing } from './framing.ts';

/** What an encoding writes where a row does not say. */
const CONTENT_OF: Readonly<Record<FieldEncoding, Content>> = {
  ascii: 'ans',
  ebcdic: 'ans',
  bcd: 'n',
  track2bcd: 'z',
  binary: 'b',
  hexascii: 'b',
};

const ENCODINGS = Object.keys(CONTENT_OF) as FieldEncoding[];
const CONTENTS: readonly Content[] = ['n', 'a', 'an', 'anp', 'as', 'ns', 'ans', 'xn', 'z', 'b', 'any'];
const LENGTHS = ['fixed', 'L', 'LL', 'LLL', 'LLLL', 'LLLLL', 'LLLLLL'] as const;
const LENGTH_ENCODINGS = ['ascii', 'bcd', 'ebcdic', 'binary'] as const;
const MASKS: readonly Mask[] = ['clear', 'pan', 'hidden', 'length', 'tags'];

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
  const top = new Keys('', spec);
  const name = top.text('name') ?? 'unnamed';
  const bitmapFixedBytes = top.number('bitmapFixedBytes');
  const tertiary = top.flag('tertiary');
  const dialect: Dialect = {
    name,
    mti: top.required('mti', ['ascii', 'bcd', 'ebcdic']),
    bitmap: top.required('bitmap', ['hex', 'binary', 'ebcdic-hex']),
    // That it is 8, 16 or 24 is checked with the rest of the table.
    ...(bitmapFixedBytes !== undefined && { bitmapFixedBytes: bitmapFixedBytes as 8 | 16 | 24 }),
    ...(tertiary !== undefined && { tertiary }),
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
  return framingOf(new Keys('', spec));
}

function framingOf(top: Keys): Framing {
  const kind = top.choice('framing', FRAMING_KINDS) ?? 'post';
  const tpdu = top.text('tpdu');
  const header = top.text('header');
  if (tpdu === undefined && header === undefined) return kind;
  return { kind, ...(tpdu !== undefined && { tpdu }), ...(header !== undefined && { header }) };
}

function fieldsOf(top: Keys): Dialect['fields'] {
  const rows = top.object('fields');
  const fields: Record<number, FieldSpec> = {};
  for (const key of rows.keys()) {
    if (!/^[1-9]\d{0,2}$/.test(key))
      throw new DialectError(`fields.${key}`, 'expected a data element number');
    fields[Number(key)] = fieldOf(Number(key), new Keys(`fields.${key}.`, rows.value(key)));
  }
  return fields;
}

function fieldOf(number: number, row: Keys): FieldSpec {
  const standard = DATA_ELEMENTS_1987[number];
  const enc = row.required('enc', ENCODINGS);
  const len = row.required('len', LENGTHS);
  const content = row.choice('content', CONTENTS) ?? CONTENT_OF[enc];
  const lenEnc = row.choice('lenEnc', LENGTH_ENCODINGS);
  const lenUnit = row.choice('lenUnit', ['digits', 'bytes']);
  const lenBytes = row.number('lenBytes');
  const pad = row.choice('pad', ['left', 'right']);
  const filler = row.choice('filler', ['0', 'F']);
  const isIcc = number === ICC_ELEMENT && content === 'b';
  const inner = row.choice('inner', ['ber-tlv', 'tag-length-value']) ?? (isIcc ? 'ber-tlv' : undefined);
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
    ...(pad && { pad }),
    ...(filler && { filler }),
    mask: row.choice('mask', MASKS) ?? (isIcc ? 'tags' : (standard?.mask ?? 'length')),
    ...(inner && { inner }),
    ...(subfields && { subfields }),
  };
  row.refuseOthers();
  return field;
}

function subfieldsOf(row: Keys): Record<string, SubfieldSpec> | undefined {
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

/** The keys of one object of the form; remembers which were asked for, so that a misspelt one is not ignored. */
class Keys {
  readonly #path: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #known = new Set<string>();

  constructor(path: string, values: unknown) {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new DialectError(path.replace(/\.$/, '') || 'dialect', 'expected an object');
    }
    this.#path = path;
    this.#values = values as Record<string, unknown>;
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  value(key: string): unknown {
    this.#known.add(key);
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
  }

  text(key: string): string | undefined {
    return this.#typed(key, 'string') as string | undefined;
  }

  number(key: string): number | undefined {
    return this.#typed(key, 'number') as number | undefined;
  }

  flag(key: string): boolean | undefined {
    return this.#typed(key, 'boolean') as boolean | undefined;
  }

  requiredNumber(key: string): number {
    return this.number(key) ?? this.#missing(key, 'a number');
  }

  object(key: string): Keys {
    return new Keys(`${this.#path}${key}.`, this.value(key));
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(key);
    const choice = choices.find((candidate) => candidate === text);
    if (text !== undefined && choice === undefined) {
      throw new DialectError(
        this.#path + key,
        `expected ${choices.join(', ')}, found "${text.slice(0, 40)}"`,
      );
    }
    return choice;
  }

  required<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    return this.choice(key, choices) ?? this.#missing(key, choices.join(', '));
  }

  refuseOthers(): void {
    const other = this.keys().find((key) => !this.#known.has(key));
    if (other !== undefined) throw new DialectError(this.#path + other.slice(0, 40), 'unknown key');
  }

  #typed(key: string, type: 'string' | 'number' | 'boolean'): unknown {
    const value = this.value(key);
    if (value !== undefined && typeof value !== type) {
      throw new DialectError(this.#path + key, `expected a ${type}, found a ${typeof value}`);
    }
    return value;
  }

  #missing(key: string, expected: string): never {
    throw new DialectError(this.#path + key, `missing: expected ${expected}`);
  }
}
