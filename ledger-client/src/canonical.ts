import { assert, type Tiyn, tiyn } from '@kassa/primitives';
import { accountId, label, operationId, UNMARKED } from './identifiers.ts';
import { ACCOUNT_KINDS, type Operation, type OperationType } from './operation.ts';
import type { Refusal, RefusalCode } from './outcome.ts';

/** What stands for a value in the canonical text: JSON text, integer, true, or null when absent. */
type Scalar = string | number | boolean | null;

interface FieldKind {
  /** Takes the value with its default in place, so that leaving a field out and writing its default are the same content. */
  encode(value: unknown): Scalar;
  /** @throws CanonicalError or the parser's own error. */
  decode(scalar: Scalar): unknown;
}

/** A stored text that no version of this program wrote. */
export class CanonicalError extends Error {
  override readonly name = 'CanonicalError';
}

const text = (parse: (value: string) => unknown): FieldKind => ({
  encode: (value) => value as string,
  decode: (scalar) => parse(expectText(scalar)),
});

const optional = (kind: FieldKind): FieldKind => ({
  encode: (value) => (value === undefined ? null : kind.encode(value)),
  decode: (scalar) => (scalar === null ? undefined : kind.decode(scalar)),
});

const oneOf = (...allowed: readonly string[]): FieldKind =>
  text((value) => {
    if (!allowed.includes(value)) throw new CanonicalError(`expected one of ${allowed.join(', ')}`);
    return value;
  });

const withDefault = (kind: FieldKind, absent: Scalar): FieldKind => ({
  encode: (value) => (value === undefined ? absent : kind.encode(value)),
  decode: (scalar) => kind.decode(scalar),
});

const ACCOUNT = text(accountId);
const OPERATION = text(operationId);
const LABEL = withDefault(text(label), UNMARKED);
const AMOUNT: FieldKind = {
  encode: (value) => (value as Tiyn).toString(),
  decode: (scalar) => tiyn(decodeBigint(scalar)),
};
/** A sum, which may exceed one amount. */
const TOTAL: FieldKind = { encode: (value) => (value as bigint).toString(), decode: decodeBigint };
const INSTANT: FieldKind = {
  encode: (value) => {
    assert(Number.isSafeInteger(value), 'an instant is whole milliseconds');
    return value as number;
  },
  decode: (scalar) => {
    if (!Number.isSafeInteger(scalar)) throw new CanonicalError('expected milliseconds');
    return scalar;
  },
};
const FLAG: FieldKind = {
  encode: () => true,
  decode: (scalar) => {
    if (scalar !== true) throw new CanonicalError('expected true');
    return true;
  },
};
const FIELD_NAME = text((value) => value);

type FieldsOf<T> = T extends unknown
  ? { readonly [F in Exclude<keyof T, 'type' | 'id' | 'code'>]-?: FieldKind }
  : never;

/** The fields of each operation in the order they are written and compared. */
const OPERATION_FIELDS: { readonly [T in OperationType]: FieldsOf<Extract<Operation, { type: T }>> } = {
  open: { account: ACCOUNT, kind: oneOf(...ACCOUNT_KINDS) },
  issue: { account: ACCOUNT, amount: AMOUNT, label: LABEL },
  transfer: { payer: ACCOUNT, payee: ACCOUNT, amount: AMOUNT, label: LABEL },
  hold: { payer: ACCOUNT, amount: AMOUNT, label: LABEL, expiresAtMs: INSTANT },
  execute: {
    hold: OPERATION,
    payee: optional(ACCOUNT),
    redeem: optional(FLAG),
    amount: optional(AMOUNT),
    rest: withDefault(oneOf('release', 'keep'), 'release'),
  },
  release: { hold: OPERATION },
  expire: { hold: OPERATION },
  redeem: { account: ACCOUNT, amount: AMOUNT, label: LABEL },
  freeze: { account: ACCOUNT },
  unfreeze: { account: ACCOUNT },
};

/** The facts of each refusal in the order they are written. */
const REFUSAL_FIELDS: { readonly [C in RefusalCode]: FieldsOf<Extract<Refusal, { code: C }>> } = {
  'id-reused-with-different-content': { differs: FIELD_NAME },
  'zero-amount': {},
  'expiry-in-the-past': { expiresAtMs: INSTANT },
  'unknown-hold': { hold: OPERATION },
  'hold-already-executed': { hold: OPERATION },
  'hold-released': { hold: OPERATION },
  'hold-expired': { hold: OPERATION },
  'hold-not-expired': { hold: OPERATION, expiresAtMs: INSTANT },
  'accounts-must-differ': { account: ACCOUNT },
  'label-may-not-be-redeemed': { label: LABEL },
  'unknown-account': { account: ACCOUNT },
  'account-exists-with-different-content': { account: ACCOUNT, differs: FIELD_NAME },
  'payer-frozen': { account: ACCOUNT },
  'payee-frozen': { account: ACCOUNT },
  'amount-exceeds-hold': { remaining: TOTAL, required: TOTAL },
  'insufficient-funds': { available: TOTAL, required: TOTAL },
  'issued-limit-exceeded': { issued: TOTAL, limit: TOTAL },
  'linked-failed': { cause: OPERATION },
};

type Layout = readonly (readonly [name: string, kind: FieldKind])[];
const OPERATION_LAYOUTS: ReadonlyMap<string, Layout> = layouts(OPERATION_FIELDS);
const REFUSAL_LAYOUTS: ReadonlyMap<string, Layout> = layouts(REFUSAL_FIELDS);

const ACCEPTED = '["ok"]';

/**
 * The one text of an operation's content, its id aside: a JSON array of the type and the fields in the order of the table
 * above, amounts as decimal text in tiyn. `["transfer","ACC-1","ACC-2","150000",""]`.
 */
export function encodeOperation(operation: Operation): string {
  return encode(OPERATION_LAYOUTS, operation.type, operation);
}

/** @throws CanonicalError or IdentifierError when the text is not the canonical text of an operation. */
export function decodeOperation(id: string, content: string): Operation {
  const { tag, fields } = decode(OPERATION_LAYOUTS, content);
  const operation = { type: tag, id: operationId(id), ...fields } as Operation;
  if (operation.type === 'execute' && (operation.payee === undefined) === (operation.redeem === undefined)) {
    throw new CanonicalError('expected a payee or redemption');
  }
  if (encodeOperation(operation) !== content) throw new CanonicalError('not in canonical form');
  return operation;
}

/** The stored form of an answer: `["ok"]`, or the refusal's code and facts. */
export function encodeVerdict(refusal: Refusal | undefined): string {
  return refusal ? encode(REFUSAL_LAYOUTS, refusal.code, refusal) : ACCEPTED;
}

/** The refusal, or undefined for an accepted operation. @throws CanonicalError */
export function decodeVerdict(verdict: string): Refusal | undefined {
  if (verdict === ACCEPTED) return undefined;
  const { tag, fields } = decode(REFUSAL_LAYOUTS, verdict);
  return { code: tag, ...fields } as Refusal;
}

/** Name of the first field that differs between two canonical contents: `type`, `amount`, … Undefined when they are equal. */
export function firstDifference(left: string, right: string): string | undefined {
  if (left === right) return undefined;
  const [leftType, ...leftValues] = parseArray(left);
  const [rightType, ...rightValues] = parseArray(right);
  if (leftType !== rightType) return 'type';
  const layout = OPERATION_LAYOUTS.get(String(leftType)) ?? [];
  return layout.find((_, index) => leftValues[index] !== rightValues[index])?.[0];
}

function layouts(table: object): ReadonlyMap<string, Layout> {
  return new Map(Object.entries(table).map(([tag, fields]) => [tag, Object.entries(fields) as Layout]));
}

function encode(table: ReadonlyMap<string, Layout>, tag: string, record: object): string {
  const layout = table.get(tag);
  assert(layout !== undefined, `no layout for ${tag}`);
  const values: Scalar[] = [tag];
  for (const [name, kind] of layout) values.push(kind.encode((record as Record<string, unknown>)[name]));
  return JSON.stringify(values);
}

function decode(
  table: ReadonlyMap<string, Layout>,
  content: string,
): { tag: string; fields: Record<string, unknown> } {
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
