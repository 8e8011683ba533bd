import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextStan, traceNumbers } from './trace-numbers.ts';

describe('systems trace audit number', () => {
  test.each([
    ['000000', '000001'],
    ['000009', '000010'],
    ['099999', '100000'],
    ['999998', '999999'],
    // n 6 without 000000 (ISO 8583:1987, DE 11).
    ['999999', '000001'],
  ])('after %s comes %s', (stan, next) => {
    expect(nextStan(stan)).toBe(next);
  });

  test('is always six digits and never zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (stan) => {
        expect(nextStan(stan.toString().padStart(6, '0'))).toMatch(/^(?!000000)\d{6}$/);
      }),
    );
  });
});

describe('numbers and times of a message', () => {
  test.each([
    [
      'in the morning of both zones',
      Date.UTC(2026, 0, 2, 3, 4, 5),
      { rrn: '600208000042', transmissionTime: '0102030405', localTime: '080405', localDate: '0102' },
    ],
    [
      'in the evening, when Almaty has the next day',
      Date.UTC(2026, 10, 23, 20, 15, 30),
      { rrn: '632801000042', transmissionTime: '1123201530', localTime: '011530', localDate: '1124' },
    ],
    [
      'on the last evening of a year, when Almaty has the next',
      Date.UTC(2026, 11, 31, 19, 0, 0),
      { rrn: '700100000042', transmissionTime: '1231190000', localTime: '000000', localDate: '0101' },
    ],
    [
      'on the last day of a leap year',
      Date.UTC(2028, 11, 31, 12, 0, 0),
      { rrn: '836617000042', transmissionTime: '1231120000', localTime: '170000', localDate: '1231' },
    ],
  ])('%s', (_name, nowMs, expected) => {
    expect(traceNumbers('000042', nowMs)).toEqual({ stan: '000042', ...expected });
  });

  test('always fit their fields', () => {
    const instants = fc.integer({ min: Date.UTC(2024, 2, 1), max: Date.UTC(2099, 11, 31) });
    fc.assert(
      fc.property(instants, (nowMs) => {
        const numbers = traceNumbers('000001', nowMs);
        expect(numbers.rrn).toMatch(/^\d{12}$/);
        expect(numbers.transmissionTime).toMatch(/^(0[1-9]|1[0-2])\d{8}$/);
        expect(numbers.localTime).toMatch(/^([01]\d|2[0-3])[0-5]\d[0-5]\d$/);
        expect(numbers.localDate).toMatch(/^(0[1-9]|1[0-2])\d\d$/);
      }),
    );
  });
});
