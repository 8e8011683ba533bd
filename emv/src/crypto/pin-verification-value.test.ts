import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { desDecrypt, desEncrypt } from './des.ts';
import { pinVerificationValue } from './pin-verification-value.ts';

const PVK = fromHex('0123456789ABCDEFFEDCBA9876543210');
/** Not a card number: its check digit is wrong on purpose; the method does not look at it. */
const PAN = '1122334455667788';

/** The method of the Visa Payment Technology Standards again, step by step with single DES. */
function obviously(pan: string, keyIndex: string, pin: string): string {
  const [left, right] = [PVK.subarray(0, 8), PVK.subarray(8)];
  const parameter = fromHex(pan.slice(pan.length - 12, pan.length - 1) + keyIndex + pin.slice(0, 4));
  const digits = [...toHex(desEncrypt(left, desDecrypt(right, desEncrypt(left, parameter))))];
  const found = digits.filter((digit) => digit >= '0' && digit <= '9');
  for (const digit of digits) if (digit >= 'A') found.push(String(digit.charCodeAt(0) - 'A'.charCodeAt(0)));
  return found.slice(0, 4).join('');
}

describe('pinVerificationValue', () => {
  test.each(['0000', '1234', '4524', '9999', '123456789012'])(
    'agrees with the obvious way for PIN %s',
    (pin) => {
      expect(pinVerificationValue(PVK, { pan: PAN, keyIndex: '1', pin })).toBe(obviously(PAN, '1', pin));
    },
  );

  test('depends on number, key index and PIN, and only on the first four digits of it', () => {
    const value = pinVerificationValue(PVK, { pan: PAN, keyIndex: '1', pin: '1234' });
    expect(pinVerificationValue(PVK, { pan: PAN, keyIndex: '1', pin: '12349' })).toBe(value);
    expect(pinVerificationValue(PVK, { pan: PAN, keyIndex: '2', pin: '1234' })).not.toBe(value);
    expect(pinVerificationValue(PVK, { pan: PAN, keyIndex: '1', pin: '1235' })).not.toBe(value);
    expect(pinVerificationValue(PVK, { pan: '1122334455660788', keyIndex: '1', pin: '1234' })).not.toBe(
      value,
    );
  });
});
