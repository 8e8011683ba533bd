import { type AccountId, type Label, UNMARKED } from '../identifiers.ts';
import type { IssueOperation, RedeemOperation, TransferOperation } from '../operation.ts';
import type { Refusal } from '../outcome.ts';
import type { Account, Change, LedgerView } from '../view.ts';
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
  balanceLimitRefused,
  countedPayment,
  fundsRefused,
  issuedLimitRefused,
  payerLimitRefused,
  spentToday,
} from './limit-rules.ts';

export function decideIssue(view: LedgerView, operation: IssueOperation): Decision {
  const { account: id, amount, label = UNMARKED } = operation;
  if (amount === 0n) return refuse({ code: 'zero-amount' });
  const payee = view.account(id);
  if (!payee) return refuse({ code: 'unknown-account', account: id });
  const refusal =
    partiesRefused(undefined, [payee]) ??
    (isParty(payee) ? undefined : { code: 'kind-may-not-be-issued-to', account: id, kind: payee.kind }) ??
    (label === UNMARKED || view.labelPolicy(label) ? undefined : { code: 'label-unknown', label }) ??
    balanceLimitRefused(view, [{ payee, amount, label }]) ??
    issuedLimitRefused(view, label, amount);
  if (refusal) return refuse(refusal);
  return accept(
    { type: 'circulation', label, issued: amount, redeemed: 0n },
    { type: 'purse', account: id, label, available: amount, held: 0n },
    { type: 'posting', account: id, label, amount, counterAccount: undefined },
  );
}

export function decideTransfer(view: LedgerView, operation: TransferOperation, nowMs: number): Decision {
  const { payer: payerId, payee: payeeId, amount, label = UNMARKED, subject } = operation;
  if (amount === 0n) return refuse({ code: 'zero-amount' });
  if (payerId === payeeId) return refuse({ code: 'accounts-must-differ', account: payerId });
  const payer = view.account(payerId);
  if (!payer) return refuse({ code: 'unknown-account', account: payerId });
  const payee = view.account(payeeId);
  if (!payee) return refuse({ code: 'unknown-account', account: payeeId });
  const unfit = partiesRefused(payer, [payee]);
  if (unfit) return refuse(unfit);
  const policy = policyOf(view, label);
  if (policy && 'refusal' in policy) return refuse(policy.refusal);
  const today = spentToday(view, payer, label, nowMs);
  const credits: readonly Credit[] = [{ payee, amount, label: creditLabel(policy, label, payee) }];
  const refusal =
    validityRefused(policy, nowMs) ??
    payeesRefused(policy, [payee]) ??
    conditionRefused(view, policy, [payee], subject) ??
    dayCountRefused(policy, today) ??
    payerLimitRefused(view, payer, today, amount) ??
    fundsRefused(view, payerId, label, amount) ??
    creditsRefused(view, label, credits);
  if (refusal) return refuse(refusal);
  return accept(
    { type: 'purse', account: payerId, label, available: -amount, held: 0n },
    ...creditChanges(payerId, label, credits),
    ...countedPayment(payer, today, amount),
  );
}

export function decideRedeem(view: LedgerView, operation: RedeemOperation, nowMs: number): Decision {
  const { account: id, amount, label = UNMARKED } = operation;
  if (amount === 0n) return refuse({ code: 'zero-amount' });
  // Marked digital tenge cannot be turned into cash or non-cash.
  if (label !== UNMARKED) return refuse({ code: 'label-may-not-be-redeemed', label });
  const payer = view.account(id);
  if (!payer) return refuse({ code: 'unknown-account', account: id });
  const today = spentToday(view, payer, label, nowMs);
  const refusal =
    partiesRefused(payer, []) ??
    redeemerRefused(payer) ??
    payerLimitRefused(view, payer, today, amount) ??
    fundsRefused(view, id, label, amount);
  if (refusal) return refuse(refusal);
  return accept(
    { type: 'purse', account: id, label, available: -amount, held: 0n },
    ...redemptionChanges(id, label, amount),
    ...countedPayment(payer, today, amount),
  );
}

/** Closed before frozen, the payer before the payees. */
export function partiesRefused(payer: Account | undefined, payees: readonly Account[]): Refusal | undefined {
  // Plain loops here and below: with closures and flattened lists a transfer took half a microsecond more.
  let closedPayee: Account | undefined;
  let frozenPayee: Account | undefined;
  for (const payee of payees) {
    if (payee.closed) closedPayee ??= payee;
    if (payee.frozen) frozenPayee ??= payee;
  }
  if (payer?.closed) return { code: 'payer-closed', account: payer.id };
  if (closedPayee) return { code: 'payee-closed', account: closedPayee.id };
  if (payer?.frozen) return { code: 'payer-frozen', account: payer.id };
  return frozenPayee && { code: 'payee-frozen', account: frozenPayee.id };
}

/** Somebody, and not a thing that only keeps what somebody put into it. */
function isParty({ kind }: Account): boolean {
  return kind !== 'contract' && kind !== 'device';
}

export function redeemerRefused(account: Account): Refusal | undefined {
  const { id, kind } = account;
  return isParty(account) ? undefined : { code: 'kind-may-not-redeem', account: id, kind };
}

/** Whether what the payees get fits on their accounts, and what becomes unmarked into circulation. */
export function creditsRefused(
  view: LedgerView,
  label: Label,
  credits: readonly Credit[],
): Refusal | undefined {
  return balanceLimitRefused(view, credits) ?? issuedLimitRefused(view, UNMARKED, unmarkedBy(label, credits));
}

/** What of marked money becomes unmarked. */
function unmarkedBy(label: Label, credits: readonly Credit[]): bigint {
  let unmarked = 0n;
  for (const credit of credits) if (credit.label !== label) unmarked += credit.amount;
  return unmarked;
}

/** Money arriving at payees. What a final payee gets is issued unmarked instead of under its label from now on. */
export function creditChanges(payer: AccountId, label: Label, credits: readonly Credit[]): readonly Change[] {
  const changes: Change[] = [];
  for (const { payee, amount, label: under } of credits) {
    changes.push(
      { type: 'purse', account: payee.id, label: under, available: amount, held: 0n },
      { type: 'posting', account: payer, label, amount: -amount, counterAccount: payee.id },
      { type: 'posting', account: payee.id, label: under, amount, counterAccount: payer },
    );
  }
  const unmarked = unmarkedBy(label, credits);
  if (unmarked !== 0n) {
    changes.push(
      { type: 'circulation', label, issued: -unmarked, redeemed: 0n },
      { type: 'circulation', label: UNMARKED, issued: unmarked, redeemed: 0n },
    );
  }
  return changes;
}

/** Money leaving circulation. */
export function redemptionChanges(account: AccountId, label: Label, amount: bigint): readonly Change[] {
  return [
    { type: 'circulation', label, issued: 0n, redeemed: amount },
    { type: 'posting', account, label, amount: -amount, counterAccount: undefined },
  ];
}
