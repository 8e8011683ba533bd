import { describe, expect, it } from 'vitest';
import { amountFromDigits, displayAmount } from './amount.ts';

describe('displayAmount', () => {
  it.each([
    ['1500.00', '1\u00a0500,00\u00a0₸'],
    ['0.05', '0,05\u00a0₸'],
    ['999.5', '999,50\u00a0₸'],
    ['12', '12,00\u00a0₸'],
    ['1234567890.99', '1\u00a0234\u00a0567\u00a0890,99\u00a0₸'],
    ['-1500.00', '−1\u00a0500,00\u00a0₸'],
  ])('shows %s as %s', (decimal, shown) => {
    expect(displayAmount(decimal)).toBe(shown);
  });

  it.each(['', '1,5', '1500.000', 'all of it', '1e3'])('leaves %j as it came', (text) => {
    expect(displayAmount(text)).toBe(text);
  });
});

describe('amountFromDigits', () => {
  it.each([
    ['', '0.00'],
    ['0', '0.00'],
    ['5', '0.05'],
    ['15', '0.15'],
    ['150', '1.50'],
    ['150000', '1500.00'],
    ['000150', '1.50'],
    ['99999999999', '999999999.99'],
  ])('reads the digits %j as %s', (digits, amount) => {
    expect(amountFromDigits(digits)).toBe(amount);
  });
});
