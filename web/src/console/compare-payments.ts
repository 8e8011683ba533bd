import type { ConsoleEvent, PaymentDetail } from './console-types.ts';
import { flatten } from './tree-nodes.ts';

export interface ComparedField {
  readonly path: string;
  readonly name: string;
  /** Null where the message has no such field. */
  readonly left: string | null;
  readonly right: string | null;
  readonly isSame: boolean;
  /** It differs in any two payments: numbers, times and cryptograms. */
  readonly isExpected: boolean;
}

export interface ComparedPart {
  /** Message type, or `''` for the payment itself. */
  readonly title: string;
  readonly fields: readonly ComparedField[];
}

/** Transmission time, trace number, local time and date, reference, MAC, KSN; cryptogram, counters, unpredictable number. */
const EXPECTED: ReadonlySet<string> = new Set([
  ...['7', '11', '12', '13', '37', '38', '52', '62', '64', '128'],
  ...['55.9F26', '55.9F36', '55.9F37', '55.9F41', '55.91', '55.9F4B'],
]);

/** Two payments field by field: what they were, then their messages in order, by type and occurrence. */
export function comparePayments(left: PaymentDetail, right: PaymentDetail): readonly ComparedPart[] {
  const leftMessages = messagesOf(left.events);
  const rightMessages = messagesOf(right.events);
  const titles = [...new Set([...leftMessages.keys(), ...rightMessages.keys()])];
  return [
    { title: '', fields: fieldsOf(paymentFields(left), paymentFields(right)) },
    ...titles.map((title) => ({
      title,
      fields: fieldsOf(leftMessages.get(title) ?? new Map(), rightMessages.get(title) ?? new Map()),
    })),
  ];
}

interface NamedValue {
  readonly name: string;
  readonly value: string;
}
type Values = ReadonlyMap<string, NamedValue>;

function paymentFields({ payment }: PaymentDetail): Values {
  const { amount, card, entry, bank, route, state, responseCode, reason, terminalId } = payment;
  const values = { terminalId, amount, card, entry, bank, route, state, responseCode, reason };
  return new Map(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, { name, value }]])),
  );
}

/** The messages of the line once: as the terminal tells them, or the acquirer where it does not. */
function messagesOf(events: readonly ConsoleEvent[]): ReadonlyMap<string, Values> {
  const messages = events.filter(({ message }) => message !== null);
  const ofTerminal = messages.filter(({ type }) => type.startsWith('terminal.'));
  const counts = new Map<string, number>();
  return new Map(
    (ofTerminal.length > 0 ? ofTerminal : messages).map((event) => {
      const mti = String(event.data.mti);
      const count = (counts.get(mti) ?? 0) + 1;
      counts.set(mti, count);
      return [count === 1 ? mti : `${mti} (${count})`, valuesOf(event)];
    }),
  );
}

function valuesOf({ message }: ConsoleEvent): Values {
  return new Map(flatten(message ?? []).map(({ node: { path, name, value } }) => [path, { name, value }]));
}

function fieldsOf(left: Values, right: Values): readonly ComparedField[] {
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort(byPath);
  return paths.map((path) => {
    const one = left.get(path);
    const other = right.get(path);
    return {
      path,
      name: (one ?? other)?.name ?? path,
      left: one?.value ?? null,
      right: other?.value ?? null,
      isSame: one?.value === other?.value,
      isExpected: EXPECTED.has(path),
    };
  });
}

/** Elements by number, what is inside them as it stands. */
function byPath(one: string, other: string): number {
  const [left, right] = [Number.parseInt(one, 10), Number.parseInt(other, 10)];
  return Number.isNaN(left) || Number.isNaN(right) ? 0 : left - right;
}
