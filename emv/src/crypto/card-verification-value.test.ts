import { fromHex, toHex, xorBytes } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { CVV2_SERVICE_CODE, cardVerificationValue, ICVV_SERVICE_CODE } from './card-verification-value.ts';
import { desDecrypt, desEncrypt } from './des.ts';

const KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');

/** The calculation step by step, as the scheme's documents write it. */
function stepByStep(pan: string, expiry: string, serviceCode: string): string {
  const [left, right] = [KEY.slice(0, 8), KEY.slice(8)];
  const digits = `${pan}${expiry}${serviceCode}`.padEnd(32, '0');
  const first = desEncrypt(left, fromHex(digits.slice(0, 16)));
  const second = desEncrypt(left, xorBytes(first, fromHex(digits.slice(16))));
  const result = toHex(desEncrypt(left, desDecrypt(right, second)));
  let decimals = '';
  for (const digit of result) if (digit <= '9') decimals += digit;
  for (const digit of result) if (digit > '9') decimals += 'ABCDEF'.indexOf(digit);
  return decimals.slice(0, 3);
}

// The first is the worked example the payment industry passes on; its number has a wrong check digit.
test.each([
  ['4123456789012345', '8701', '101', '561'],
  ['4123456789012345', '8701', ICVV_SERVICE_CODE, stepByStep('4123456789012345', '8701', '999')],
  ['4123456789012345', '0187', CVV2_SERVICE_CODE, stepByStep('4123456789012345', '0187', '000')],
  ['6771234567890123456', '3012', '201', stepByStep('6771234567890123456', '3012', '201')],
])('of %s, expiry %s, service code %s is %s', (pan, expiry, serviceCode, value) => {
  expect(cardVerificationValue(KEY, { pan, expiry, serviceCode })).toBe(value);
});

test.each([
  ['870', '101', 'an expiry is four digits'],
  ['8701', '10', 'a service code is three digits'],
])('refuses expiry %s, service code %s', (expiry, serviceCode, message) => {
  expect(() => cardVerificationValue(KEY, { pan: '4123456789012345', expiry, serviceCode })).toThrow(message);
});
