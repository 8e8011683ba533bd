import type { AcquirerSecurityModule } from '@kassa/banks';
import type { Clock } from '@kassa/primitives';
import { settleByConversion } from './conversion.ts';
import type { AcquirerStore } from './io/acquirer-store.ts';
import type { Merchant } from './merchant.ts';
import { type MoneyPorts, type MovementResult, settleDirect } from './money-movement.ts';
import type { PaymentRecord } from './payment-record.ts';
import { undo } from './undo.ts';

export interface PaymentsPorts extends MoneyPorts {
  readonly store: AcquirerStore;
  readonly merchants: ReadonlyMap<string, Merchant>;
  readonly security: AcquirerSecurityModule;
  readonly clock: Clock;
}

/** What the terminal is told; the route only of a payment that was approved. */
export type PaymentAnswer = Pick<
  PaymentRecord,
  'responseCode' | 'approvalCode' | 'route' | 'reason' | 'answerEmvData'
>;

export function answerOf(record: PaymentRecord): PaymentAnswer {
  const { responseCode, approvalCode, reason, answerEmvData } = record;
  return {
    responseCode,
    approvalCode,
    route: responseCode === '00' ? record.route : null,
    reason,
    answerEmvData,
  };
}

/**
 * From here on the payment is decided: a crash is finished forwards, unless the terminal reverses. A conversion is approved once
 * the merchant's bank has taken the credit on, posted or not.
 */
export async function settleAndAnswer(
  ports: PaymentsPorts,
  record: PaymentRecord,
  merchant: Merchant,
): Promise<PaymentAnswer> {
  const settled = await (record.route === 'direct' ? settleDirect : settleByConversion)(
    ports,
    record,
    merchant,
  );
  if (settled.ok) {
    await ports.store.change(record.transactionId, { state: settled.isPending ? 'pending' : 'settled' });
    tellDecision(ports, record, true);
    return answerOf(record);
  }
  const undone = await undo(ports, record, merchant);
  const failed = {
    state: undone.ok ? 'reversed' : 'reversing',
    responseCode: settled.responseCode ?? '96',
    reason: settled.reason,
    approvalCode: null,
    // The card was told nothing yet, so its approval cryptogram must not go out with a decline, now or in a repeat.
    answerEmvData: null,
  } as const;
  await ports.store.change(record.transactionId, failed);
  tellDecision(ports, { ...record, ...failed }, false);
  return answerOf({ ...record, ...failed });
}

export async function undoAll(ports: PaymentsPorts, record: PaymentRecord): Promise<MovementResult> {
  const merchant = ports.merchants.get(record.merchantId);
  return merchant
    ? undo(ports, record, merchant)
    : { ok: false, reason: `merchant ${record.merchantId} is no longer configured` };
}

export function tellDecision(ports: PaymentsPorts, record: PaymentRecord, approved: boolean): void {
  const { responseCode, approvalCode, reason } = record;
  tellPayment(ports, record, 'acquirer.payment-decided', { approved, responseCode, approvalCode, reason });
}

export function tellPayment(
  ports: Pick<PaymentsPorts, 'emit'>,
  record: Pick<PaymentRecord, 'transactionId' | 'terminalId'>,
  type: string,
  data: Readonly<Record<string, unknown>>,
): void {
  ports.emit({ type, transactionId: record.transactionId, terminalId: record.terminalId, data });
}
