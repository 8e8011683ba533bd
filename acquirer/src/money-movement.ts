import { type Bank, holdIdOf } from '@kassa/banks';
import {
  type AccountId,
  type Hold,
  type Ledger,
  type OperationId,
  type Outcome,
  operationId,
} from '@kassa/ledger-client';
import { assert, type EmitStep, formatTenge, type Tiyn } from '@kassa/primitives';
import type { Merchant } from './merchant.ts';
import type { PaymentRecord } from './payment-record.ts';
import type { Route } from './routing.ts';

/** What a settlement or its undoing came to. */
export type MovementResult =
  | { readonly ok: true; readonly how: string }
  | { readonly ok: false; readonly reason: string };

export interface MoneyPorts {
  readonly ledger: Ledger;
  readonly banks: ReadonlyMap<string, Bank>;
  readonly emit: EmitStep;
}

type Movement = Pick<PaymentRecord, 'transactionId' | 'amount'> & { readonly route: Route | null };

/** Ids of everything a payment does, functions of its own id: any step can be repeated and is done once. */
function idOf(payment: Movement, step: 'execute' | 'redeem' | 'release'): OperationId {
  return operationId(`${payment.transactionId}:${step}`);
}
function attemptIdOf(payment: Movement, step: 'return' | 'reissue', attempt: number): OperationId {
  return operationId(`${payment.transactionId}:${step}${attempt === 1 ? '' : `-${attempt}`}`);
}
const creditIdOf = (payment: Movement): string => `${payment.transactionId}:credit`;
const debitIdOf = (payment: Movement): string => `${payment.transactionId}:debit`;

/**
 * Turns the hold into the merchant's money. CONVERT credits the bank account first and redeems then: between the two the
 * digital tenge are still locked, so after a crash the sequence goes on where it stopped and nothing was spent twice.
 * @throws (rejects) StorageError when it is unknown how far it got: run it again.
 */
export async function settle(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
): Promise<MovementResult> {
  return payment.route === 'direct'
    ? settleDirect(ports, payment, merchant)
    : settleByConversion(ports, payment, merchant);
}

async function settleDirect(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
): Promise<MovementResult> {
  const hold = holdIdOf(payment.transactionId);
  const [outcome] = await ports.ledger.submit([
    { type: 'execute', id: idOf(payment, 'execute'), hold, payee: merchant.account },
  ]);
  if (!outcome?.ok)
    return { ok: false, reason: `the ledger refused to pay the merchant: ${codeOf(outcome)}` };
  tell(ports, payment, 'ledger.executed', {
    hold,
    to: merchant.account,
    amount: formatTenge(payment.amount),
  });
  return { ok: true, how: "on the merchant's digital account" };
}

async function settleByConversion(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
): Promise<MovementResult> {
  const credit = await merchantBank(ports, merchant).nonCash.credit({
    instructionId: creditIdOf(payment),
    transactionId: payment.transactionId,
    iban: merchant.iban,
    amount: payment.amount as Tiyn,
  });
  if (!credit.ok) return { ok: false, reason: `the merchant's bank refused the credit: ${credit.code}` };
  const hold = holdIdOf(payment.transactionId);
  const [outcome] = await ports.ledger.submit([
    { type: 'execute', id: idOf(payment, 'redeem'), hold, redeem: true },
  ]);
  if (!outcome?.ok) return { ok: false, reason: `the ledger refused the redemption: ${codeOf(outcome)}` };
  tell(ports, payment, 'ledger.redeemed', { hold, amount: formatTenge(payment.amount) });
  return { ok: true, how: "on the merchant's bank account" };
}

/**
 * Brings the payer's money back, however far the payment got: it looks at what was done rather than trusting a record of
 * it. Repeating it changes nothing.
 */
export async function undo(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
): Promise<MovementResult> {
  const hold = await ports.ledger.hold(holdIdOf(payment.transactionId));
  if (!hold) return { ok: true, how: 'nothing had been held' };
  const takenBack = await takeBackCredit(ports, payment, merchant);
  if (!takenBack.ok) return takenBack;
  switch (hold.state) {
    case 'open':
      return release(ports, payment, hold);
    case 'released':
    case 'expired':
      return { ok: true, how: 'the hold had already been released' };
    case 'executed':
      return giveBack(ports, payment, merchant, hold.payer);
  }
}

async function takeBackCredit(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
): Promise<MovementResult> {
  const { nonCash } = merchantBank(ports, merchant);
  if (!nonCash.isPosted(creditIdOf(payment))) return { ok: true, how: 'no credit' };
  const debit = await nonCash.debit({
    instructionId: debitIdOf(payment),
    transactionId: payment.transactionId,
    iban: merchant.iban,
    amount: payment.amount as Tiyn,
  });
  return debit.ok
    ? { ok: true, how: 'debited' }
    : { ok: false, reason: `the merchant's bank refused the debit: ${debit.code}` };
}

async function release(ports: MoneyPorts, payment: Movement, hold: Hold): Promise<MovementResult> {
  const [outcome] = await ports.ledger.submit([
    { type: 'release', id: idOf(payment, 'release'), hold: hold.id },
  ]);
  if (!outcome?.ok) return { ok: false, reason: `the ledger refused the release: ${codeOf(outcome)}` };
  tell(ports, payment, 'ledger.released', { hold: hold.id });
  return { ok: true, how: 'the hold was released' };
}

/** By the leg it was paid on: from the merchant's digital account, or as new money against the debited non-cash. */
async function giveBack(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
  payer: AccountId,
): Promise<MovementResult> {
  const amount = payment.amount as Tiyn;
  const shown = formatTenge(amount);
  if (payment.route === 'direct') {
    const id = await openAttempt(ports, payment, 'return');
    const [outcome] = await ports.ledger.submit([
      { type: 'transfer', id, payer: merchant.account, payee: payer, amount },
    ]);
    if (!outcome?.ok) return { ok: false, reason: `the ledger refused the return: ${codeOf(outcome)}` };
    tell(ports, payment, 'ledger.transferred', { from: merchant.account, to: payer, amount: shown });
    return { ok: true, how: 'returned from the merchant’s digital account' };
  }
  const id = await openAttempt(ports, payment, 'reissue');
  const [outcome] = await ports.ledger.submit([{ type: 'issue', id, account: payer, amount }]);
  if (!outcome?.ok) return { ok: false, reason: `the ledger refused to issue: ${codeOf(outcome)}` };
  tell(ports, payment, 'ledger.issued', { to: payer, amount: shown });
  return { ok: true, how: 'debited from the bank account and issued to the payer again' };
}

/**
 * The ledger keeps a refusal under its operation's id for good, and what it refuses today, because the payer's account is
 * frozen or the merchant's is empty, has to be possible tomorrow: so it is asked for again under another id. Refused
 * attempts come first and one accepted attempt ends them, which is why a search by halves finds the first that is either
 * accepted or new.
 */
async function openAttempt(
  ports: MoneyPorts,
  payment: Movement,
  step: 'return' | 'reissue',
): Promise<OperationId> {
  const isRefused = async (attempt: number): Promise<boolean> => {
    const entry = await ports.ledger.operation(attemptIdOf(payment, step, attempt));
    return entry !== undefined && !entry.outcome.ok;
  };
  let low = 1;
  let high = 1;
  while (await isRefused(high)) {
    low = high + 1;
    high *= 2;
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isRefused(middle)) low = middle + 1;
    else high = middle;
  }
  return attemptIdOf(payment, step, low);
}

/** @throws AssertionError when the merchant's bank is not configured. */
export function merchantBank({ banks }: Pick<MoneyPorts, 'banks'>, merchant: Merchant): Bank {
  const bank = banks.get(merchant.bankId);
  assert(
    bank !== undefined,
    `merchant ${merchant.id} has an account at bank ${merchant.bankId}, which is not configured`,
  );
  return bank;
}

function codeOf(outcome: Outcome | undefined): string {
  return outcome && !outcome.ok ? outcome.code : 'no answer';
}

function tell(
  ports: MoneyPorts,
  payment: Movement,
  type: string,
  data: Readonly<Record<string, unknown>>,
): void {
  ports.emit({ type, transactionId: payment.transactionId, terminalId: null, data });
}
