import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AmountError,
  displayTenge,
  formatTenge,
  fromAmountDigits,
  parseTenge,
  tiyn,
  toAmountDigits,
} from './money.ts';

describe('parseTenge', () => {
  test.each([
    ['1500', 150000n],
    ['1500.5', 150050n],
    ['1500.00', 150000n],
    ['1 234 567,50', 123456750n],
    ['0.01', 1n],
    ['9999999999.99', 999999999999n],
  ])('reads %s', (text, expected) => {
    expect(parseTenge(text)).toBe(expected);
  });

  test.each(['', 'abc', '-1', '+1', '1.', '.5', '1.234', '1e3', '10000000000', '1 50', '0x10', '1,234.50'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseTenge(text)).toThrow(AmountError);
    },
  );
});

test('DE 4 of 1 500,00 tenge is 000000150000', () => {
  expect(toAmountDigits(parseTenge('1500.00'))).toBe('000000150000');
});

test('people read no-break spaces and the sign', () => {
  expect(displayTenge(123456750n)).toBe('1\u00a0234\u00a0567,50\u00a0₸');
  expect(displayTenge(5n)).toBe('0,05\u00a0₸');
  expect(formatTenge(-5n)).toBe('-0.05');
});

test('every amount survives both written forms', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999n }), (count) => {
      const amount = tiyn(count);
      expect(fromAmountDigits(toAmountDigits(amount))).toBe(amount);
      expect(parseTenge(formatTenge(amount))).toBe(amount);
      expect(parseTenge(displayTenge(amount).replace('\u00a0₸', ''))).toBe(amount);
    }),
  );
});
