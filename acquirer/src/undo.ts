import { holdIdOf } from '@kassa/banks';
import type { AccountId, Hold } from '@kassa/ledger-client';
import { formatTenge, type Tiyn } from '@kassa/primitives';
import { cancelIdOf, creditIdOf, inWords, isUnknown, NO_ANSWER, suspenseAccountOf } from './conversion.ts';
import type { Merchant } from './merchant.ts';
import {
  codeOf,
  idOf,
  type MoneyPorts,
  type Movement,
  type MovementResult,
  merchantBank,
  openAttempt,
  tell,
  wasAccepted,
} from './money-movement.ts';

/**
 * Brings the payer's money back, however far the payment got: it looks at what was done rather than trusting a record of
 * it. The credit comes first: the hold is given up only when the merchant's bank has said that there is none, and will be none.
 * Repeating it changes nothing.
 */
export async function undo(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
): Promise<MovementResult> {
  const hold = await ports.ledger.hold(holdIdOf(payment.transactionId));
  if (!hold) return { ok: true, how: 'nothing had been held' };
  // A credit is ordered only after the route has been stored.
  const takenBack = payment.route === 'convert' ? await takeBackCredit(ports, payment, merchant) : undefined;
  if (takenBack && !takenBack.ok) return takenBack;
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

/** Stops the credit (camt.056), or takes it back by a return of its own (pacs.004). */
async function takeBackCredit(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
): Promise<MovementResult> {
  const { nonCash } = merchantBank(ports, merchant);
  const instructionId = creditIdOf(payment.transactionId);
  let report = await nonCash.inquire(instructionId);
  // An instruction that never came may still be on its way.
  if (report?.status === 'PDNG' || (report && isUnknown(report))) {
    report = await nonCash.cancel({ id: cancelIdOf(payment), instructionId });
  }
  if (report === null) return NO_ANSWER;
  if (report.status === 'RJCT') return { ok: true, how: 'no credit' };
  const returned = await nonCash.returnCredit({ id: `${payment.transactionId}:debit`, instructionId });
  if (returned === null) return NO_ANSWER;
  return returned.status === 'RJCT'
    ? { ok: false, reason: `the merchant's bank refused the return: ${inWords(returned.reason)}` }
    : { ok: true, how: 'debited' };
}

async function release(ports: MoneyPorts, payment: Movement, hold: Hold): Promise<MovementResult> {
  const [outcome] = await ports.ledger.submit([
    { type: 'release', id: idOf(payment, 'release'), hold: hold.id },
  ]);
  if (!outcome?.ok) return { ok: false, reason: `the ledger refused the release: ${codeOf(outcome)}` };
  tell(ports, payment, 'ledger.released', { hold: hold.id });
  return { ok: true, how: 'the hold was released' };
}

/**
 * By the leg it was paid on: from the merchant's digital account, from the suspense account of its bank, or as new money
 * against the debited non-cash.
 */
async function giveBack(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
  payer: AccountId,
): Promise<MovementResult> {
  if (payment.route === 'direct') {
    const how = 'returned from the merchant’s digital account';
    return transferBack(ports, payment, merchant.account, payer, how);
  }
  if (!(await wasAccepted(ports, idOf(payment, 'redeem')))) {
    const how = 'returned from the suspense account of the merchant’s bank';
    return transferBack(ports, payment, suspenseAccountOf(merchant.bankId), payer, how);
  }
  const id = await openAttempt(ports, payment, 'reissue');
  const amount = payment.amount as Tiyn;
  const [outcome] = await ports.ledger.submit([{ type: 'issue', id, account: payer, amount }]);
  if (!outcome?.ok) return { ok: false, reason: `the ledger refused to issue: ${codeOf(outcome)}` };
  tell(ports, payment, 'ledger.issued', { to: payer, amount: formatTenge(amount) });
  return { ok: true, how: 'debited from the bank account and issued to the payer again' };
}

async function transferBack(
  ports: MoneyPorts,
  payment: Movement,
  from: AccountId,
  to: AccountId,
  how: string,
): Promise<MovementResult> {
  const id = await openAttempt(ports, payment, 'return');
  const amount = payment.amount as Tiyn;
  const [outcome] = await ports.ledger.submit([{ type: 'transfer', id, payer: from, payee: to, amount }]);
  if (!outcome?.ok) return { ok: false, reason: `the ledger refused the return: ${codeOf(outcome)}` };
  tell(ports, payment, 'ledger.transferred', { from, to, amount: formatTenge(amount) });
  return { ok: true, how };
}
