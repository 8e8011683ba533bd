import type { BankBehaviour, ReasonCode } from './credit-transfer.ts';
import type { NonCashOperation, NonCashRefusal, NonCashVerdict } from './non-cash-operation.ts';

/** Owner of the bank's own account at the central bank, the other side of every movement. */
export const SETTLEMENT_OWNER = 'settlement';

export interface NonCashAccount {
  readonly iban: string;
  readonly owner: string;
  readonly state: 'open' | 'blocked' | 'closed';
  /** Tiyn; below zero the customer owes. */
  readonly balance: bigint;
}

/** A credit that was accepted once, or whose id was cancelled. */
export interface NonCashCredit {
  readonly instruction: string;
  readonly iban: string;
  readonly endToEndId: string;
  readonly amount: bigint;
  readonly state: 'queued' | 'posted' | 'rejected' | 'cancelled' | 'returned';
  /** While queued: when it is due. */
  readonly dueAtMs: number | null;
  /** Why it was rejected or cancelled. */
  readonly reason: ReasonCode | null;
}

/** A line of a statement. */
export interface NonCashPosting {
  readonly sequence: number;
  /** 0 for the customer's side, 1 for the bank's own. */
  readonly line: 0 | 1;
  readonly iban: string;
  /** Tiyn, below zero for a debit. */
  readonly amount: bigint;
  /** After the line. */
  readonly balance: bigint;
}

/** What the rules read. */
export interface NonCashView {
  account(iban: string): NonCashAccount | undefined;
  credit(instruction: string): NonCashCredit | undefined;
  /** The bank's own account. */
  settlement(): NonCashAccount | undefined;
}

/** What follows from an operation: new values and lines. */
export interface NonCashState extends NonCashView {
  putAccount(account: NonCashAccount): void;
  putCredit(credit: NonCashCredit): void;
  addPosting(posting: NonCashPosting): void;
}

const OK = { code: 'ok' } as const;

/** Decides an operation whose id is new: the first thing wrong with it, in the order of docs/money.md, or that it is accepted. */
export function decideNonCash(
  view: NonCashView,
  operation: NonCashOperation,
  behaviour: BankBehaviour,
  nowMs: number,
): NonCashVerdict {
  switch (operation.type) {
    case 'open':
      return decideOpen(view, operation);
    case 'block':
    case 'unblock':
      return unusable(view, operation.iban, { blocked: 'usable' }) ?? OK;
    case 'close':
      return decideClose(view, operation.iban);
    case 'credit':
      return decideCredit(view, operation, behaviour, nowMs);
    case 'debit':
      return decideDebit(view, operation);
    default:
      return decideOnCredit(view, operation);
  }
}

function decideOpen(
  view: NonCashView,
  { iban, owner }: Extract<NonCashOperation, { type: 'open' }>,
): NonCashVerdict {
  const account = view.account(iban);
  if (!account) return OK;
  return account.owner === owner
    ? (unusable(view, iban, { blocked: 'usable', own: 'usable' }) ?? OK)
    : { code: 'account-exists-with-different-content', iban, differs: 'owner' };
}

function decideClose(view: NonCashView, iban: string): NonCashVerdict {
  const no = unusable(view, iban);
  if (no) return no;
  const { balance } = view.account(iban) ?? { balance: 0n };
  return balance === 0n ? OK : { code: 'account-not-empty', iban, balance };
}

function decideCredit(
  view: NonCashView,
  { id, iban, amount }: Extract<NonCashOperation, { type: 'credit' }>,
  behaviour: BankBehaviour,
  nowMs: number,
): NonCashVerdict {
  if (amount === 0n) return { code: 'zero-amount' };
  if (view.credit(id)) return { code: 'credit-cancelled', instruction: id };
  const no = unusable(view, iban);
  if (no) return no;
  switch (behaviour.kind) {
    case 'refuses':
      return { code: 'refused-by-bank', reason: behaviour.reason };
    case 'delayed': {
      const { delayMs, reason } = behaviour;
      return { code: 'queued', dueAtMs: nowMs + delayMs, ...(reason ? { reason } : {}) };
    }
    default:
      return OK;
  }
}

function decideDebit(
  view: NonCashView,
  { iban, amount }: Extract<NonCashOperation, { type: 'debit' }>,
): NonCashVerdict {
  if (amount === 0n) return { code: 'zero-amount' };
  const no = unusable(view, iban);
  if (no) return no;
  const available = view.account(iban)?.balance ?? 0n;
  return available >= amount ? OK : { code: 'insufficient-funds', available, required: amount };
}

function decideOnCredit(
  view: NonCashView,
  operation: Extract<NonCashOperation, { instruction: string }>,
): NonCashVerdict {
  const { type, instruction } = operation;
  const credit = view.credit(instruction);
  // A credit never seen can be cancelled: it is refused when it comes.
  if (!credit) return type === 'cancel' ? OK : { code: 'unknown-credit', instruction };
  if (credit.state === 'returned') return { code: 'credit-already-returned', instruction };
  if (type === 'cancel') {
    return credit.state === 'posted' ? { code: 'credit-already-posted', instruction } : OK;
  }
  if (type === 'return') {
    if (credit.state !== 'posted') return { code: 'credit-not-posted', instruction };
    return unusable(view, credit.iban, { blocked: 'usable' }) ?? OK;
  }
  if (credit.state !== 'queued') return { code: 'credit-not-queued', instruction };
  return type === 'settle' ? (unusable(view, credit.iban) ?? OK) : OK;
}

function unusable(
  view: NonCashView,
  iban: string,
  except: { readonly blocked?: 'usable'; readonly own?: 'usable' } = {},
): NonCashRefusal | undefined {
  const account = view.account(iban);
  if (!account || (account.owner === SETTLEMENT_OWNER && !except.own))
    return { code: 'unknown-account', iban };
  if (account.state === 'closed') return { code: 'account-closed', iban };
  if (account.state === 'blocked' && !except.blocked) return { code: 'account-blocked', iban };
  return undefined;
}

/** Writes what follows from an entry. A refused settlement is an effect too: the credit is rejected. */
export function applyNonCash(
  state: NonCashState,
  sequence: number,
  operation: NonCashOperation,
  verdict: NonCashVerdict,
): void {
  const isAccepted = verdict.code === 'ok';
  switch (operation.type) {
    case 'open':
    case 'block':
    case 'unblock':
    case 'close':
      if (isAccepted) applyToAccount(state, operation);
      return;
    case 'credit':
      if (isAccepted || verdict.code === 'queued') applyCredit(state, sequence, operation, verdict);
      return;
    case 'debit':
      if (isAccepted) move(state, sequence, operation.iban, -operation.amount);
      return;
    default:
      applyToCredit(state, sequence, operation, verdict);
  }
}

function applyToAccount(
  state: NonCashState,
  operation: Extract<NonCashOperation, { type: 'open' | 'block' | 'unblock' | 'close' }>,
): void {
  const { iban } = operation;
  const account = state.account(iban);
  if (operation.type === 'open') {
    if (!account) state.putAccount({ iban, owner: operation.owner, state: 'open', balance: 0n });
    return;
  }
  if (!account) return;
  const after = { block: 'blocked', unblock: 'open', close: 'closed' } as const;
  state.putAccount({ ...account, state: after[operation.type] });
}

function applyCredit(
  state: NonCashState,
  sequence: number,
  { id, iban, amount, endToEndId }: Extract<NonCashOperation, { type: 'credit' }>,
  verdict: NonCashVerdict,
): void {
  const credit = { instruction: id, iban, amount, endToEndId, reason: null };
  if (verdict.code === 'queued') {
    state.putCredit({ ...credit, state: 'queued', dueAtMs: verdict.dueAtMs });
    return;
  }
  state.putCredit({ ...credit, state: 'posted', dueAtMs: null });
  move(state, sequence, iban, amount);
}

function applyToCredit(
  state: NonCashState,
  sequence: number,
  operation: Extract<NonCashOperation, { instruction: string }>,
  verdict: NonCashVerdict,
): void {
  const { type, instruction } = operation;
  const isAccepted = verdict.code === 'ok';
  const credit = state.credit(instruction);
  if (!credit) {
    if (type !== 'cancel' || !isAccepted) return;
    const nothing = { iban: '', endToEndId: '', amount: 0n, dueAtMs: null };
    state.putCredit({ ...nothing, instruction, state: 'cancelled', reason: 'DS02' });
    return;
  }
  const put = (after: NonCashCredit['state'], reason: ReasonCode | null): void =>
    state.putCredit({ ...credit, state: after, dueAtMs: null, reason });
  const isQueued = credit.state === 'queued';
  if (type === 'settle' && !isAccepted && isQueued) put('rejected', reasonOf(verdict));
  if (!isAccepted) return;
  if (type === 'cancel' && isQueued) put('cancelled', 'DS02');
  if (operation.type === 'reject') put('rejected', operation.reason);
  if (type === 'settle') {
    put('posted', null);
    move(state, sequence, credit.iban, credit.amount);
  }
  if (type === 'return') {
    put('returned', null);
    move(state, sequence, credit.iban, -credit.amount);
  }
}

const REASON_OF: Readonly<Partial<Record<NonCashVerdict['code'], ReasonCode>>> = {
  'id-reused-with-different-content': 'AM05',
  'zero-amount': 'AM01',
  'credit-cancelled': 'DS02',
  'unknown-credit': 'NOOR',
  'credit-not-posted': 'NOOR',
  'credit-already-returned': 'ARDT',
  'unknown-account': 'AC01',
  'account-closed': 'AC04',
  'account-blocked': 'AC06',
  'insufficient-funds': 'AM04',
};

/** The reason a status report gives for a refusal. */
export function reasonOf(verdict: NonCashVerdict): ReasonCode {
  return verdict.code === 'refused-by-bank' ? verdict.reason : (REASON_OF[verdict.code] ?? 'MS03');
}

/** Double entry: every movement has two sides, so the book always adds up to zero. */
function move(state: NonCashState, sequence: number, iban: string, amount: bigint): void {
  const customer = state.account(iban);
  const own = state.settlement();
  if (!customer || !own) throw new RangeError('a movement between accounts that are not open');
  const sides = [
    { account: customer, amount, line: 0 },
    { account: own, amount: -amount, line: 1 },
  ] as const;
  for (const side of sides) {
    const balance = side.account.balance + side.amount;
    state.putAccount({ ...side.account, balance });
    state.addPosting({ sequence, line: side.line, iban: side.account.iban, amount: side.amount, balance });
  }
}
