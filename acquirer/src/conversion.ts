import {
  type CreditInstruction,
  holdIdOf,
  REASON_CODES,
  type ReasonCode,
  type StatusReport,
} from '@kassa/banks';
import { type AccountId, accountId, operationId } from '@kassa/ledger-client';
import { formatTenge, type Tiyn } from '@kassa/primitives';
import { CONVERSION_MARGIN_MS } from './limits.ts';
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
} from './money-movement.ts';

/**
 * Codes that travel with a conversion. KNP is a setting: 710 stands for goods. KOd 19: a resident household; KBe 17: a
 * resident private company.
 */
export const CONVERSION_CODES = {
  purposeCode: '710',
  debtorSectorCode: '19',
  creditorSectorCode: '17',
} as const;

/** The credit that a conversion orders: a function of the payment, so that a retry is the same instruction. */
export function creditInstructionOf(
  ports: Pick<MoneyPorts, 'banks'>,
  payment: Movement,
  merchant: Merchant,
): CreditInstruction {
  const { transactionId } = payment;
  const creditorAgent = merchantBank(ports, merchant).nonCash.agent;
  return {
    messageId: `${transactionId}:pacs008`,
    instructionId: creditIdOf(transactionId),
    endToEndId: transactionId,
    amount: payment.amount as Tiyn,
    currency: 'KZT',
    debtorAgent: ports.banks.get(payment.bankId ?? '')?.nonCash.agent ?? creditorAgent,
    creditorAgent,
    creditorIban: merchant.iban,
    ...CONVERSION_CODES,
  };
}

export function creditIdOf(transactionId: string): string {
  return `${transactionId}:credit`;
}

/** Where the money of a conversion goes that its bank took on and then would not post: the bank's own digital account. */
export function suspenseAccountOf(bankId: string): AccountId {
  return accountId(`dt-suspense-${bankId}`);
}

export const NO_ANSWER: MovementResult = {
  ok: false,
  reason: "the merchant's bank does not answer",
  responseCode: '91',
};

export function inWords(reason: ReasonCode): string {
  return `${reason}, ${REASON_CODES[reason]}`;
}

/**
 * Orders the credit of a payment nobody has been told of yet, and redeems once it is posted: between the two the digital tenge
 * are locked, so after a crash the sequence goes on where it stopped and nothing is spent twice.
 */
export async function settleByConversion(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
): Promise<MovementResult> {
  const report = await merchantBank(ports, merchant).nonCash.instruct(
    creditInstructionOf(ports, payment, merchant),
  );
  switch (report?.status) {
    case undefined:
      return NO_ANSWER;
    case 'RJCT':
      return { ok: false, reason: `the merchant's bank refused the credit: ${inWords(report.reason)}` };
    case 'PDNG':
      return { ok: true, isPending: true, how: "taken on by the merchant's bank" };
    case 'ACSC':
      return redeem(ports, payment);
  }
}

/** What became of a pending conversion. */
export interface Conclusion {
  readonly state: 'pending' | 'settled' | 'suspended';
  readonly how: string;
}

/**
 * Concludes a conversion that was approved while its credit was queued. The cardholder has the goods, so it is never undone here:
 * posted → redeemed; rejected → to the suspense account of the merchant's bank, which owes it to the merchant. A credit still open
 * shortly before the hold runs out is called off; should the bank have posted it without saying so, the suspense money is its cover.
 */
export async function concludeConversion(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
  nowMs: number,
): Promise<Conclusion> {
  const { nonCash } = merchantBank(ports, merchant);
  const instructionId = creditIdOf(payment.transactionId);
  let report = await nonCash.inquire(instructionId);
  // A bank that has taken a credit on and does not know it is in trouble: its word on it may still change.
  if (report === null || report.status === 'PDNG' || isUnknown(report)) {
    const hold = await ports.ledger.hold(holdIdOf(payment.transactionId));
    const waits = { state: 'pending', how: "waiting for the merchant's bank" } as const;
    if (!hold || hold.expiresAtMs - nowMs > CONVERSION_MARGIN_MS) return waits;
    report = await nonCash.cancel({ id: cancelIdOf(payment), instructionId });
  }
  return report?.status === 'ACSC'
    ? redeemOrWait(ports, payment)
    : suspend(ports, payment, merchant, whyNot(report));
}

/** RJCT with NOOR: the instruction never came. */
export function isUnknown(report: StatusReport): boolean {
  return report.status === 'RJCT' && report.reason === 'NOOR';
}

function whyNot(report: StatusReport | null): string {
  return report?.status === 'RJCT' ? inWords(report.reason) : 'no answer before the hold ran out';
}

async function redeemOrWait(ports: MoneyPorts, payment: Movement): Promise<Conclusion> {
  const redeemed = await redeem(ports, payment);
  return redeemed.ok
    ? { state: 'settled', how: redeemed.how }
    : { state: 'pending', how: `needs a person: ${redeemed.reason}` };
}

async function redeem(ports: MoneyPorts, payment: Movement): Promise<MovementResult> {
  const hold = holdIdOf(payment.transactionId);
  const [outcome] = await ports.ledger.submit([
    { type: 'execute', id: idOf(payment, 'redeem'), hold, redeem: true },
  ]);
  if (!outcome?.ok) return { ok: false, reason: `the ledger refused the redemption: ${codeOf(outcome)}` };
  tell(ports, payment, 'ledger.redeemed', { hold, amount: formatTenge(payment.amount) });
  return { ok: true, how: "on the merchant's bank account" };
}

async function suspend(
  ports: MoneyPorts,
  payment: Movement,
  merchant: Merchant,
  why: string,
): Promise<Conclusion> {
  const hold = holdIdOf(payment.transactionId);
  const account = suspenseAccountOf(merchant.bankId);
  const id = await openAttempt(ports, payment, 'suspend');
  const outcomes = await ports.ledger.submit([
    { type: 'open', id: operationId(`${account}:open`), account, kind: 'bank' },
    { type: 'execute', id, hold, payee: account },
  ]);
  const executed = outcomes[1];
  if (!executed?.ok) {
    return { state: 'pending', how: `needs a person: the ledger refused the suspense: ${codeOf(executed)}` };
  }
  tell(ports, payment, 'ledger.executed', { hold, to: account, amount: formatTenge(payment.amount) });
  return { state: 'suspended', how: `on the suspense account of bank ${merchant.bankId}: ${why}` };
}

export function cancelIdOf(payment: Movement): string {
  return `${payment.transactionId}:cancel`;
}
