import { type AccountId, type Label, UNMARKED } from '../identifiers.ts';
import { ISSUED_MAX_TIYN } from '../limits.ts';
import type { Refusal } from '../outcome.ts';
import type { Account, Change, Hold, LedgerView, Spending, TierPolicy } from '../view.ts';
import { dayOf } from './day.ts';
import type { Credit } from './label-rules.ts';

/** What an account has paid under a label on the day of an instant. */
export function spentToday(view: LedgerView, payer: Account, label: Label, nowMs: number): Spending {
  const day = dayOf(nowMs);
  const { id: account } = payer;
  const last = isCounted(payer, label) ? view.spending(account, label) : undefined;
  return last?.day === day ? last : { account, label, day, amount: 0n, count: 0 };
}

/** The limits that bind what moves under a label on an account: a tier's, for unmarked money. */
function limitsOf(view: LedgerView, account: Account, label: Label): TierPolicy | undefined {
  return label === UNMARKED && account.tier !== undefined ? view.tierPolicy(account.tier) : undefined;
}

/** What the payer's tier says: one payment, then the day. */
export function payerLimitRefused(
  view: LedgerView,
  payer: Account,
  today: Spending,
  required: bigint,
): Refusal | undefined {
  const limits = limitsOf(view, payer, today.label);
  if (!limits) return undefined;
  const { tier, paymentMax, dayMax } = limits;
  if (paymentMax !== undefined && required > paymentMax) {
    return { code: 'payment-limit-exceeded', tier, limit: paymentMax, required };
  }
  if (dayMax !== undefined && today.amount + required > dayMax) {
    return { code: 'day-limit-exceeded', tier, spent: today.amount, limit: dayMax, required };
  }
  return undefined;
}

/** What the payees' tiers say of their balances. */
export function balanceLimitRefused(view: LedgerView, credits: readonly Credit[]): Refusal | undefined {
  for (const { payee, amount, label } of credits) {
    const limits = limitsOf(view, payee, label);
    if (limits?.balanceMax === undefined) continue;
    const { available, held } = view.purse(payee.id, label);
    const balance = available + held;
    if (balance + amount > limits.balanceMax) {
      const { tier, balanceMax: limit } = limits;
      return { code: 'balance-limit-exceeded', account: payee.id, tier, balance, limit };
    }
  }
  return undefined;
}

/** Whether so much more may be in circulation under a label; nothing more always may. */
export function issuedLimitRefused(view: LedgerView, label: Label, more: bigint): Refusal | undefined {
  if (more === 0n) return undefined;
  const { issued } = view.circulation(label);
  return issued + more > ISSUED_MAX_TIYN
    ? { code: 'issued-limit-exceeded', issued, limit: ISSUED_MAX_TIYN }
    : undefined;
}

export function fundsRefused(
  view: LedgerView,
  account: AccountId,
  label: Label,
  required: bigint,
): Refusal | undefined {
  const { available } = view.purse(account, label);
  return available < required ? { code: 'insufficient-funds', available, required } : undefined;
}

/** Only what can be limited is counted: marked money, and accounts with a tier. */
export function isCounted(payer: Account, label: Label): boolean {
  return label !== UNMARKED || payer.tier !== undefined;
}

/** One more payment today. */
export function countedPayment(payer: Account, today: Spending, amount: bigint): readonly Change[] {
  if (!isCounted(payer, today.label)) return [];
  const spending = { ...today, amount: today.amount + amount, count: today.count + 1 };
  return [{ type: 'spending', spending }];
}

/** What a hold gives back is not spent, as long as its day is not over; all of it given back, there was no payment. */
export function uncounted(view: LedgerView, hold: Hold, givenBack: bigint): readonly Change[] {
  if (hold.countedDay === undefined || givenBack === 0n) return [];
  const last = view.spending(hold.payer, hold.label);
  if (last?.day !== hold.countedDay) return [];
  // A clock that went back and forth over midnight began the day anew: never below nothing.
  const amount = last.amount > givenBack ? last.amount - givenBack : 0n;
  const count = Math.max(0, givenBack === hold.amount ? last.count - 1 : last.count);
  return [{ type: 'spending', spending: { ...last, amount, count } }];
}
