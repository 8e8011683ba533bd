import type { EventLog, LoggedEvent } from '@kassa/acquirer';
import { type PaymentSummary, summaryAfter } from './payment-summary.ts';

/** Payments kept in the index, 400 bytes each; the event log keeps about as many. */
export const PAYMENTS_INDEXED_MAX = 50_000;

/** Payments in one answer. */
export const PAYMENTS_PER_PAGE_MAX = 5_000;

/** Numbers of the event log read in one go: what the event loop may be blocked by. */
const EVENTS_PER_READ = 500;

export interface PaymentPage {
  /** Those that changed at or after the number asked for, in the order of their last change. */
  readonly payments: readonly PaymentSummary[];
  /** What to ask for next. */
  readonly next: number;
  /** There is more at once. */
  readonly more: boolean;
  /** Payments whose last event is older are kept no longer. */
  readonly oldest: number;
}

export interface PaymentIndex {
  changedSince(seq: number): Promise<PaymentPage>;
  find(transactionId: string): Promise<PaymentSummary | undefined>;
  close(): void;
}

/** Reads the log when it is first asked, and follows it from then on. */
export function createPaymentIndex(log: EventLog, keptMax: number = PAYMENTS_INDEXED_MAX): PaymentIndex {
  // In the order of the last change: a changed payment goes to the end.
  const payments = new Map<string, PaymentSummary>();
  let next = 1;
  let ready: Promise<void> | undefined;
  let stop: () => void = () => undefined;

  const take = (event: LoggedEvent): void => {
    next = event.seq + 1;
    const { transactionId } = event;
    if (transactionId === null) return;
    const before = payments.get(transactionId);
    payments.delete(transactionId);
    payments.set(transactionId, summaryAfter(before, indexed(event, transactionId)));
    const [oldest] = payments.keys();
    if (payments.size > keptMax && oldest !== undefined) payments.delete(oldest);
  };
  const build = async (): Promise<void> => {
    next = log.oldest;
    while (next < log.next) {
      const until = Math.min(next + EVENTS_PER_READ, log.next);
      for (const event of log.read(next, until, ALL)) take(event);
      next = until;
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Nothing comes between the last look and this: both happen in one turn of the event loop.
    stop = log.listen(take);
  };
  const forget = (): void => {
    for (const [id, { lastSeq }] of payments) {
      if (lastSeq >= log.oldest) return;
      payments.delete(id);
    }
  };
  const open = (): Promise<void> => {
    ready ??= build().catch((error: unknown) => {
      // A disk in trouble now may be well at the next question.
      ready = undefined;
      throw error;
    });
    return ready;
  };
  return {
    async changedSince(seq) {
      await open();
      forget();
      const changed = [...payments.values()].filter(({ lastSeq }) => lastSeq >= seq);
      const page = changed.slice(0, PAYMENTS_PER_PAGE_MAX);
      const more = changed.length > page.length;
      const last = page.at(-1);
      return { payments: page, next: more && last ? last.lastSeq + 1 : next, more, oldest: log.oldest };
    },
    async find(transactionId) {
      await open();
      return payments.get(transactionId);
    },
    close: () => stop(),
  };
}

const ALL = { from: null, last: null, terminalId: null, transactionId: null };

/** The head of an event is read without parsing it: of most events nothing else is wanted. */
const HEAD = /^\{"seq":\d+,"type":"([^"]+)","time":"([^"]+)"/;

function indexed({ seq, terminalId, json }: LoggedEvent, transactionId: string) {
  const [, type = '', time = ''] = HEAD.exec(json) ?? [];
  const data = (): Readonly<Record<string, unknown>> =>
    (JSON.parse(json) as { data: Record<string, unknown> }).data;
  return { seq, type, timeMs: Date.parse(time), terminalId, transactionId, data };
}
