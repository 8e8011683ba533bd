import { tiyn } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaymentResult } from './payment-result.ts';
import { makeReceipts, type ReceiptFacts } from './receipt.ts';
import { SAMPLE_RESULT } from './testing/device-samples.ts';

const FACTS: ReceiptFacts = {
  merchantName: 'Nan Bakery',
  city: 'Almaty',
  terminalId: '20000001',
  merchantNumber: '398000000000001',
  // 15:15:30 in Almaty, UTC+5.
  timeMs: Date.UTC(2026, 10, 23, 10, 15, 30),
  amount: tiyn(150_000n),
  lastFour: '0018',
  entry: 'chip',
  application: { aid: 'A0000000031010', label: 'VISA DEBIT' },
  reversalPending: false,
  verification: 'pin',
};
const DECLINED: PaymentResult = {
  ...SAMPLE_RESULT,
  approved: false,
  responseCode: '51',
  approvalCode: null,
  route: null,
  reason: 'the digital account does not hold enough',
};

test('an approved chip payment with a PIN, both copies', () => {
  const { merchant, customer } = makeReceipts(SAMPLE_RESULT, FACTS);
  expect(customer).toBe(
    [
      '           Nan Bakery',
      '             Almaty',
      'Terminal                20000001',
      'Merchant         398000000000001',
      '23.11.2026              15:15:30',
      '--------------------------------',
      '            PURCHASE',
      'Card              **** 0018 chip',
      'AID               A0000000031010',
      'Application           VISA DEBIT',
      'Amount                1 500,00 ₸',
      '--------------------------------',
      '            APPROVED',
      'Response code                 00',
      'Approval code             A1B2C3',
      'RRN                 632815000007',
      'STAN                      000007',
      'Settled as         digital tenge',
      'PIN verified: no signature',
      '',
      '         CUSTOMER COPY',
    ].join('\n'),
  );
  expect(merchant).toBe(customer.replace('CUSTOMER', 'MERCHANT'));
});

test('a declined payment says why, that no money moved, and nothing of an approval', () => {
  const { customer } = makeReceipts(DECLINED, { ...FACTS, entry: 'swipe', application: null });
  expect(customer.split('\n').slice(7)).toEqual([
    'Card             **** 0018 swipe',
    'Amount                1 500,00 ₸',
    '--------------------------------',
    '            DECLINED',
    'Response code                 51',
    'RRN                 632815000007',
    'STAN                      000007',
    'the digital account does not',
    'hold enough',
    'No money moved.',
    '',
    '         CUSTOMER COPY',
  ]);
});

test('while the host has not confirmed a reversal, no receipt says that no money moved', () => {
  const { customer } = makeReceipts(DECLINED, { ...FACTS, reversalPending: true });
  expect(customer).not.toContain('No money moved.');
  expect(customer.split('\n').slice(-4, -2)).toEqual([
    'The payment is being reversed:',
    'no money will be kept.',
  ]);
});

test('without a card there is no card line', () => {
  const { customer } = makeReceipts(DECLINED, { ...FACTS, lastFour: null, entry: null, application: null });
  expect(customer).not.toMatch(/Card|AID|Application/);
});

test.each([
  ['pin', ['PIN verified: no signature']],
  ['signature', ['', 'Signature ______________________']],
  ['none', ['No PIN or signature needed.']],
  ['failed', ['Cardholder not verified.']],
] as const)('cardholder verification by %s', (verification, lines) => {
  const facts = { ...FACTS, verification };
  const approved = makeReceipts(SAMPLE_RESULT, facts).customer.split('\n');
  expect(approved.slice(18, -2)).toEqual(lines);
  expect(makeReceipts(DECLINED, facts).customer).not.toContain(lines.at(-1));
});

test.each([
  ['direct', 'Settled as         digital tenge'],
  ['convert', 'Settled as        non-cash tenge'],
] as const)('settled %s', (route, line) => {
  expect(makeReceipts({ ...SAMPLE_RESULT, route }, FACTS).customer.split('\n')).toContain(line);
});

test('a route the host did not name is not invented', () => {
  expect(makeReceipts({ ...SAMPLE_RESULT, route: null }, FACTS).customer).not.toContain('Settled');
});

describe('whatever the texts are', () => {
  const text = fc.string({ unit: 'binary', maxLength: 120, size: 'max' });
  const facts = fc.record({
    merchantName: text,
    city: text,
    lastFour: fc.constantFrom('0018', null),
    application: fc.record({
      aid: fc.constantFrom('A000000003', 'A0000000031010AABBCCDDEEFF001122'),
      label: fc.oneof(fc.string({ unit: 'binary', maxLength: 16 }), fc.constant('VISA\nAPPROVED')),
    }),
    amount: fc.constantFrom(tiyn(0n), tiyn(999_999_999_999n)),
    reversalPending: fc.boolean(),
    verification: fc.constantFrom('pin', 'signature', 'none', 'failed'),
  });

  test('no line is longer than 32 columns, and none is forged by a text with a line feed', () => {
    fc.assert(
      fc.property(facts, text, fc.boolean(), (changes, reason, approved) => {
        const result = approved ? SAMPLE_RESULT : { ...DECLINED, reason: `no\nAPPROVED\n${reason}` };
        const { customer } = makeReceipts(result, { ...FACTS, ...changes } as ReceiptFacts);
        const lines = customer.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/);
        expect(lines.filter((line) => [...line].length > 32)).toEqual([]);
        expect(lines.filter((line) => line.trim() === 'APPROVED')).toHaveLength(approved ? 1 : 0);
        expect(lines.filter((line) => line.trim() === 'DECLINED')).toHaveLength(approved ? 0 : 1);
      }),
    );
  });

  test('of the card there are four digits and no expiry date', () => {
    const lines = makeReceipts(SAMPLE_RESULT, FACTS).merchant.split('\n');
    expect(lines.filter((line) => line.includes('Card'))).toEqual(['Card              **** 0018 chip']);
    expect(lines.join('\n')).not.toMatch(/exp|valid/i);
    // Thirteen digits and more could be a card number; the merchant's number is one the receipt must show.
    const digits = lines.join('\n').match(/\b\d{13,}\b/g);
    expect(digits).toEqual(['398000000000001']);
  });
});
