import { assert, type Tiyn, tiyn } from '@kassa/primitives';

/** What stands for a value in the canonical text: JSON text, integer, true, null when absent, or a list of these. */
export type Scalar = string | number | boolean | null | readonly Scalar[];

export interface FieldKind {
  /** Takes the value with its default in place, so that leaving a field out and writing its default are the same content. */
  encode(value: unknown): Scalar;
  /** @throws CanonicalError or the parser's own error. */
  decode(scalar: Scalar): unknown;
  /** The same for what `encode` is known to have written: nothing is checked. Default: the scalar itself. */
  readonly revive?: (scalar: Scalar) => unknown;
}

const revived = ({ revive }: FieldKind, scalar: Scalar): unknown => (revive ? revive(scalar) : scalar);

/** A stored text that no version of this program wrote. */
export class CanonicalError extends Error {
  override readonly name = 'CanonicalError';
}

export const text = (parse: (value: string) => unknown): FieldKind => ({
  encode: (value) => value as string,
  decode: (scalar) => parse(expectText(scalar)),
});

export const optional = (kind: FieldKind): FieldKind => ({
  encode: (value) => (value === undefined ? null : kind.encode(value)),
  decode: (scalar) => (scalar === null ? undefined : kind.decode(scalar)),
  revive: (scalar) => (scalar === null ? undefined : revived(kind, scalar)),
});

export const oneOf = (...allowed: readonly string[]): FieldKind =>
  text((value) => {
    if (!allowed.includes(value)) throw new CanonicalError(`expected one of ${allowed.join(', ')}`);
    return value;
  });

/** Null is a value of its own here. */
export const nullable = (kind: FieldKind): FieldKind => ({
  encode: (value) => (value === null ? null : kind.encode(value)),
  decode: (scalar) => (scalar === null ? null : kind.decode(scalar)),
});

export const listOf = (kind: FieldKind, lengthMax: number): FieldKind => ({
  encode: (value) => {
    const list = value as readonly unknown[];
    assert(list.length <= lengthMax, `a list here has at most ${lengthMax} members`);
    return list.map((member) => kind.encode(member));
  },
  decode: (scalar) => {
    if (!Array.isArray(scalar) || scalar.length > lengthMax) {
      throw new CanonicalError(`expected a list of at most ${lengthMax}`);
    }
    return scalar.map((member) => kind.decode(member));
  },
  revive: (scalar) => (scalar as readonly Scalar[]).map((member) => revived(kind, member)),
});

export const withDefault = (kind: FieldKind, absent: Scalar): FieldKind => ({
  encode: (value) => (value === undefined ? absent : kind.encode(value)),
  decode: (scalar) => kind.decode(scalar),
});

export const AMOUNT: FieldKind = {
  encode: (value) => (value as Tiyn).toString(),
  decode: (scalar) => tiyn(decodeBigint(scalar)),
  revive: (scalar) => BigInt(scalar as string),
};
/** A sum, which may exceed one amount. */
export const TOTAL: FieldKind = { encode: (value) => (value as bigint).toString(), decode: decodeBigint };
export const INSTANT: FieldKind = {
  encode: (value) => {
    assert(Number.isSafeInteger(value), 'an instant is whole milliseconds');
    return value as number;
  },
  decode: (scalar) => {
    if (!Number.isSafeInteger(scalar)) throw new CanonicalError('expected milliseconds');
    return scalar;
  },
};
export const FLAG: FieldKind = {
  encode: () => true,
  decode: (scalar) => {
    if (scalar !== true) throw new CanonicalError('expected true');
    return true;
  },
};
export const COUNT: FieldKind = {
  encode: (value) => {
    assert(Number.isSafeInteger(value) && (value as number) >= 0, 'a count is a whole number');
    return value as number;
  },
  decode: (scalar) => {
    if (!Number.isSafeInteger(scalar) || (scalar as number) < 0) throw new CanonicalError('expected a count');
    return scalar;
  },
};
export type Layout = readonly (readonly [name: string, kind: FieldKind])[];
export type Layouts = ReadonlyMap<string, Layout>;

/** Name of the first field that differs between two canonical texts: `type`, `amount`, … Undefined when they are equal. */
export function firstDifferenceIn(table: Layouts, left: string, right: string): string | undefined {
  if (left === right) return undefined;
  const [leftType, ...leftValues] = parseArray(left);
  const [rightType, ...rightValues] = parseArray(right);
  if (leftType !== rightType) return 'type';
  const layout = table.get(String(leftType)) ?? [];
  // Lists are compared by their text.
  const isSame = (index: number): boolean =>
    JSON.stringify(leftValues[index]) === JSON.stringify(rightValues[index]);
  return layout.find((_, index) => !isSame(index))?.[0];
}

/** The layouts of a table of fields, by tag. */
export function layouts(table: object): Layouts {
  return new Map(Object.entries(table).map(([tag, fields]) => [tag, Object.entries(fields) as Layout]));
}

/** The one text of a record: a JSON array of its tag and its fields in the order of the layout. */
export function encode(table: Layouts, tag: string, record: object): string {
  const layout = table.get(tag);
  assert(layout !== undefined, `no layout for ${tag}`);
  const values: Scalar[] = [tag];
  for (const [name, kind] of layout) values.push(kind.encode((record as Record<string, unknown>)[name]));
  return JSON.stringify(values);
}

/** @throws CanonicalError or the parser's own error. */
export function decode(table: Layouts, content: string): { tag: string; fields: Record<string, unknown> } {
  const [tag, ...values] = parseArray(content);
  const layout = typeof tag === 'string' ? table.get(tag) : undefined;
  if (typeof tag !== 'string' || !layout) throw new CanonicalError('expected a known type');
  if (values.length !== layout.length) {
    throw new CanonicalError(`expected ${layout.length} fields of ${tag}, found ${values.length}`);
  }
  const fields: Record<string, unknown> = {};
  layout.forEach(([name, kind], index) => {
    const value = kind.decode(values[index] ?? null);
    if (value !== undefined) fields[name] = value;
  });
  return { tag, fields };
}

/** As {@link decode} for a text {@link encode} is known to have made: nothing is checked, in a quarter of the time. */
export function revive(table: Layouts, content: string, fields: Record<string, unknown>): void {
  const values = JSON.parse(content) as readonly Scalar[];
  fields.type = values[0];
  let index = 1;
  for (const [name, kind] of table.get(String(values[0])) ?? []) {
    const value = revived(kind, values[index++] ?? null);
    if (value !== undefined) fields[name] = value;
  }
}

function parseArray(content: string): Scalar[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (error) {
    throw new CanonicalError('not JSON', { cause: error });
  }
  if (!Array.isArray(parsed)) throw new CanonicalError('expected an array');
  return parsed as Scalar[];
}

function expectText(scalar: Scalar): string {
  if (typeof scalar !== 'string') throw new CanonicalError('expected text');
  return scalar;
}

function decodeBigint(scalar: Scalar): bigint {
  const digits = expectText(scalar);
  if (!/^(0|[1-9]\d{0,18})$/.test(digits)) throw new CanonicalError('expected a whole number of tiyn');
  return BigInt(digits);
}
