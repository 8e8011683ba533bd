import { LIST_PAYMENTS_MAX } from '../limits.ts';
import type { PaymentLine, PaymentPage } from './console-types.ts';

/** The list of payments as the server told it, newest first. */
export interface PaymentStore {
  readonly payments: readonly PaymentLine[];
  /** What to ask for next: `GET /v1/console/payments?since=`. */
  readonly next: number;
}

export const EMPTY_STORE: PaymentStore = { payments: [], next: 0 };

/** The list after one more answer; the same list when nothing in it changed. */
export function storeAfter(store: PaymentStore, page: PaymentPage): PaymentStore {
  const isGone = store.payments.some(({ lastSeq }) => lastSeq < page.oldest);
  if (page.payments.length === 0 && !isGone) {
    return store.next === page.next ? store : { ...store, next: page.next };
  }
  const changed = new Set(page.payments.map(({ transactionId }) => transactionId));
  const kept = store.payments.filter(
    ({ transactionId, lastSeq }) => lastSeq >= page.oldest && !changed.has(transactionId),
  );
  // Almost sorted already, which is what the sort of the language is quick with.
  const payments = [...page.payments, ...kept].sort((one, other) => other.firstSeq - one.firstSeq);
  return { payments: payments.slice(0, LIST_PAYMENTS_MAX), next: page.next };
}
