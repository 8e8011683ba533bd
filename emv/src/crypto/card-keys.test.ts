import { createHash } from 'node:crypto';
import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { arpcMethod1, arpcMethod2, generateArqc } from './application-cryptogram.ts';
import { deriveSessionKey, deriveUdk, sessionKeyCommon } from './card-keys.ts';
import { tdesEncrypt, withOddParity } from './des.ts';
import { retailMac } from './mac.ts';

const IMK = fromHex('9E15204313F7318ACB79B90BD986AD29');

describe('unique derived key, EMV Book 2 annex A1.4', () => {
  /** Two halves of 8 bytes under the master key, from 16 digits. */
  function fromDigits(digits: string): string {
    const y = fromHex(digits);
    const left = tdesEncrypt(IMK, y);
    const right = tdesEncrypt(
      IMK,
      y.map((byte) => 255 - byte),
    );
    return toHex(withOddParity(left)) + toHex(withOddParity(right));
  }

  test.each([
    ['a number of 16 digits', '4000001234567890', '01', 'A', '0000123456789001'],
    ['a short number', '400000123456', '07', 'A', '0040000012345607'],
    ['a number of 19 digits, left digits lost', '6771234567890123451', '00', 'A', '3456789012345100'],
    ['option B up to 16 digits', '4000001234567890', '01', 'B', '0000123456789001'],
  ] as const)('%s', (_, pan, psn, option, digits) => {
    expect(toHex(deriveUdk(IMK, pan, psn, option))).toBe(fromDigits(digits));
  });

  test('option B takes the decimal digits of a hash', () => {
    const hash = createHash('sha1')
      .update(fromHex('677123456789012345600'.padStart(22, '0')))
      .digest('hex');
    const decimals = [...hash].filter((digit) => digit >= '0' && digit <= '9').join('');
    expect(decimals.length).toBeGreaterThanOrEqual(16);
    expect(toHex(deriveUdk(IMK, '6771234567890123456', '00', 'B'))).toBe(fromDigits(decimals.slice(0, 16)));
  });

  test('option B fills a hash short of decimals with its letters', () => {
    const { pan, hash } = numberWithFewDecimals();
    const decimals = [...hash].filter((digit) => digit >= '0' && digit <= '9');
    const letters = [...hash]
      .filter((digit) => digit >= 'a')
      .map((digit) => '012345'['abcdef'.indexOf(digit)]);
    expect(decimals.length).toBeLessThan(16);
    expect(toHex(deriveUdk(IMK, pan, '00', 'B'))).toBe(
      fromDigits([...decimals, ...letters].join('').slice(0, 16)),
    );
  });

  test.each([
    ['1', 'a PAN sequence number is two digits'],
    ['', 'a PAN sequence number is two digits'],
  ])('refuses the sequence number "%s"', (psn, message) => {
    expect(() => deriveUdk(IMK, '4000001234567890', psn)).toThrow(message);
  });
});

function numberWithFewDecimals(): { pan: string; hash: string } {
  for (let number = 0; ; number++) {
    const pan = number.toString().padStart(18, '0');
    const hash = createHash('sha1')
      .update(fromHex(`${pan}00`))
      .digest('hex');
    if (hash.replace(/\D/g, '').length < 16) return { pan, hash };
  }
}

test('the session key is the counter with F0 and 0F in its third byte, under the card key (annex A1.3.1)', () => {
  const udk = deriveUdk(IMK, '4000001234567890', '01');
  const expected = withOddParity(tdesEncrypt(udk, fromHex('1234F0000000000012340F0000000000')));
  expect(sessionKeyCommon(udk, fromHex('1234'))).toEqual(expected);
  expect(deriveSessionKey(udk, fromHex('1234560000000000'))).toEqual(expected);
});

describe('cryptograms, EMV Book 2 8.1 and 8.2', () => {
  const key = fromHex('A1B2C3D4E5F60718293A4B5C6D7E8F90');
  const arqc = fromHex('0011223344556677');

  test('an application cryptogram is the retail MAC with 80 padding unless told otherwise', () => {
    const data = fromHex('00000000150000');
    expect(generateArqc(key, data)).toEqual(retailMac(key, data, { padding: 'method-2' }));
    expect(generateArqc(key, data, 'method-1')).toEqual(retailMac(key, data, { padding: 'method-1' }));
  });

  test('ARPC method 1 enciphers the ARQC with the response code over its left end', () => {
    expect(arpcMethod1(key, arqc, fromHex('3030'))).toEqual(tdesEncrypt(key, fromHex('3021223344556677')));
  });

  test('ARPC method 2 is four bytes of a MAC over ARQC, status update and proprietary data', () => {
    const mac = retailMac(key, fromHex('001122334455667700800000AABB'), { padding: 'method-2' });
    expect(arpcMethod2(key, arqc, fromHex('00800000'), fromHex('AABB'))).toEqual(mac.slice(0, 4));
    expect(() => arpcMethod2(key, arqc, fromHex('0080'))).toThrow('a card status update is 4 bytes, found 2');
  });
});
