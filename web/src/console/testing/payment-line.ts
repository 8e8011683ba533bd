import type { PaymentLine } from '../console-types.ts';

/** A payment of the list with what a test cares about. */
export function paymentLine(part: Partial<PaymentLine> = {}): PaymentLine {
  return {
    transactionId: '20000001-1',
    terminalId: '20000001',
    firstSeq: 1,
    lastSeq: 9,
    startedMs: 0,
    lastMs: 0,
    state: 'approved',
    amount: '1.00',
    settle: null,
    card: null,
    entry: null,
    bank: null,
    route: null,
    responseCode: null,
    approvalCode: null,
    stan: null,
    rrn: null,
    reason: null,
    ...part,
  };
}
