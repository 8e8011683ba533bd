import type { EventLog } from '@kassa/acquirer';
import type { PaymentSummary } from './payment-summary.ts';

/** An event as docs/events.md has it. */
export interface PaymentEvent {
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly transactionId: string | null;
  readonly terminalId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Events of one payment shown: a chip payment has about 60, a reversal repeated for days has more. */
export const PAYMENT_EVENTS_MAX = 2_000;

/** Numbers of the event log read in one go. */
const EVENTS_PER_READ = 2_000;

/** The events of a payment, oldest first, at most {@link PAYMENT_EVENTS_MAX}. */
export async function readPaymentEvents(
  log: EventLog,
  { transactionId, firstSeq, lastSeq }: PaymentSummary,
): Promise<readonly PaymentEvent[]> {
  const query = { from: null, last: null, terminalId: null, transactionId };
  const events: PaymentEvent[] = [];
  let from = Math.max(firstSeq, log.oldest);
  while (from <= lastSeq && events.length < PAYMENT_EVENTS_MAX) {
    const until = Math.min(from + EVENTS_PER_READ, lastSeq + 1);
    for (const { json } of log.read(from, until, query)) events.push(JSON.parse(json) as PaymentEvent);
    from = until;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return events.slice(0, PAYMENT_EVENTS_MAX);
}

const MESSAGE_TYPES: ReadonlySet<string> = new Set([
  'terminal.message-sent',
  'terminal.message-received',
  'terminal.message-unmatched',
  'acquirer.message-received',
  'acquirer.message-sent',
]);

export function isMessage({ type }: PaymentEvent): boolean {
  return MESSAGE_TYPES.has(type);
}
