import { fromHex, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tdesEncrypt } from './des.ts';
import { COMMON_DECIMALISATION_TABLE, ibm3624NaturalPin, ibm3624Offset, ibm3624Pin } from './ibm3624.ts';

const KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const INPUT = { validationData: '00001234567', pad: 'F', decimalisationTable: COMMON_DECIMALISATION_TABLE };

describe('IBM 3624', () => {
  test('the natural PIN is the left of the enciphered validation data, letters by the table', () => {
    const cipher = toHex(tdesEncrypt(KEY, fromHex('00001234567FFFFF')));
    const digits = [...cipher]
      .map((digit) => ('ABCDEF'.includes(digit) ? 'ABCDEF'.indexOf(digit) : digit))
      .join('');
    expect(ibm3624NaturalPin(KEY, INPUT)).toBe(digits.slice(0, 4));
    expect(ibm3624NaturalPin(KEY, INPUT, 16)).toBe(digits);
  });

  test('the table decides what every digit becomes', () => {
    const constant = { ...INPUT, decimalisationTable: '7777777777777777' };
    expect(ibm3624NaturalPin(KEY, constant, 6)).toBe('777777');
  });

  test('an offset and the natural PIN make the PIN, and back', () => {
    expect(ibm3624Pin(KEY, INPUT, '0000')).toBe(ibm3624NaturalPin(KEY, INPUT));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 4, maxLength: 12 }),
        (pin) => {
          expect(ibm3624Pin(KEY, INPUT, ibm3624Offset(KEY, INPUT, pin))).toBe(pin);
        },
      ),
    );
  });

  test.each([
    [{ ...INPUT, validationData: '' }, 'validation data is 1 to 16 digits'],
    [{ ...INPUT, pad: 'G' }, 'a pad is one hexadecimal digit'],
    [{ ...INPUT, decimalisationTable: '123' }, 'a decimalisation table is 16 digits'],
  ])('refuses input %#', (input, message) => {
    expect(() => ibm3624NaturalPin(KEY, input)).toThrow(message);
  });
});
