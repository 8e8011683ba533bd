import { expect, it } from 'vitest';
import { comparePayments } from './compare-payments.ts';
import type { ConsoleEvent } from './console-types.ts';
import { consoleEvent, treeNode } from './testing/console-event.ts';
import { paymentLine } from './testing/payment-line.ts';

const field = (path: string, value: string) => treeNode(path, { name: `DE ${path}`, value });
function message(type: string, mti: string, ...fields: ReturnType<typeof field>[]): ConsoleEvent {
  return consoleEvent(type, { data: { mti }, message: fields });
}
const sent = message('terminal.message-sent', '0200', field('4', '100'), field('11', '000001'));
const got = message('terminal.message-received', '0210', field('39', '00'));
const told = message('acquirer.message-received', '0200', field('4', 'not looked at'));

it('two payments are compared message by message and field by field', () => {
  const left = { payment: paymentLine({ responseCode: '00' }), reveals: false, events: [sent, told, got] };
  const right = {
    payment: paymentLine({ responseCode: '51', reason: 'no money' }),
    reveals: false,
    events: [
      message('terminal.message-sent', '0200', field('4', '100'), field('11', '000002')),
      message('terminal.message-received', '0210', field('38', 'ABC'), field('39', '51')),
      message('terminal.message-sent', '0400', field('4', '100')),
    ],
  };
  const [payment, request, answer, reversal] = comparePayments(left, right);
  expect(payment?.fields.filter(({ isSame }) => !isSame).map(({ path }) => path)).toEqual([
    'responseCode',
    'reason',
  ]);
  expect(request).toEqual({
    title: '0200',
    fields: [
      { path: '4', name: 'DE 4', left: '100', right: '100', isSame: true, isExpected: false },
      { path: '11', name: 'DE 11', left: '000001', right: '000002', isSame: false, isExpected: true },
    ],
  });
  expect(answer?.fields.map(({ path, left: one, right: other }) => [path, one, other])).toEqual([
    ['38', null, 'ABC'],
    ['39', '00', '51'],
  ]);
  expect(reversal?.title).toBe('0400');
  expect(reversal?.fields.map(({ left: one }) => one)).toEqual([null]);
});

it('the same type a second time is a part of its own', () => {
  const events = [message('terminal.message-sent', '0400'), message('terminal.message-sent', '0400')];
  const parts = comparePayments(
    { payment: paymentLine(), reveals: false, events },
    { payment: paymentLine(), reveals: false, events: [] },
  );
  expect(parts.map(({ title }) => title)).toEqual(['', '0400', '0400 (2)']);
});

it('where the terminal tells nothing, the acquirer does', () => {
  const parts = comparePayments(
    { payment: paymentLine(), reveals: false, events: [told] },
    { payment: paymentLine(), reveals: false, events: [told] },
  );
  expect(parts[1]?.fields.map(({ left, isSame }) => [left, isSame])).toEqual([['not looked at', true]]);
});
