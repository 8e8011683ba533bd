import { unreachable } from '@kassa/primitives';
import { type AccountId, type OperationId, UNMARKED } from '../identifiers.ts';
import type { ExecuteOperation, ExecutePart, HoldOperation } from '../operation.ts';
import type { Refusal } from '../outcome.ts';
import type { Account, Hold, LedgerView } from '../view.ts';
import { accept, type Decision, refuse } from './decision.ts';
import {
  type Credit,
  conditionRefused,
  creditLabel,
  dayCountRefused,
  payeesRefused,
  policyOf,
  validityRefused,
} from './label-rules.ts';
import {
  countedPayment,
  fundsRefused,
  isCounted,
  payerLimitRefused,
  spentToday,
  uncounted,
} from './limit-rules.ts';
import {
  creditChanges,
  creditsRefused,
  partiesRefused,
  redeemerRefused,
  redemptionChanges,
} from './payment-rules.ts';

export function decideHold(view: LedgerView, operation: HoldOperation, nowMs: number): Decision {
  const { id, payer: payerId, amount, label = UNMARKED, expiresAtMs, payee: payeeId, subject } = operation;
  if (amount === 0n) return refuse({ code: 'zero-amount' });
  if (expiresAtMs <= nowMs) return refuse({ code: 'expiry-in-the-past', expiresAtMs });
  if (payerId === payeeId) return refuse({ code: 'accounts-must-differ', account: payerId });
  const payer = view.account(payerId);
  if (!payer) return refuse({ code: 'unknown-account', account: payerId });
  const payees = accountsOf(view, payeeId === undefined ? [] : [payeeId]);
  if ('refusal' in payees) return payees;
  const unfit = partiesRefused(payer, payees);
  if (unfit) return refuse(unfit);
  const policy = policyOf(view, label);
  if (policy && 'refusal' in policy) return refuse(policy.refusal);
  const today = spentToday(view, payer, label, nowMs);
  const refusal =
    validityRefused(policy, nowMs) ??
    payeesRefused(policy, payees) ??
    conditionRefused(view, policy, payees, subject) ??
    dayCountRefused(policy, today) ??
    payerLimitRefused(view, payer, today, amount) ??
    fundsRefused(view, payerId, label, amount);
  if (refusal) return refuse(refusal);
  const countedDay = isCounted(payer, label) ? today.day : undefined;
  const made = { id, payer: payerId, label, amount, remaining: amount, expiresAtMs, countedDay };
  return accept(
    { type: 'hold', hold: { ...made, state: 'open' } },
    { type: 'purse', account: payerId, label, available: -amount, held: amount },
    ...countedPayment(payer, today, amount),
  );
}

/**
 * A hold is a promise already given: whether the payer may pay was asked when it was made, and is not asked again. Whether
 * the payees may be paid is asked now.
 */
export function decideExecute(view: LedgerView, operation: ExecuteOperation, nowMs: number): Decision {
  const malformed = partsRefused(operation);
  if (malformed) return refuse(malformed);
  const hold = openHold(view, operation.hold);
  if ('refusal' in hold) return hold;
  if (nowMs >= hold.expiresAtMs) return refuse({ code: 'hold-expired', hold: hold.id });
  const { payer, label, remaining } = hold;
  const amount = operation.amount ?? remaining;
  const parts = partsOf(operation, amount);
  const paid = parts.filter(isPayment);
  const redeemed = parts.find(({ payee }) => payee === null)?.amount ?? 0n;
  if (paid.some(({ payee }) => payee === payer)) {
    return refuse({ code: 'accounts-must-differ', account: payer });
  }
  const isRedeeming = paid.length < parts.length;
  if (isRedeeming && label !== UNMARKED) return refuse({ code: 'label-may-not-be-redeemed', label });
  const payees = accountsOf(
    view,
    paid.map(({ payee }) => payee),
  );
  if ('refusal' in payees) return payees;
  // A hold's label had a policy when the hold was made, and none is ever removed.
  const policy = label === UNMARKED ? undefined : view.labelPolicy(label);
  const credits: readonly Credit[] = payees.map((payee, index) => ({
    payee,
    amount: paid[index]?.amount ?? 0n,
    label: creditLabel(policy, label, payee),
  }));
  const holder = view.account(payer);
  const refusal =
    partiesRefused(undefined, payees) ??
    (isRedeeming && holder ? redeemerRefused(holder) : undefined) ??
    payeesRefused(policy, payees) ??
    conditionRefused(view, policy, payees, operation.subject) ??
    sumRefused(parts, amount, remaining) ??
    creditsRefused(view, label, credits);
  if (refusal) return refuse(refusal);
  const released = operation.rest === 'keep' ? 0n : remaining - amount;
  const left = remaining - amount - released;
  return accept(
    { type: 'hold', hold: { ...hold, remaining: left, state: left === 0n ? 'executed' : 'open' } },
    { type: 'purse', account: payer, label, available: released, held: -(amount + released) },
    ...creditChanges(payer, label, credits),
    ...(isRedeeming ? redemptionChanges(payer, label, redeemed) : []),
    ...uncounted(view, hold, released),
  );
}

export function decideEndOfHold(
  view: LedgerView,
  id: OperationId,
  state: 'released' | 'expired',
  nowMs: number,
): Decision {
  const hold = openHold(view, id);
  if ('refusal' in hold) return hold;
  const { payer, label, remaining, expiresAtMs } = hold;
  if (state === 'expired' && nowMs < expiresAtMs) {
    return refuse({ code: 'hold-not-expired', hold: id, expiresAtMs });
  }
  return accept(
    { type: 'hold', hold: { ...hold, remaining: 0n, state } },
    { type: 'purse', account: payer, label, available: remaining, held: -remaining },
    ...uncounted(view, hold, remaining),
  );
}

/** What is wrong with an execute before anything is known of its hold. */
function partsRefused({ amount, parts = [] }: ExecuteOperation): Refusal | undefined {
  if (amount === 0n || parts.some((part) => part.amount === 0n)) return { code: 'zero-amount' };
  const seen = new Set<AccountId | null>();
  for (const { payee } of parts) {
    if (seen.has(payee)) return { code: 'duplicate-payee', account: payee };
    seen.add(payee);
  }
  return undefined;
}

function partsOf(operation: ExecuteOperation, amount: bigint): readonly Part[] {
  if (operation.parts) return operation.parts;
  return [{ payee: operation.redeem ? null : operation.payee, amount }];
}

type Part = Pick<ExecutePart, 'payee'> & { readonly amount: bigint };

function isPayment(part: Part): part is Part & { readonly payee: AccountId } {
  return part.payee !== null;
}

function sumRefused(parts: readonly Part[], required: bigint, remaining: bigint): Refusal | undefined {
  if (required > remaining) return { code: 'amount-exceeds-hold', remaining, required };
  const sum = parts.reduce((total, part) => total + part.amount, 0n);
  return sum === required ? undefined : { code: 'parts-do-not-add-up', sum, required };
}

function accountsOf(
  view: LedgerView,
  ids: readonly AccountId[],
): readonly Account[] | { ok: false; refusal: Refusal } {
  const accounts: Account[] = [];
  for (const id of ids) {
    const account = view.account(id);
    if (!account) return refuse({ code: 'unknown-account', account: id });
    accounts.push(account);
  }
  return accounts;
}

function openHold(view: LedgerView, id: OperationId): Hold | { ok: false; refusal: Refusal } {
  const hold = view.hold(id);
  if (!hold) return refuse({ code: 'unknown-hold', hold: id });
  switch (hold.state) {
    case 'open':
      return hold;
    case 'executed':
      return refuse({ code: 'hold-already-executed', hold: id });
    case 'released':
      return refuse({ code: 'hold-released', hold: id });
    case 'expired':
      return refuse({ code: 'hold-expired', hold: id });
    default:
      return unreachable(hold.state);
  }
}
