import type { ConsoleEvent } from './console-types.ts';
import type { WordKey } from './words-en.ts';

/** One answer to "why": the event it comes from, the reason as the party gave it, and what decided it. */
export interface Reason {
  readonly event: ConsoleEvent;
  readonly text: string;
  readonly bits: readonly string[];
}

export interface WhySection {
  readonly title: WordKey;
  readonly reasons: readonly Reason[];
}

const OUTCOME: ReadonlySet<string> = new Set([
  'terminal.payment-finished',
  'acquirer.payment-decided',
  'bank.refused',
  'bank.authorised',
  'bank.pin-refused',
  'bank.cryptogram-refused',
]);
const ROUTING: ReadonlySet<string> = new Set(['acquirer.bank-chosen', 'acquirer.route-chosen']);
const TROUBLE: ReadonlySet<string> = new Set([
  'terminal.no-answer',
  'terminal.message-unmatched',
  'terminal.reversal-queued',
  'terminal.reversal-acknowledged',
  'acquirer.payment-reversed',
  'acquirer.payment-recovered',
  'acquirer.message-refused',
  'acquirer.security-refused',
  'terminal.card-wanted-again',
  'acquirer.duplicate-found',
  'bank.credit-rejected',
  'bank.credit-queued',
]);
/** Steps of the kernel that decide what becomes of the payment. */
const DECISIVE: ReadonlySet<string> = new Set([
  'tvr-bit-set',
  'cvm-rule-considered',
  'cvm-finished',
  'pin-verified',
  'action-decided',
  'cryptogram-received',
  'issuer-authentication',
  'issuer-unreachable',
  'data-authentication',
]);

/** Everything in a payment's events that gives a reason, by what it explains; sections without reasons are left out. */
export function whyOf(events: readonly ConsoleEvent[]): readonly WhySection[] {
  const of = (title: WordKey, belongs: (event: ConsoleEvent) => boolean): WhySection => ({
    title,
    reasons: events.filter(belongs).map(reasonOf),
  });
  return [
    of('whyOutcome', ({ type }) => OUTCOME.has(type)),
    of('whyRouting', ({ type }) => ROUTING.has(type)),
    of('whyKernel', ({ type, data }) => type === 'kernel.decided' && DECISIVE.has(String(data.step))),
    of('whyTrouble', ({ type }) => TROUBLE.has(type)),
  ].filter(({ reasons }) => reasons.length > 0);
}

function reasonOf(event: ConsoleEvent): Reason {
  const { data } = event;
  const texts = [data.decision, data.responseCode, data.route, data.bank, data.why, data.reason, data.how];
  const bits = Array.isArray(data.bits) ? data.bits.filter((bit) => typeof bit === 'string') : [];
  return {
    event,
    text: texts.filter((text) => typeof text === 'string' && text !== '').join(' – '),
    bits: data.step === 'action-decided' ? bits : [],
  };
}
