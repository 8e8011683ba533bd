import {
  AMOUNT,
  CanonicalError,
  COUNT,
  decode,
  encode,
  type FieldKind,
  FLAG,
  firstDifferenceIn,
  INSTANT,
  type Layouts,
  layouts,
  listOf,
  nullable,
  oneOf,
  optional,
  revive,
  TOTAL,
  text,
  withDefault,
} from './canonical-form.ts';
import {
  accountId,
  condition,
  label,
  merchantCategory,
  operationId,
  subject,
  tier,
  UNMARKED,
} from './identifiers.ts';
import { EXECUTE_PARTS_MAX, LABEL_LIST_MAX } from './limits.ts';
import { ACCOUNT_KINDS, type ExecutePart, type Operation, type OperationType } from './operation.ts';
import type { Refusal, RefusalCode } from './outcome.ts';
import type { LabelPolicy, TierPolicy } from './view.ts';

const ACCOUNT = text(accountId);
const OPERATION = text(operationId);
const LABEL = withDefault(text(label), UNMARKED);
const FIELD_NAME = text((value) => value);
const KIND = oneOf(...ACCOUNT_KINDS);
const CATEGORY = text(merchantCategory);
const TIER = text(tier);
const CONDITION = text(condition);
const SUBJECT = text(subject);
const PART: FieldKind = {
  encode: (value) => {
    const { payee, amount } = value as ExecutePart;
    return [payee, AMOUNT.encode(amount)];
  },
  decode: (scalar) => {
    if (!Array.isArray(scalar) || scalar.length !== 2) throw new CanonicalError('expected payee and amount');
    return { payee: nullable(ACCOUNT).decode(scalar[0]), amount: AMOUNT.decode(scalar[1]) };
  },
  revive: (scalar) => {
    const [payee, amount] = scalar as readonly [string | null, string];
    return { payee, amount: BigInt(amount) };
  },
};
const ACCOUNTS = withDefault(listOf(ACCOUNT, LABEL_LIST_MAX), []);
const CATEGORIES = withDefault(listOf(CATEGORY, LABEL_LIST_MAX), []);

type FieldsOf<T> = T extends unknown
  ? { readonly [F in Exclude<keyof T, 'type' | 'id' | 'code'>]-?: FieldKind }
  : never;

/** The fields of each operation in the order they are written and compared. */
const OPERATION_FIELDS: { readonly [T in OperationType]: FieldsOf<Extract<Operation, { type: T }>> } = {
  open: { account: ACCOUNT, kind: KIND, category: optional(CATEGORY), tier: optional(TIER) },
  issue: { account: ACCOUNT, amount: AMOUNT, label: LABEL },
  transfer: { payer: ACCOUNT, payee: ACCOUNT, amount: AMOUNT, label: LABEL, subject: optional(SUBJECT) },
  hold: {
    payer: ACCOUNT,
    amount: AMOUNT,
    label: LABEL,
    expiresAtMs: INSTANT,
    payee: optional(ACCOUNT),
    subject: optional(SUBJECT),
  },
  execute: {
    hold: OPERATION,
    payee: optional(ACCOUNT),
    redeem: optional(FLAG),
    parts: optional(listOf(PART, EXECUTE_PARTS_MAX)),
    amount: optional(AMOUNT),
    rest: withDefault(oneOf('release', 'keep'), 'release'),
    subject: optional(SUBJECT),
  },
  release: { hold: OPERATION },
  expire: { hold: OPERATION },
  redeem: { account: ACCOUNT, amount: AMOUNT, label: LABEL },
  freeze: { account: ACCOUNT },
  unfreeze: { account: ACCOUNT },
  close: { account: ACCOUNT },
  'set-tier': { account: ACCOUNT, tier: optional(TIER) },
  'set-tier-policy': {
    tier: TIER,
    paymentMax: optional(AMOUNT),
    dayMax: optional(AMOUNT),
    balanceMax: optional(AMOUNT),
  },
  'set-label-policy': {
    label: text(label),
    payees: ACCOUNTS,
    categories: CATEGORIES,
    finalPayees: ACCOUNTS,
    finalCategories: CATEGORIES,
    validFromMs: optional(INSTANT),
    validToMs: optional(INSTANT),
    dayCountMax: optional(COUNT),
    condition: optional(CONDITION),
  },
  attest: { label: text(label), condition: CONDITION, subject: SUBJECT },
};

/** The facts of each refusal in the order they are written; the refusals in the order they are checked. */
const REFUSAL_FIELDS: { readonly [C in RefusalCode]: FieldsOf<Extract<Refusal, { code: C }>> } = {
  'id-reused-with-different-content': { differs: FIELD_NAME },
  'zero-amount': {},
  'duplicate-payee': { account: nullable(ACCOUNT) },
  'expiry-in-the-past': { expiresAtMs: INSTANT },
  'unmarked-takes-no-policy': {},
  'validity-is-empty': { validFromMs: INSTANT, validToMs: INSTANT },
  'kind-may-not-have-category': { kind: KIND },
  'unknown-hold': { hold: OPERATION },
  'hold-already-executed': { hold: OPERATION },
  'hold-released': { hold: OPERATION },
  'hold-expired': { hold: OPERATION },
  'hold-not-expired': { hold: OPERATION, expiresAtMs: INSTANT },
  'accounts-must-differ': { account: ACCOUNT },
  'label-may-not-be-redeemed': { label: LABEL },
  'unknown-account': { account: ACCOUNT },
  'account-exists-with-different-content': { account: ACCOUNT, differs: FIELD_NAME },
  'account-closed': { account: ACCOUNT },
  'unknown-tier': { tier: TIER },
  'payer-closed': { account: ACCOUNT },
  'payee-closed': { account: ACCOUNT },
  'payer-frozen': { account: ACCOUNT },
  'payee-frozen': { account: ACCOUNT },
  'kind-may-not-be-issued-to': { account: ACCOUNT, kind: KIND },
  'kind-may-not-redeem': { account: ACCOUNT, kind: KIND },
  'label-unknown': { label: LABEL },
  'label-has-no-such-condition': { label: LABEL, condition: CONDITION },
  'label-not-yet-valid': { label: LABEL, validFromMs: INSTANT },
  'label-expired': { label: LABEL, validToMs: INSTANT },
  'label-may-not-go-to-payee': { label: LABEL, account: ACCOUNT },
  'label-condition-not-satisfied': { label: LABEL, condition: CONDITION, subject: SUBJECT },
  'label-day-count-exceeded': { label: LABEL, count: COUNT, limit: COUNT },
  'amount-exceeds-hold': { remaining: TOTAL, required: TOTAL },
  'parts-do-not-add-up': { sum: TOTAL, required: TOTAL },
  'payment-limit-exceeded': { tier: TIER, limit: TOTAL, required: TOTAL },
  'day-limit-exceeded': { tier: TIER, spent: TOTAL, limit: TOTAL, required: TOTAL },
  'insufficient-funds': { available: TOTAL, required: TOTAL },
  'balance-limit-exceeded': { account: ACCOUNT, tier: TIER, balance: TOTAL, limit: TOTAL },
  'issued-limit-exceeded': { issued: TOTAL, limit: TOTAL },
  'account-has-open-holds': { account: ACCOUNT, held: TOTAL },
  'account-not-empty': { account: ACCOUNT, available: TOTAL },
  'linked-failed': { cause: OPERATION },
};

const OPERATION_LAYOUTS: Layouts = layouts(OPERATION_FIELDS);
const REFUSAL_LAYOUTS: Layouts = layouts(REFUSAL_FIELDS);

/** Every code, in the order they are checked. */
export const REFUSAL_CODES = Object.keys(REFUSAL_FIELDS) as readonly RefusalCode[];

/** Names of a refusal's facts, in the order they are written. */
export function refusalFacts(code: RefusalCode): readonly string[] {
  return Object.keys(REFUSAL_FIELDS[code]);
}

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
  if (operation.type === 'execute') {
    const { payee, redeem, parts } = operation;
    const ways = [payee, redeem, parts].filter((way) => way !== undefined).length;
    if (ways !== 1) throw new CanonicalError('expected a payee, redemption or parts');
  }
  if (encodeOperation(operation) !== content) throw new CanonicalError('not in canonical form');
  return operation;
}

/** The operation whose text this is, for texts {@link encodeOperation} is known to have made: nothing is checked. */
export function reviveOperation(id: string, content: string): Operation {
  const operation: Record<string, unknown> = { id };
  revive(OPERATION_LAYOUTS, content, operation);
  return operation as unknown as Operation;
}

/** The one text of a tier's or a label's policy: the content of the operation that set it. */
export function encodeTierPolicy(policy: TierPolicy): string {
  return encode(OPERATION_LAYOUTS, 'set-tier-policy', policy);
}
export function encodeLabelPolicy(policy: LabelPolicy): string {
  return encode(OPERATION_LAYOUTS, 'set-label-policy', policy);
}

/** @throws CanonicalError or IdentifierError */
export function decodeTierPolicy(content: string): TierPolicy {
  return decode(OPERATION_LAYOUTS, content).fields as unknown as TierPolicy;
}
/** @throws CanonicalError or IdentifierError */
export function decodeLabelPolicy(content: string): LabelPolicy {
  return decode(OPERATION_LAYOUTS, content).fields as unknown as LabelPolicy;
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
  return firstDifferenceIn(OPERATION_LAYOUTS, left, right);
}
