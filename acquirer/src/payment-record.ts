import type { Settle } from './payment-request.ts';
import type { Route } from './routing.ts';

/**
 * What the acquirer remembers of a payment. No card number: the bank and the last four digits.
 *
 * received → authorised → settled; received → declined; whatever has to be undone goes over reversing to reversed, and
 * stays in reversing until that has succeeded. A reversal that comes first makes a record that is `reversed` from the
 * start, so that its payment is refused when it arrives late.
 *
 * A conversion whose bank has accepted the credit and not posted it is approved and `pending`; then it is settled, or, where
 * the bank changes its mind, `suspended`: the money is on the suspense account of the merchant's bank.
 */
export interface PaymentRecord {
  readonly transactionId: string;
  readonly terminalId: string;
  readonly stan: string;
  readonly localTime: string;
  readonly amount: bigint;
  readonly settle: Settle | null;
  readonly merchantId: string;
  readonly bankId: string | null;
  readonly lastFour: string | null;
  readonly state: PaymentState;
  readonly route: Route | null;
  readonly responseCode: string | null;
  readonly approvalCode: string | null;
  readonly reason: string | null;
  /** DE 55 of the answer, hexadecimal. */
  readonly answerEmvData: string | null;
}

export type PaymentState =
  | 'received'
  | 'authorised'
  | 'pending'
  | 'settled'
  | 'suspended'
  | 'declined'
  | 'reversing'
  | 'reversed';

/** What is still to be concluded: a restart goes on with it. */
export const UNFINISHED_STATES = ['received', 'authorised', 'pending', 'reversing'] as const;

export function isUnfinished(state: PaymentState): boolean {
  return (UNFINISHED_STATES as readonly PaymentState[]).includes(state);
}

/** What a later step writes into a record: the new state, and what became known with it; null takes a value back. */
export type PaymentChange = Pick<PaymentRecord, 'state'> &
  Partial<
    Pick<PaymentRecord, 'bankId' | 'route' | 'responseCode' | 'approvalCode' | 'reason' | 'answerEmvData'>
  >;

/** Whether a second message under the same id asks for the same payment. */
export function isSamePayment(
  left: Pick<PaymentRecord, 'stan' | 'localTime' | 'amount' | 'settle' | 'lastFour'>,
  right: Pick<PaymentRecord, 'stan' | 'localTime' | 'amount' | 'settle' | 'lastFour'>,
): boolean {
  return (
    left.stan === right.stan &&
    left.localTime === right.localTime &&
    left.amount === right.amount &&
    left.settle === right.settle &&
    left.lastFour === right.lastFour
  );
}

/** What a record that only came to be has not. */
export const EMPTY_RECORD = {
  settle: null,
  bankId: null,
  lastFour: null,
  route: null,
  responseCode: null,
  approvalCode: null,
  reason: null,
  answerEmvData: null,
} as const;
