import { assert } from '@kassa/primitives';
import type { Content, FieldSpec, LengthKind, Mask } from './dialect.ts';

/** What a data element is, without saying how it is written. */
export interface DataElement {
  readonly name: string;
  readonly content: Content;
  readonly len: LengthKind;
  /** Characters, or bytes for content `b`. */
  readonly max: number;
  readonly mask: Mask;
}

/**
 * A length in the standard's notation: `n 6` is six digits, `n ..19` up to nineteen after a length of two digits,
 * `ans ...999` up to 999 after three, `x+n 8` a sign and eight digits, `b 8` eight bytes.
 */
export type Format = `${Exclude<Content, 'xn'> | 'x+n'} ${string}`;

const FORMAT = /^(n|a|an|anp|as|ns|ans|x\+n|z|b|any) (\.{2,6}|\.?)(\d+)$/;

const LENGTHS: readonly LengthKind[] = ['fixed', 'L', 'LL', 'LLL', 'LLLL', 'LLLLL', 'LLLLLL'];

/** One row of a table of data elements. */
export function element(format: Format, name: string, mask: Mask): DataElement {
  const match = FORMAT.exec(format);
  assert(match !== null, `"${format}" is not a format such as "n ..19"`);
  const [, content = '', dots = '', digits = ''] = match;
  const len = LENGTHS[dots.length];
  assert(len !== undefined, `"${format}" has a length of more than six digits`);
  const signed = content === 'x+n';
  return {
    name,
    content: signed ? 'xn' : (content as Content),
    len,
    max: Number(digits) + (signed ? 1 : 0),
    mask,
  };
}

/** The numbers from 0 to `N`, without `N`. */
type Below<N extends number, Counted extends number[] = []> = Counted['length'] extends N
  ? Counted[number]
  : Below<N, [...Counted, Counted['length']]>;

/** The numbers from `First` to `Last`. */
type Range<First extends number, Last extends number> = Exclude<Below<Last>, Below<First>> | Last;

/** The same row for all numbers from `first` to `last`. */
export function elements<First extends number, Last extends number>(
  first: First,
  last: Last,
  ...row: Parameters<typeof element>
): Readonly<Record<Range<First, Last>, DataElement>> {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return Object.fromEntries(numbers.map((number) => [number, element(...row)])) as Record<
    Range<First, Last>,
    DataElement
  >;
}

/** How a dialect writes each kind of content: the axes of a row that the data element does not fix. */
export type WireRule = Pick<FieldSpec, 'enc'> &
  Partial<Pick<FieldSpec, 'lenEnc' | 'lenUnit' | 'lenBytes' | 'pad' | 'filler'>>;

export interface WireRules {
  /** Content `n`. */
  readonly digits: WireRule;
  /** Content `xn`. */
  readonly signed: WireRule;
  /** Content `z`. */
  readonly track: WireRule;
  /** Content `b`. */
  readonly bytes: WireRule;
  /** Every other content. */
  readonly text: WireRule;
}

/** Lays a table of data elements on the wire. `changes` are rows, or parts of rows, that this dialect writes otherwise. */
export function layOut<N extends number>(
  elements: Readonly<Record<N, DataElement>>,
  rules: WireRules,
  changes: Readonly<Record<number, Partial<FieldSpec>>> = {},
): Readonly<Record<N, FieldSpec>> {
  const fields: Record<number, FieldSpec> = {};
  for (const [key, row] of Object.entries<DataElement>(elements)) {
    const number = Number(key);
    const change = changes[number];
    const content = change?.content ?? row.content;
    const { enc, ...prefix } = rules[ruleFor(content)];
    const len = change?.len ?? row.len;
    fields[number] = { ...row, enc, ...(len === 'fixed' ? keepPad(prefix) : prefix), ...change };
  }
  // One row for each row of the table.
  return fields as Record<N, FieldSpec>;
}

function ruleFor(content: Content): keyof WireRules {
  switch (content) {
    case 'n':
      return 'digits';
    case 'xn':
      return 'signed';
    case 'z':
      return 'track';
    case 'b':
      return 'bytes';
    default:
      return 'text';
  }
}

/** A fixed length has no prefix to describe. */
function keepPad({ pad, filler }: Omit<WireRule, 'enc'>): Omit<WireRule, 'enc'> {
  return { ...(pad && { pad }), ...(filler && { filler }) };
}
