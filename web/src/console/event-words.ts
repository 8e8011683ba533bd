import { displayAmount } from '../amount.ts';
import type { ConsoleEvent } from './console-types.ts';

type Data = ConsoleEvent['data'];

const text = (data: Data, key: string): string | null => {
  const value = data[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
};
const amount = (data: Data): string | null => {
  const value = text(data, 'amount');
  return value === null ? null : displayAmount(value);
};
const join = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null).join(' · ');

type Reader = (data: Data) => string;

/** The few words of an event that tell it from others of its type. */
const READERS: Readonly<Record<string, Reader>> = {
  'card.exchanged': ({ command, response }) =>
    join(text(command as Data, 'name'), text(response as Data, 'status')),
  'kernel.decided': (data) => text(data, 'decision') ?? '',
  'terminal.screen-changed': (data) => join(text(data, 'title')),
  'terminal.payment-started': (data) => join(amount(data), text(data, 'settle')),
  'terminal.card-presented': (data) => join(text(data, 'card'), text(data, 'entry')),
  'terminal.intent-journalled': (data) => join(text(data, 'mti'), text(data, 'stan')),
  'terminal.no-answer': (data) => join(text(data, 'waitedMs'), text(data, 'why')),
  'terminal.receipt-printed': (data) => text(data, 'copy') ?? '',
  'terminal.payment-finished': (data) =>
    join(text(data, 'responseCode'), text(data, 'approvalCode'), text(data, 'reason')),
  'acquirer.bank-chosen': (data) => join(text(data, 'bank'), text(data, 'iin')),
  'acquirer.route-chosen': (data) => join(text(data, 'route'), text(data, 'why')),
  'acquirer.payment-decided': (data) => join(text(data, 'responseCode'), text(data, 'reason')),
};

/** What every other type is told apart by. */
const COMMON_KEYS = [
  'mti',
  'length',
  'bank',
  'triesLeft',
  'account',
  'to',
  'reason',
  'why',
  'how',
  'approvalCode',
];

export function eventWords({ type, data }: ConsoleEvent): string {
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (reader !== undefined) return reader(data);
  return join(...COMMON_KEYS.map((key) => text(data, key)), amount(data));
}
