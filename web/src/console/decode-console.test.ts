import { describe, expect, it } from 'vitest';
import { decodeDetail, decodePage } from './decode-console.ts';
import { treeNode } from './testing/console-event.ts';
import { paymentLine } from './testing/payment-line.ts';

const EVENT = {
  seq: 3,
  type: 'terminal.message-sent',
  time: '2026-11-24T02:00:00.000Z',
  data: { mti: '0200' },
  message: [treeNode('0', { bits: [{ byte: 1, bit: 8, isOn: true, meaning: '1' }] })],
};

describe('answers to the console', () => {
  it('are read as docs/console.md states them', () => {
    const page = { payments: [paymentLine()], next: 10, more: false, oldest: 1 };
    expect(decodePage(page)).toEqual(page);
    expect(decodeDetail({ payment: paymentLine(), reveals: false, events: [EVENT] })).toEqual({
      payment: paymentLine(),
      reveals: false,
      events: [
        {
          seq: 3,
          type: 'terminal.message-sent',
          timeMs: Date.UTC(2026, 10, 24, 2),
          data: { mti: '0200' },
          message: EVENT.message,
          command: null,
          response: null,
        },
      ],
    });
  });

  it.each([
    [
      { payments: [{ ...paymentLine(), state: 'lost' }], next: 1, more: false, oldest: 1 },
      '"state" is "lost", not one of running, approved, declined, broken-off, reversed',
    ],
    [{ payments: [], next: 1, more: 1, oldest: 1 }, '"more" is not true or false'],
  ])('are refused when they are not', (page, problem) => {
    expect(() => decodePage(page)).toThrow(problem);
  });

  it('an event without a time is refused', () => {
    expect(() =>
      decodeDetail({ payment: paymentLine(), reveals: false, events: [{ ...EVENT, time: 'noon' }] }),
    ).toThrow('"time" is not a time');
  });
});
