import { ALMATY_OFFSET_MS, calendarParts, unreachable } from '@kassa/primitives';
import { type AccountId, type Label, type OperationId, UNMARKED } from '../identifiers.ts';
import type { Operation, SetLabelPolicyOperation, SetTierPolicyOperation } from '../operation.ts';
import type { Posting } from '../posting.ts';
import type { Account, Hold, Purse } from '../view.ts';

/** The whole state, computed anew from the accepted operations whenever it is needed. */
export interface State {
  readonly accounts: Map<AccountId, Account>;
  readonly purses: Map<string, Purse>;
  readonly holds: Map<OperationId, Hold>;
  readonly issued: Map<Label, bigint>;
  readonly redeemed: Map<Label, bigint>;
  readonly tiers: Map<string, SetTierPolicyOperation>;
  readonly labels: Map<Label, SetLabelPolicyOperation>;
  readonly attested: Set<string>;
  /** Every payment that counts, ever. */
  readonly payments: Payment[];
  readonly lines: Posting[];
}

/** A transfer, a redemption or a hold, which the id names. */
interface Payment {
  readonly id: OperationId;
  readonly payer: AccountId;
  readonly label: Label;
  readonly day: string;
  /** Without what was given back. */
  readonly amount: bigint;
}

/** What one payee is to get; undefined for what is still to be computed. */
export interface Payout {
  readonly payee: AccountId;
  readonly amount: bigint;
}

export function emptyState(): State {
  return {
    accounts: new Map(),
    purses: new Map(),
    holds: new Map(),
    issued: new Map(),
    redeemed: new Map(),
    tiers: new Map(),
    labels: new Map(),
    attested: new Set(),
    payments: [],
    lines: [],
  };
}

export const purseOf = (state: State, account: AccountId, label: Label): Purse =>
  state.purses.get(`${account}/${label}`) ?? { account, label, available: 0n, held: 0n };

/** The hold an execute, a release or an expire speaks of. */
export const holdOf = (state: State, operation: Operation): Hold | undefined =>
  'hold' in operation ? state.holds.get(operation.hold) : undefined;

export const labelOf = (state: State, operation: Operation): Label =>
  holdOf(state, operation)?.label ?? (('label' in operation && operation.label) || UNMARKED);

/** Who pays; of a hold, who made it. */
export function payerOf(state: State, operation: Operation): AccountId | undefined {
  if (operation.type === 'redeem') return operation.account;
  if (operation.type === 'transfer' || operation.type === 'hold') return operation.payer;
  return holdOf(state, operation)?.payer;
}

/** How much the operation moves or locks. */
export function amountOf(state: State, operation: Operation): bigint {
  if (operation.type === 'execute') return operation.amount ?? holdOf(state, operation)?.remaining ?? 0n;
  return 'amount' in operation && operation.amount !== undefined ? operation.amount : 0n;
}

/** Who gets how much, by operations that pay. */
export function payoutsOf(state: State, operation: Operation): readonly Payout[] {
  const amount = amountOf(state, operation);
  if (operation.type === 'issue') return [{ payee: operation.account, amount }];
  if (operation.type === 'transfer') return [{ payee: operation.payee, amount }];
  if (operation.type !== 'execute') return [];
  if (operation.payee !== undefined) return [{ payee: operation.payee, amount }];
  return (operation.parts ?? []).flatMap((part) =>
    part.payee === null ? [] : [{ payee: part.payee, amount: part.amount }],
  );
}

/** How much leaves circulation; undefined when the operation does not redeem. */
export function redemptionOf(state: State, operation: Operation): bigint | undefined {
  if (operation.type === 'redeem') return operation.amount;
  if (operation.type !== 'execute') return undefined;
  if (operation.redeem) return amountOf(state, operation);
  return operation.parts?.find(({ payee }) => payee === null)?.amount;
}

/** `2026-11-24` in Almaty. */
export function calendarDay(atMs: number): string {
  const { year, month, day } = calendarParts(atMs, ALMATY_OFFSET_MS);
  return `${year}-${month}-${day}`;
}

/** Whether a payee gets the label's money unmarked. */
export function becomesUnmarked(state: State, label: Label, payee: AccountId): boolean {
  const policy = state.labels.get(label);
  const category = state.accounts.get(payee)?.category;
  const byCategory = category !== undefined && policy?.finalCategories?.includes(category);
  return Boolean(policy?.finalPayees?.includes(payee) || byCategory);
}

function move(state: State, account: AccountId, label: Label, available: bigint, held: bigint): void {
  const purse = purseOf(state, account, label);
  state.purses.set(`${account}/${label}`, {
    account,
    label,
    available: purse.available + available,
    held: purse.held + held,
  });
}

const add = (sums: Map<Label, bigint>, label: Label, amount: bigint): void => {
  sums.set(label, (sums.get(label) ?? 0n) + amount);
};

/** Writes down what just came or went. */
function write(state: State, sequence: number, line: Omit<Posting, 'sequence' | 'line' | 'balance'>): void {
  const { available, held } = purseOf(state, line.account, line.label);
  const number = state.lines.filter((earlier) => earlier.sequence === sequence).length;
  state.lines.push({ ...line, sequence, line: number, balance: available + held });
}

function performPayment(state: State, operation: Operation, sequence: number): void {
  const label = labelOf(state, operation);
  const payer = payerOf(state, operation);
  const fromHold = operation.type === 'execute';
  const take = (amount: bigint, counterAccount: AccountId | undefined): void => {
    if (payer === undefined) return;
    move(state, payer, label, fromHold ? 0n : -amount, fromHold ? -amount : 0n);
    write(state, sequence, { account: payer, label, amount: -amount, counterAccount });
  };
  for (const { payee, amount } of payoutsOf(state, operation)) {
    take(amount, payee);
    const isUnmarked = payer !== undefined && becomesUnmarked(state, label, payee);
    if (payer === undefined) add(state.issued, label, amount);
    if (isUnmarked) {
      add(state.issued, label, -amount);
      add(state.issued, UNMARKED, amount);
    }
    const under = isUnmarked ? UNMARKED : label;
    move(state, payee, under, amount, 0n);
    write(state, sequence, { account: payee, label: under, amount, counterAccount: payer });
  }
  const redeemed = redemptionOf(state, operation);
  if (redeemed === undefined) return;
  take(redeemed, undefined);
  add(state.redeemed, label, redeemed);
}

/** Payments are counted for marked money and for accounts with a tier. */
function count(state: State, operation: Operation, atMs: number): number | undefined {
  const payer = payerOf(state, operation);
  const label = labelOf(state, operation);
  if (payer === undefined) return undefined;
  if (label === UNMARKED && state.accounts.get(payer)?.tier === undefined) return undefined;
  const day = calendarDay(atMs);
  state.payments.push({ id: operation.id, payer, label, day, amount: amountOf(state, operation) });
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}

function giveBack(state: State, hold: Hold, amount: bigint): void {
  move(state, hold.payer, hold.label, amount, -amount);
  const index = state.payments.findIndex(({ id }) => id === hold.id);
  const payment = state.payments[index];
  if (!payment) return;
  if (amount === hold.amount) state.payments.splice(index, 1);
  else state.payments[index] = { ...payment, amount: payment.amount - amount };
}

function performExecute(state: State, operation: Operation & { type: 'execute' }, sequence: number): void {
  const hold = holdOf(state, operation);
  if (!hold) return;
  const rest = hold.remaining - amountOf(state, operation);
  performPayment(state, operation, sequence);
  const keeps = operation.rest === 'keep' && rest > 0n;
  if (!keeps) giveBack(state, hold, rest);
  state.holds.set(hold.id, {
    ...hold,
    remaining: keeps ? rest : 0n,
    state: keeps ? 'open' : 'executed',
  });
}

/** Does what an accepted operation says. */
export function perform(state: State, operation: Operation, atMs: number, sequence: number): void {
  const change = (id: AccountId, values: Partial<Account>): void => {
    const account = state.accounts.get(id);
    if (account) state.accounts.set(id, { ...account, ...values });
  };
  switch (operation.type) {
    case 'open': {
      const { account: id, kind, category, tier } = operation;
      if (state.accounts.has(id)) return;
      state.accounts.set(id, { id, kind, category, tier, frozen: false, closed: false });
      return;
    }
    case 'issue':
      performPayment(state, operation, sequence);
      return;
    case 'transfer':
    case 'redeem':
      performPayment(state, operation, sequence);
      count(state, operation, atMs);
      return;
    case 'hold': {
      const { id, payer, amount, expiresAtMs } = operation;
      const label = labelOf(state, operation);
      const countedDay = count(state, operation, atMs);
      const made = { id, payer, label, amount, remaining: amount, expiresAtMs, countedDay };
      state.holds.set(id, { ...made, state: 'open' });
      move(state, payer, label, -amount, amount);
      return;
    }
    case 'execute':
      performExecute(state, operation, sequence);
      return;
    case 'release':
    case 'expire': {
      const hold = state.holds.get(operation.hold);
      if (!hold) return;
      giveBack(state, hold, hold.remaining);
      const closed = operation.type === 'release' ? 'released' : 'expired';
      state.holds.set(hold.id, { ...hold, remaining: 0n, state: closed });
      return;
    }
    case 'freeze':
    case 'unfreeze':
      change(operation.account, { frozen: operation.type === 'freeze' });
      return;
    case 'close':
      change(operation.account, { closed: true });
      return;
    case 'set-tier':
      change(operation.account, { tier: operation.tier });
      return;
    case 'set-tier-policy':
      state.tiers.set(operation.tier, operation);
      return;
    case 'set-label-policy':
      state.labels.set(operation.label, operation);
      return;
    case 'attest':
      state.attested.add(`${operation.label} ${operation.condition} ${operation.subject}`);
      return;
    default:
      unreachable(operation);
  }
}
