import { expect, it } from 'vitest';
import { consoleEvent } from './testing/console-event.ts';
import { whyOf } from './why.ts';

it('reasons are found among the events, by what they explain', () => {
  const events = [
    consoleEvent('kernel.decided', {
      seq: 1,
      data: { step: 'record-read', decision: 'a record is read', why: 'the AFL', bits: ['57'] },
    }),
    consoleEvent('kernel.decided', {
      seq: 2,
      data: { step: 'action-decided', decision: 'ARQC', why: 'TVR and TAC online', bits: ['byte 3 bit 3'] },
    }),
    consoleEvent('acquirer.route-chosen', { seq: 3, data: { route: 'direct', why: 'the profile' } }),
    consoleEvent('bank.refused', { seq: 4, data: { bank: 'halyk', responseCode: '51', reason: 'no money' } }),
    consoleEvent('terminal.reversal-queued', { seq: 5, data: { stan: '000001', why: 'no answer' } }),
  ];
  expect(
    whyOf(events).map(({ title, reasons }) => [
      title,
      reasons.map(({ event, text, bits }) => [event.seq, text, bits]),
    ]),
  ).toEqual([
    ['whyOutcome', [[4, '51 – halyk – no money', []]]],
    ['whyRouting', [[3, 'direct – the profile', []]]],
    ['whyKernel', [[2, 'ARQC – TVR and TAC online', ['byte 3 bit 3']]]],
    ['whyTrouble', [[5, 'no answer', []]]],
  ]);
  expect(whyOf([])).toEqual([]);
});
