import { describe, expect, it } from 'vitest';
import { FILTER_KEYS, parseFilter } from './filter-language.ts';
import { paymentLine } from './testing/payment-line.ts';

const PAYMENT = paymentLine({
  transactionId: '20000001-632807000002',
  terminalId: '20000001',
  startedMs: 1_000,
  lastMs: 1_850,
  state: 'declined',
  amount: '1500.50',
  card: 'halyk-visa',
  bank: 'halyk',
  route: 'convert',
  responseCode: '51',
  reason: 'Not enough money',
});

describe('a filter', () => {
  it.each([
    ['', true],
    ['   ', true],
    ['halyk', true],
    ['HALYK', true],
    ['kaspi', false],
    ['code:51', true],
    ['code:5', false],
    ['code:05,51', true],
    ['terminal:2000', true],
    ['terminal=2000', false],
    ['terminal=20000001', true],
    ['route:direct', false],
    ['-route:direct', true],
    ['-halyk', false],
    ['"enough money"', true],
    ['reason:"enough money"', true],
    ['"money enough"', false],
    ['amount>1500', true],
    ['amount>1500.50', false],
    ['amount>=1500.50', true],
    ['amount<1500.51', true],
    ['amount<=1500', false],
    ['amount=1500.5', true],
    ['amount:1500.5', true],
    ['duration>=850', true],
    ['duration<850', false],
    ['code:51 route:convert amount>1000 visa', true],
    ['code:51 route:direct amount>1000 visa', false],
    ['card:', false],
  ])('“%s” holds: %s', (text, holds) => {
    expect(parseFilter(text).matches?.(PAYMENT)).toBe(holds);
  });

  it.each([
    ['colour:red', { kind: 'unknown-key', text: 'colour' }],
    ['card>5', { kind: 'unknown-key', text: 'card' }],
    ['-colour:red', { kind: 'unknown-key', text: 'colour' }],
    ['constructor:x', { kind: 'unknown-key', text: 'constructor' }],
    ['amount>lots', { kind: 'not-a-number', text: 'lots' }],
    ['amount>', { kind: 'not-a-number', text: '' }],
    ['"enough', { kind: 'open-quote' }],
  ])('“%s” says what is wrong with it', (text, problem) => {
    expect(parseFilter(text)).toEqual({ matches: null, problem });
  });

  it('compares nothing with an amount that is not known', () => {
    const unknown = paymentLine({ amount: null });
    expect(parseFilter('amount<1').matches?.(unknown)).toBe(false);
    expect(parseFilter('amount>=0').matches?.(unknown)).toBe(false);
  });

  it('has the keys the page and the documentation list', () => {
    expect(FILTER_KEYS.join(' ')).toBe(
      'terminal state code route card bank entry stan rrn approval reason id amount duration',
    );
  });
});
