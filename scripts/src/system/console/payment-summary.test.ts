import { describe, expect, test } from 'vitest';
import { type PaymentSummary, summaryAfter } from './payment-summary.ts';

type Told = readonly [type: string, data?: Record<string, unknown>];

function summaryOf(...told: readonly Told[]): PaymentSummary | undefined {
  return told.reduce<PaymentSummary | undefined>(
    (before, [type, data = {}], index) =>
      summaryAfter(before, {
        seq: 10 + index,
        type,
        timeMs: 1_000 + index,
        terminalId: '20000001',
        transactionId: '20000001-7',
        data: () => data,
      }),
    undefined,
  );
}

const STARTED: Told = ['terminal.payment-started', { amount: '5.00', currency: 'KZT', settle: null }];
const FINISHED = (part: Record<string, unknown>): Told => [
  'terminal.payment-finished',
  {
    approved: true,
    responseCode: '00',
    approvalCode: 'A',
    stan: '1',
    rrn: '2',
    amount: '5.00',
    route: 'direct',
    reason: null,
    card: 'c',
    ...part,
  },
];

describe('a payment in a line', () => {
  test('gathers what its events tell', () => {
    const summary = summaryOf(
      STARTED,
      ['terminal.card-presented', { card: 'halyk-visa', entry: 'chip' }],
      ['terminal.intent-journalled', { mti: '0200', stan: '000002', rrn: '632807000002' }],
      ['acquirer.bank-chosen', { bank: 'halyk', iin: '439801' }],
      ['acquirer.route-chosen', { route: 'convert', why: 'asked for' }],
    );
    expect(summary).toEqual({
      transactionId: '20000001-7',
      terminalId: '20000001',
      firstSeq: 10,
      lastSeq: 14,
      startedMs: 1_000,
      lastMs: 1_004,
      state: 'running',
      amount: '5.00',
      settle: null,
      card: 'halyk-visa',
      entry: 'chip',
      bank: 'halyk',
      route: 'convert',
      responseCode: null,
      approvalCode: null,
      stan: '000002',
      rrn: '632807000002',
      reason: null,
    });
  });

  test.each([
    ['approved', [STARTED, FINISHED({})]],
    ['declined', [STARTED, FINISHED({ approved: false, responseCode: '51' })]],
    ['broken-off', [STARTED, FINISHED({ approved: false, responseCode: null })]],
    ['reversed', [STARTED, FINISHED({}), ['terminal.reversal-acknowledged', { stan: '3', attempts: 1 }]]],
    ['reversed', [STARTED, ['acquirer.payment-reversed', { how: 'undone' }], FINISHED({ approved: false })]],
    ['running', [STARTED, ['acquirer.payment-decided', { approved: true, responseCode: '00' }]]],
  ] as readonly (readonly [string, readonly Told[]])[])('is %s', (state, told) => {
    expect(summaryOf(...told)?.state).toBe(state);
  });

  test('a reversal has a trace number of its own, which is not that of the payment', () => {
    const summary = summaryOf(
      ['terminal.intent-journalled', { mti: '0200', stan: '000002', rrn: 'r' }],
      ['terminal.intent-journalled', { mti: '0400', stan: '000003', rrn: 's' }],
    );
    expect([summary?.stan, summary?.rrn]).toEqual(['000002', 'r']);
  });

  test('an event without news only makes it longer', () => {
    const before = summaryOf(STARTED);
    expect(summaryOf(STARTED, ['constructor', { amount: '9.00' }])).toEqual({
      ...before,
      lastSeq: 11,
      lastMs: 1_001,
    });
  });
});
