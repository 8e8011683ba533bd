import { type PaymentsPorts, tellPayment, undoAll } from './conclude.ts';
import { findMerchant } from './merchant.ts';
import { EMPTY_RECORD, type PaymentRecord } from './payment-record.ts';

/** A reversal: which payment, and enough to refuse it should it arrive later. */
export interface ReversalRequest {
  readonly transactionId: string;
  readonly terminalId: string;
  /** STAN and local time of the payment, from DE 90 and DE 12/13. */
  readonly stan: string;
  readonly localTime: string;
  readonly amount: bigint;
  readonly merchantNumber: string;
}

export interface ReversalAnswer {
  /** 00 undone or made impossible, 12 contradicts its payment, 25 names no payment, 96 not undone yet: ask again. */
  readonly responseCode: '00' | '12' | '25' | '96';
  readonly reason: string | null;
}

/** Undoes a payment however far it got, or makes sure that it never happens. */
export async function reverse(ports: PaymentsPorts, request: ReversalRequest): Promise<ReversalAnswer> {
  const record = ports.store.find(request.transactionId);
  if (!record) return refuseInAdvance(ports, request);
  if (record.stan !== request.stan || record.amount !== request.amount) {
    return { responseCode: '12', reason: 'the payment has another trace number or amount' };
  }
  if (record.state === 'declined' || record.state === 'reversed') return UNDONE;
  await ports.store.change(record.transactionId, { state: 'reversing' });
  return finishReversal(ports, record);
}

const UNDONE: ReversalAnswer = { responseCode: '00', reason: null };

async function refuseInAdvance(ports: PaymentsPorts, request: ReversalRequest): Promise<ReversalAnswer> {
  const { transactionId, terminalId, stan, localTime, amount, merchantNumber } = request;
  const record: PaymentRecord = {
    ...EMPTY_RECORD,
    transactionId,
    terminalId,
    stan,
    localTime,
    amount,
    merchantId: findMerchant(ports, merchantNumber)?.id ?? '',
    state: 'reversed',
  };
  if (!(await ports.store.add(record, ports.clock()))) {
    return { responseCode: '25', reason: 'the trace number is of a payment with another reference number' };
  }
  tellPayment(ports, record, 'acquirer.payment-reversed', {
    how: 'the payment had not arrived: it will be refused',
  });
  return UNDONE;
}

export async function finishReversal(ports: PaymentsPorts, record: PaymentRecord): Promise<ReversalAnswer> {
  const undone = await undoAll(ports, record);
  // Still `reversing`: the terminal repeats, and so does the next start.
  if (!undone.ok) return { responseCode: '96', reason: undone.reason };
  await ports.store.change(record.transactionId, { state: 'reversed' });
  tellPayment(ports, record, 'acquirer.payment-reversed', { how: undone.how });
  return UNDONE;
}
