import { describe, expect, test } from 'vitest';
import { amountOf, parseAdditionalAmounts } from './amounts.ts';

describe('amountOf', () => {
  test.each([
    ['0200', { 4: '000000150000', 49: '398' }, 4, { minorUnits: 150_000n, currency: '398' }],
    ['0200', { 4: '999999999999' }, 4, { minorUnits: 999_999_999_999n }],
    ['0200', { 28: 'D00000100', 49: '398' }, 28, { minorUnits: -100n, currency: '398' }],
    ['0500', { 97: 'C0000000000000100', 50: '840' }, 97, { minorUnits: 100n, currency: '840' }],
    ['2200', { 4: '3982000000150000' }, 4, { minorUnits: 150_000n, currency: '398', exponent: 2 }],
    ['0200', {}, 4, undefined],
  ])('%s %o', (mti, fields, number, expected) => {
    expect(amountOf({ mti, fields }, number)).toEqual(expected);
  });

  test('what is no amount is refused without being shown', () => {
    expect(() => amountOf({ mti: '0200', fields: { 4: '12,50' } }, 4)).toThrow(
      'bad-value at 4 (offset 0): expected digits, or C or D and digits, found 5 characters',
    );
  });
});

describe('parseAdditionalAmounts', () => {
  test('reads every entry in order', () => {
    expect(parseAdditionalAmounts('0002398C000000100000' + '1001398D000000000050')).toEqual([
      { accountType: '00', amountType: '02', amount: { minorUnits: 100_000n, currency: '398' } },
      { accountType: '10', amountType: '01', amount: { minorUnits: -50n, currency: '398' } },
    ]);
    expect(parseAdditionalAmounts('')).toEqual([]);
  });

  test.each([
    ['0002398C00000010000', 0],
    ['0002398C000000100000' + '0002398X000000100000', 20],
  ])('refuses %s at %i', (value, offset) => {
    expect(() => parseAdditionalAmounts(value)).toThrow(`bad-value at 54 (offset ${offset})`);
  });
});
