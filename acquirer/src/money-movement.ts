import { type Bank, holdIdOf } from '@kassa/banks';
import { type Ledger, type OperationId, type Outcome, operationId } from '@kassa/ledger-client';
import { assert, type EmitStep, formatTenge } from '@kassa/primitives';
import type { Merchant } from './merchant.ts';
import type { PaymentRecord } from './payment-record.ts';

/** What a settlement or its undoing came to. */
export type MovementResult =
  | {
      readonly ok: true;
      readonly how: string;
      /** The merchant's bank has taken the credit on and not posted it. */
      readonly isPending?: true;
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** DE 39 for a payment that fails of it; 96 where nothing else is said. */
      readonly responseCode?: '91';
    };

export interface MoneyPorts {
  readonly ledger: Ledger;
  readonly banks: ReadonlyMap<string, Bank>;
  readonly emit: EmitStep;
}

export type Movement = Pick<PaymentRecord, 'transactionId' | 'amount' | 'route' | 'bankId'>;

/** Ids of everything a payment does, functions of its own id: any step can be repeated and is done once. */
export function idOf(payment: Movement, step: 'execute' | 'redeem' | 'release'): OperationId {
  return operationId(`${payment.transactionId}:${step}`);
}

type RepeatableStep = 'return' | 'reissue' | 'suspend';

function attemptIdOf(payment: Movement, step: RepeatableStep, attempt: number): OperationId {
  return operationId(`${payment.transactionId}:${step}${attempt === 1 ? '' : `-${attempt}`}`);
}

/**
 * Pays the merchant's digital account out of the hold.
 * @throws (rejects) StorageError when it is unknown whether it did: run it again.
 */
export async function settleDirect(
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

/**
 * The ledger keeps a refusal under its operation's id for good, and what it refuses today, because the payer's account is
 * frozen or the merchant's is empty, has to be possible tomorrow: so it is asked for again under another id. Refused
 * attempts come first and one accepted attempt ends them, which is why a search by halves finds the first that is either
 * accepted or new.
 */
export async function openAttempt(
  ports: MoneyPorts,
  payment: Movement,
  step: RepeatableStep,
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

/** Whether the ledger has done an operation. */
export async function wasAccepted(ports: MoneyPorts, id: OperationId): Promise<boolean> {
  return (await ports.ledger.operation(id))?.outcome.ok === true;
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

export function codeOf(outcome: Outcome | undefined): string {
  return outcome && !outcome.ok ? outcome.code : 'no answer';
}

export function tell(
  ports: MoneyPorts,
  payment: Movement,
  type: string,
  data: Readonly<Record<string, unknown>>,
): void {
  ports.emit({ type, transactionId: payment.transactionId, terminalId: null, data });
}
