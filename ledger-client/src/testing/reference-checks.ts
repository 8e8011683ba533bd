import { type AccountId, type Label, UNMARKED } from '../identifiers.ts';
import { ISSUED_MAX_TIYN } from '../limits.ts';
import type { Operation } from '../operation.ts';
import type { Refusal } from '../outcome.ts';
import type { Account } from '../view.ts';
import {
  amountOf,
  becomesUnmarked,
  calendarDay,
  holdOf,
  labelOf,
  payerOf,
  payoutsOf,
  purseOf,
  redemptionOf,
  type State,
} from './reference-state.ts';

/** What is asked about. */
interface Question {
  readonly state: State;
  readonly operation: Operation;
  readonly nowMs: number;
}

/** One question of the rules: the refusal, or nothing when there is nothing to say against the operation. */
type Check = (question: Question) => Refusal | undefined;

/** Spends the payer's free money: a transfer, a hold, a redemption; an execute spends what is already held. */
const isSpending = ({ type }: Operation): boolean =>
  type === 'transfer' || type === 'hold' || type === 'redeem';
/** Accounts money goes to, or is meant to go to. */
const payeesOf = ({ state, operation }: Question): AccountId[] => {
  if (operation.type === 'hold') return operation.payee === undefined ? [] : [operation.payee];
  return payoutsOf(state, operation).map(({ payee }) => payee);
};
const isAboutAccount = (operation: Operation): operation is Operation & { account: AccountId } =>
  ['freeze', 'unfreeze', 'close', 'set-tier'].includes(operation.type);
const accountOf = (state: State, id: AccountId | undefined): Account | undefined =>
  id === undefined ? undefined : state.accounts.get(id);
const first = <T>(
  list: readonly T[],
  refusal: (member: T) => Refusal | undefined | false,
): Refusal | undefined => {
  for (const member of list) {
    const found = refusal(member);
    if (found) return found;
  }
  return undefined;
};
/** The payments of a payer under a label on a day. */
const paymentsOn = ({ state, operation, nowMs }: Question) =>
  state.payments.filter(
    ({ payer, label, day }) =>
      payer === payerOf(state, operation) &&
      label === labelOf(state, operation) &&
      day === calendarDay(nowMs),
  );
/** The payer's tier where it applies: to unmarked money being spent. */
const spendingTier = ({ state, operation }: Question) => {
  const tier = accountOf(state, payerOf(state, operation))?.tier;
  const applies = isSpending(operation) && labelOf(state, operation) === UNMARKED;
  return applies && tier !== undefined ? state.tiers.get(tier) : undefined;
};
/** The policy of the marked money an operation pays with. */
const payingPolicy = ({ state, operation }: Question) =>
  isSpending(operation) || operation.type === 'execute'
    ? state.labels.get(labelOf(state, operation))
    : undefined;
/** What becomes unmarked. */
const unmarking = (state: State, operation: Operation): bigint =>
  payoutsOf(state, operation)
    .filter(
      ({ payee }) => operation.type !== 'issue' && becomesUnmarked(state, labelOf(state, operation), payee),
    )
    .reduce((sum, { amount }) => sum + amount, 0n);

const BEFORE_ACCOUNTS: readonly Check[] = [
  ({ operation }) => {
    const parts = operation.type === 'execute' ? (operation.parts ?? []) : [];
    const isZero = 'amount' in operation && operation.amount === 0n;
    return isZero || parts.some(({ amount }) => amount === 0n) ? { code: 'zero-amount' } : undefined;
  },
  ({ operation }) => {
    const payees = (operation.type === 'execute' ? (operation.parts ?? []) : []).map(({ payee }) => payee);
    const twice = payees.find((payee, index) => payees.indexOf(payee) < index);
    return twice === undefined ? undefined : { code: 'duplicate-payee', account: twice };
  },
  ({ operation, nowMs }) =>
    operation.type === 'hold' && operation.expiresAtMs <= nowMs
      ? { code: 'expiry-in-the-past', expiresAtMs: operation.expiresAtMs }
      : undefined,
  ({ operation }) =>
    operation.type === 'set-label-policy' && operation.label === UNMARKED
      ? { code: 'unmarked-takes-no-policy' }
      : undefined,
  ({ operation }) => {
    if (operation.type !== 'set-label-policy') return undefined;
    const { validFromMs = Number.NEGATIVE_INFINITY, validToMs = Number.POSITIVE_INFINITY } = operation;
    return validFromMs < validToMs ? undefined : { code: 'validity-is-empty', validFromMs, validToMs };
  },
  ({ operation }) =>
    operation.type === 'open' && operation.category !== undefined && operation.kind !== 'merchant'
      ? { code: 'kind-may-not-have-category', kind: operation.kind }
      : undefined,
  ({ state, operation }) =>
    'hold' in operation && !holdOf(state, operation)
      ? { code: 'unknown-hold', hold: operation.hold }
      : undefined,
  ({ state, operation }) => {
    const hold = holdOf(state, operation);
    if (hold?.state === 'executed') return { code: 'hold-already-executed', hold: hold.id };
    if (hold?.state === 'released') return { code: 'hold-released', hold: hold.id };
    return hold?.state === 'expired' ? { code: 'hold-expired', hold: hold.id } : undefined;
  },
  ({ state, operation, nowMs }) => {
    const hold = holdOf(state, operation);
    if (!hold) return undefined;
    const { id, expiresAtMs } = hold;
    const isOver = expiresAtMs <= nowMs;
    if (operation.type === 'execute' && isOver) return { code: 'hold-expired', hold: id };
    return operation.type === 'expire' && !isOver
      ? { code: 'hold-not-expired', hold: id, expiresAtMs }
      : undefined;
  },
  (question) => {
    const payer = payerOf(question.state, question.operation);
    return payer !== undefined && payeesOf(question).includes(payer)
      ? { code: 'accounts-must-differ', account: payer }
      : undefined;
  },
  ({ state, operation }) => {
    const label = labelOf(state, operation);
    return redemptionOf(state, operation) !== undefined && label !== UNMARKED
      ? { code: 'label-may-not-be-redeemed', label }
      : undefined;
  },
];

const OF_ACCOUNTS: readonly Check[] = [
  (question) => {
    const { state, operation } = question;
    const own = isAboutAccount(operation) ? [operation.account] : [];
    const payer = payerOf(state, operation);
    const all = [...own, ...(payer === undefined ? [] : [payer]), ...payeesOf(question)];
    return first(all, (account) => !state.accounts.has(account) && { code: 'unknown-account', account });
  },
  ({ state, operation }) => {
    if (operation.type !== 'open') return undefined;
    const { account } = operation;
    const existing = state.accounts.get(account);
    if (!existing) return undefined;
    return first(['kind', 'category', 'tier'] as const, (differs) =>
      existing[differs] === operation[differs]
        ? undefined
        : { code: 'account-exists-with-different-content', account, differs },
    );
  },
  ({ state, operation }) => {
    if (operation.type === 'close') return undefined;
    const account = isAboutAccount(operation) || operation.type === 'open' ? operation.account : undefined;
    return account !== undefined && state.accounts.get(account)?.closed
      ? { code: 'account-closed', account }
      : undefined;
  },
  ({ state, operation }) => {
    const tier = operation.type === 'open' || operation.type === 'set-tier' ? operation.tier : undefined;
    return tier !== undefined && !state.tiers.has(tier) ? { code: 'unknown-tier', tier } : undefined;
  },
  ({ state, operation }) => {
    const payer = isSpending(operation) ? accountOf(state, payerOf(state, operation)) : undefined;
    return payer?.closed ? { code: 'payer-closed', account: payer.id } : undefined;
  },
  (question) =>
    first(payeesOf(question), (account) =>
      question.state.accounts.get(account)?.closed ? { code: 'payee-closed', account } : undefined,
    ),
  ({ state, operation }) => {
    const payer = isSpending(operation) ? accountOf(state, payerOf(state, operation)) : undefined;
    return payer?.frozen ? { code: 'payer-frozen', account: payer.id } : undefined;
  },
  (question) =>
    first(payeesOf(question), (account) =>
      question.state.accounts.get(account)?.frozen ? { code: 'payee-frozen', account } : undefined,
    ),
  ({ state, operation }) => {
    const kind = operation.type === 'issue' ? state.accounts.get(operation.account)?.kind : undefined;
    return operation.type === 'issue' && (kind === 'contract' || kind === 'device')
      ? { code: 'kind-may-not-be-issued-to', account: operation.account, kind }
      : undefined;
  },
  ({ state, operation }) => {
    const payer = accountOf(state, payerOf(state, operation));
    if (!payer || redemptionOf(state, operation) === undefined) return undefined;
    return payer.kind === 'contract' || payer.kind === 'device'
      ? { code: 'kind-may-not-redeem', account: payer.id, kind: payer.kind }
      : undefined;
  },
];

const OF_LABELS: readonly Check[] = [
  ({ state, operation }) => {
    const asks = isSpending(operation) || operation.type === 'issue' || operation.type === 'attest';
    const label = labelOf(state, operation);
    const mayBeUnmarked = operation.type !== 'attest' && label === UNMARKED;
    return asks && !mayBeUnmarked && !state.labels.has(label) ? { code: 'label-unknown', label } : undefined;
  },
  ({ state, operation }) => {
    if (operation.type !== 'attest') return undefined;
    const { label, condition } = operation;
    return state.labels.get(label)?.condition === condition
      ? undefined
      : { code: 'label-has-no-such-condition', label, condition };
  },
  (question) => {
    const policy = isSpending(question.operation) ? payingPolicy(question) : undefined;
    return policy?.validFromMs !== undefined && question.nowMs < policy.validFromMs
      ? { code: 'label-not-yet-valid', label: policy.label, validFromMs: policy.validFromMs }
      : undefined;
  },
  (question) => {
    const policy = isSpending(question.operation) ? payingPolicy(question) : undefined;
    return policy?.validToMs !== undefined && question.nowMs >= policy.validToMs
      ? { code: 'label-expired', label: policy.label, validToMs: policy.validToMs }
      : undefined;
  },
  (question) => {
    const policy = payingPolicy(question);
    if (!policy) return undefined;
    const { label, payees = [], categories = [], finalPayees = [], finalCategories = [] } = policy;
    if (payees.length + categories.length === 0) return undefined;
    return first(payeesOf(question), (account) => {
      const category = question.state.accounts.get(account)?.category;
      const isAllowed =
        [...payees, ...finalPayees].includes(account) ||
        [...categories, ...finalCategories].some((each) => each === category);
      return isAllowed ? undefined : { code: 'label-may-not-go-to-payee', label, account };
    });
  },
  (question) => {
    const { state, operation } = question;
    const policy = payingPolicy(question);
    const condition = policy?.condition;
    if (!policy || condition === undefined) return undefined;
    const named = 'subject' in operation ? operation.subject : undefined;
    const payees = payeesOf(question);
    const subjects = payees.map((payee) => named ?? (payee as string as NonNullable<typeof named>));
    return first(subjects, (subject) =>
      state.attested.has(`${policy.label} ${condition} ${subject}`)
        ? undefined
        : { code: 'label-condition-not-satisfied', label: policy.label, condition, subject },
    );
  },
  (question) => {
    const policy = isSpending(question.operation) ? payingPolicy(question) : undefined;
    const count = paymentsOn(question).length;
    return policy?.dayCountMax !== undefined && count >= policy.dayCountMax
      ? { code: 'label-day-count-exceeded', label: policy.label, count, limit: policy.dayCountMax }
      : undefined;
  },
];

const OF_AMOUNTS: readonly Check[] = [
  ({ state, operation }) => {
    const remaining = holdOf(state, operation)?.remaining ?? 0n;
    const required = amountOf(state, operation);
    return operation.type === 'execute' && required > remaining
      ? { code: 'amount-exceeds-hold', remaining, required }
      : undefined;
  },
  ({ state, operation }) => {
    if (operation.type !== 'execute' || !operation.parts) return undefined;
    const sum = operation.parts.reduce((total, { amount }) => total + amount, 0n);
    const required = amountOf(state, operation);
    return sum === required ? undefined : { code: 'parts-do-not-add-up', sum, required };
  },
  (question) => {
    const limits = spendingTier(question);
    const required = amountOf(question.state, question.operation);
    return limits?.paymentMax !== undefined && required > limits.paymentMax
      ? { code: 'payment-limit-exceeded', tier: limits.tier, limit: limits.paymentMax, required }
      : undefined;
  },
  (question) => {
    const limits = spendingTier(question);
    const required = amountOf(question.state, question.operation);
    const spent = paymentsOn(question).reduce((sum, { amount }) => sum + amount, 0n);
    return limits?.dayMax !== undefined && spent + required > limits.dayMax
      ? { code: 'day-limit-exceeded', tier: limits.tier, spent, limit: limits.dayMax, required }
      : undefined;
  },
  ({ state, operation }) => {
    const payer = payerOf(state, operation);
    if (!isSpending(operation) || payer === undefined) return undefined;
    const required = amountOf(state, operation);
    const { available } = purseOf(state, payer, labelOf(state, operation));
    return available < required ? { code: 'insufficient-funds', available, required } : undefined;
  },
  ({ state, operation }) =>
    first(payoutsOf(state, operation), ({ payee: account, amount }) => {
      const label = labelOf(state, operation);
      const arrivesUnmarked =
        label === UNMARKED || (operation.type !== 'issue' && becomesUnmarked(state, label, account));
      const tier = state.accounts.get(account)?.tier;
      const limit = tier === undefined || !arrivesUnmarked ? undefined : state.tiers.get(tier)?.balanceMax;
      const { available, held } = purseOf(state, account, UNMARKED);
      const balance = available + held;
      return tier !== undefined && limit !== undefined && balance + amount > limit
        ? { code: 'balance-limit-exceeded', account, tier, balance, limit }
        : undefined;
    }),
  ({ state, operation }) => {
    const label: Label = operation.type === 'issue' ? labelOf(state, operation) : UNMARKED;
    const more = operation.type === 'issue' ? operation.amount : unmarking(state, operation);
    const issued = state.issued.get(label) ?? 0n;
    return more > 0n && issued + more > ISSUED_MAX_TIYN
      ? { code: 'issued-limit-exceeded', issued, limit: ISSUED_MAX_TIYN }
      : undefined;
  },
  ({ state, operation }) => {
    if (operation.type !== 'close') return undefined;
    const { account } = operation;
    const open = [...state.holds.values()].filter((hold) => hold.payer === account && hold.state === 'open');
    const held = open.reduce((sum, { remaining }) => sum + remaining, 0n);
    return open.length > 0 ? { code: 'account-has-open-holds', account, held } : undefined;
  },
  ({ state, operation }) => {
    if (operation.type !== 'close') return undefined;
    const { account } = operation;
    const available = [...state.purses.values()]
      .filter((purse) => purse.account === account)
      .reduce((sum, purse) => sum + purse.available, 0n);
    return available > 0n ? { code: 'account-not-empty', account, available } : undefined;
  },
];

/** Every check there is, in the documented order; each applies to whatever operation it can be asked of. */
const CHECKS = [...BEFORE_ACCOUNTS, ...OF_ACCOUNTS, ...OF_LABELS, ...OF_AMOUNTS];

export function refusalOf(state: State, operation: Operation, nowMs: number): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check({ state, operation, nowMs });
    if (refusal) return refusal;
  }
  return undefined;
}
