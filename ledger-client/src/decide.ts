import { unreachable } from '@kassa/primitives';
import { type AccountId, type Label, type OperationId, UNMARKED } from './identifiers.ts';
import { ISSUED_MAX_TIYN } from './limits.ts';
import type {
  ExecuteOperation,
  HoldOperation,
  IssueOperation,
  OpenOperation,
  Operation,
  RedeemOperation,
  TransferOperation,
} from './operation.ts';
import type { Refusal } from './outcome.ts';
import type { Change, Hold, LedgerView } from './view.ts';

/** What the rules say about one operation: its effects, or the first thing wrong with it. */
export type Decision =
  | { readonly ok: true; readonly changes: readonly Change[] }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * The rules of the ledger. Pure: the same view, operation and instant always give the same decision, which is how an audit
 * can repeat the journal. Checks run in the order of {@link Refusal}.
 */
export function decide(view: LedgerView, operation: Operation, nowMs: number): Decision {
  switch (operation.type) {
    case 'open':
      return decideOpen(view, operation);
    case 'issue':
      return decideIssue(view, operation);
    case 'transfer':
      return decideTransfer(view, operation);
    case 'hold':
      return decideHold(view, operation, nowMs);
    case 'execute':
      return decideExecute(view, operation, nowMs);
    case 'release':
      return decideClose(view, operation.hold, 'released', nowMs);
    case 'expire':
      return decideClose(view, operation.hold, 'expired', nowMs);
    case 'redeem':
      return decideRedeem(view, operation);
    case 'freeze':
      return decideFreeze(view, operation.account, true);
    case 'unfreeze':
      return decideFreeze(view, operation.account, false);
    default:
      return unreachable(operation);
  }
}

function decideOpen(view: LedgerView, { account: id, kind }: OpenOperation): Decision {
  const existing = view.account(id);
  if (existing && existing.kind !== kind) {
    return refuse({ code: 'account-exists-with-different-content', account: id, differs: 'kind' });
  }
  return existing ? accept() : accept({ type: 'account', account: { id, kind, frozen: false } });
}

function decideIssue(view: LedgerView, operation: IssueOperation): Decision {
  const { account, amount, label = UNMARKED } = operation;
  if (amount === 0n) return refuse({ code: 'zero-amount' });
  const payee = view.account(account);
  if (!payee) return refuse({ code: 'unknown-account', account });
  if (payee.frozen) return refuse({ code: 'payee-frozen', account });
  const { issued } = view.circulation(label);
  if (issued + amount > ISSUED_MAX_TIYN) {
    return refuse({ code: 'issued-limit-exceeded', issued, limit: ISSUED_MAX_TIYN });
  }
  return accept(
    { type: 'circulation', label, issued: amount, redeemed: 0n },
    { type: 'purse', account, label, available: amount, held: 0n },
  );
}

function decideTransfer(view: LedgerView, operation: TransferOperation): Decision {
  const { payer, payee, amount, label = UNMARKED } = operation;
  if (amount === 0n) return refuse({ code: 'zero-amount' });
  if (payer === payee) return refuse({ code: 'accounts-must-differ', account: payer });
  const from = view.account(payer);
  if (!from) return refuse({ code: 'unknown-account', account: payer });
  const to = view.account(payee);
  if (!to) return refuse({ code: 'unknown-account', account: payee });
  if (from.frozen) return refuse({ code: 'payer-frozen', account: payer });
  if (to.frozen) return refuse({ code: 'payee-frozen', account: payee });
  return (
    insufficientFunds(view, payer, label, amount) ??
    accept(
      { type: 'purse', account: payer, label, available: -amount, held: 0n },
      { type: 'purse', account: payee, label, available: amount, held: 0n },
    )
  );
}

function decideHold(view: LedgerView, operation: HoldOperation, nowMs: number): Decision {
  const { id, payer, amount, label = UNMARKED, expiresAtMs } = operation;
  if (amount === 0n) return refuse({ code: 'zero-amount' });
  if (expiresAtMs <= nowMs) return refuse({ code: 'expiry-in-the-past', expiresAtMs });
  const hold: Hold = { id, payer, label, amount, remaining: amount, expiresAtMs, state: 'open' };
  return (
    payerRefused(view, payer, label, amount) ??
    accept({ type: 'hold', hold }, { type: 'purse', account: payer, label, available: -amount, held: amount })
  );
}

function decideExecute(view: LedgerView, operation: ExecuteOperation, nowMs: number): Decision {
  if (operation.amount === 0n) return refuse({ code: 'zero-amount' });
  const found = openHold(view, operation.hold);
  if ('refusal' in found) return found;
  const { payer, label, remaining, expiresAtMs } = found;
  if (nowMs >= expiresAtMs) return refuse({ code: 'hold-expired', hold: found.id });
  const recipient = recipientOf(view, operation, found);
  if (recipient !== undefined) return recipient;
  const amount = operation.amount ?? remaining;
  if (amount > remaining) return refuse({ code: 'amount-exceeds-hold', remaining, required: amount });
  const released = operation.rest === 'keep' ? 0n : remaining - amount;
  const left = remaining - amount - released;
  const credit: Change = operation.redeem
    ? { type: 'circulation', label, issued: 0n, redeemed: amount }
    : { type: 'purse', account: operation.payee, label, available: amount, held: 0n };
  return accept(
    { type: 'hold', hold: { ...found, remaining: left, state: left === 0n ? 'executed' : 'open' } },
    { type: 'purse', account: payer, label, available: released, held: -(amount + released) },
    credit,
  );
}

/** What is wrong with where the held money should go, if anything. */
function recipientOf(view: LedgerView, operation: ExecuteOperation, hold: Hold): Decision | undefined {
  if (operation.redeem) {
    return hold.label === UNMARKED
      ? undefined
      : refuse({ code: 'label-may-not-be-redeemed', label: hold.label });
  }
  const { payee } = operation;
  if (payee === hold.payer) return refuse({ code: 'accounts-must-differ', account: payee });
  const account = view.account(payee);
  if (!account) return refuse({ code: 'unknown-account', account: payee });
  return account.frozen ? refuse({ code: 'payee-frozen', account: payee }) : undefined;
}

function decideClose(
  view: LedgerView,
  id: OperationId,
  state: 'released' | 'expired',
  nowMs: number,
): Decision {
  const found = openHold(view, id);
  if ('refusal' in found) return found;
  const { payer, label, remaining, expiresAtMs } = found;
  if (state === 'expired' && nowMs < expiresAtMs) {
    return refuse({ code: 'hold-not-expired', hold: id, expiresAtMs });
  }
  return accept(
    { type: 'hold', hold: { ...found, remaining: 0n, state } },
    { type: 'purse', account: payer, label, available: remaining, held: -remaining },
  );
}

function decideRedeem(view: LedgerView, operation: RedeemOperation): Decision {
  const { account, amount, label = UNMARKED } = operation;
  if (amount === 0n) return refuse({ code: 'zero-amount' });
  // Marked digital tenge cannot be turned into cash or non-cash.
  if (label !== UNMARKED) return refuse({ code: 'label-may-not-be-redeemed', label });
  return (
    payerRefused(view, account, label, amount) ??
    accept(
      { type: 'purse', account, label, available: -amount, held: 0n },
      { type: 'circulation', label, issued: 0n, redeemed: amount },
    )
  );
}

function decideFreeze(view: LedgerView, id: AccountId, frozen: boolean): Decision {
  const account = view.account(id);
  if (!account) return refuse({ code: 'unknown-account', account: id });
  return account.frozen === frozen ? accept() : accept({ type: 'account', account: { ...account, frozen } });
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

function payerRefused(view: LedgerView, id: AccountId, label: Label, required: bigint): Decision | undefined {
  const account = view.account(id);
  if (!account) return refuse({ code: 'unknown-account', account: id });
  if (account.frozen) return refuse({ code: 'payer-frozen', account: id });
  return insufficientFunds(view, id, label, required);
}

function insufficientFunds(
  view: LedgerView,
  id: AccountId,
  label: Label,
  required: bigint,
): Decision | undefined {
  const { available } = view.purse(id, label);
  return available < required ? refuse({ code: 'insufficient-funds', available, required }) : undefined;
}

function accept(...changes: readonly Change[]): Decision {
  return { ok: true, changes };
}

function refuse(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
