import { expect, it } from 'vitest';
import { eventWords } from './event-words.ts';
import { consoleEvent } from './testing/console-event.ts';

it.each([
  ['card.exchanged', { command: { name: 'SELECT' }, response: { status: '9000' } }, 'SELECT · 9000'],
  ['terminal.payment-started', { amount: '1500.00', settle: null }, '1 500,00 ₸'],
  ['terminal.message-sent', { mti: '0200', length: 311 }, '0200 · 311'],
  ['bank.pin-refused', { bank: 'halyk', triesLeft: 2 }, 'halyk · 2'],
  ['ledger.held', { account: 'dt-1', amount: '1.00' }, 'dt-1 · 1,00 ₸'],
  ['something.new', {}, ''],
])('%s %j is told as “%s”', (type, data, words) => {
  expect(eventWords(consoleEvent(type, { data })).replaceAll('\u00a0', ' ')).toBe(words);
});
