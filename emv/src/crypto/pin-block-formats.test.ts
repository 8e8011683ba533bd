import { fromHex, toHex, xorBytes } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { panFrom } from '../testing/sample.ts';
import { aesDecrypt, aesEncrypt } from './aes.ts';
import { decodePinBlock, encodePinBlock1, encodePinBlock2, encodePinBlock3 } from './pin-block.ts';
import { accountField4, decipherPinBlock4, encipherPinBlock4, encodePinField4 } from './pin-block-4.ts';
import {
  decipherPinBlock,
  encipherPinBlock,
  mayTranslatePinBlock,
  type PinZone,
  translatePinBlock,
} from './pin-translation.ts';

const PAN = panFrom('401234567890');
const AES_KEY = fromHex('000102030405060708090A0B0C0D0E0F');
const TDES_KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const RANDOM = fromHex('0123456789ABCDEF');

/** An error of decoding says nothing of what was decoded. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return 'was not refused';
}

describe('formats of 8 bytes, ISO 9564-1 9.3', () => {
  test.each([
    ['1234', '0123456789', '1412340123456789'],
    ['123456789012', 'FFAB', '1C123456789012FF'],
  ])('format 1 is filled with what it is given', (pin, random, block) => {
    expect(toHex(encodePinBlock1(pin, random))).toBe(block);
    expect(decodePinBlock(1, fromHex(block), '')).toBe(pin);
  });

  test.each([
    ['1234', '241234FFFFFFFFFF'],
    ['123456789012', '2C123456789012FF'],
  ])('format 2 is filled with F', (pin, block) => {
    expect(toHex(encodePinBlock2(pin))).toBe(block);
    expect(decodePinBlock(2, fromHex(block), '')).toBe(pin);
  });

  test('format 3 is filled with letters and bound to the number', () => {
    const account = fromHex('0000401234567890');
    expect(toHex(xorBytes(encodePinBlock3('1234', PAN, '0123456789'), account))).toBe('341234ABCDEFABCD');
    expect(toHex(xorBytes(encodePinBlock3('1234', PAN, 'fedcbaFEDC'), account))).toBe('341234FEDCBAFEDC');
  });

  test.each([
    [1, '241234FFFFFFFFFF', 'a PIN block of format 1'],
    [2, '241234FFFFFFFFFE', 'a PIN block of format 2'],
    [2, '251234FFFFFFFFFF', 'a PIN block of format 2'],
    [3, '341274EDCBA98769', 'a PIN block of format 3 for this account'],
  ] as const)('format %s refuses %s', (format, block, expected) => {
    expect(refusal(() => decodePinBlock(format, fromHex(block), PAN))).toBe(
      `bad-value at pin-block (offset 0): expected ${expected}, found another content`,
    );
  });

  test('random digits are asked for', () => {
    expect(() => encodePinBlock1('1234', '012345678')).toThrow('10 random digits needed');
    expect(() => encodePinBlock3('1234', PAN, '')).toThrow('10 random digits needed');
  });
});

describe('format 4, ISO 9564-1:2017 9.4', () => {
  test.each([
    ['1', '00000000000010000000000000000000'],
    ['123456789012', '01234567890120000000000000000000'],
    ['1234567890123456789', '71234567890123456789000000000000'],
  ])('account field of a number of %s', (pan, field) => {
    expect(toHex(accountField4(pan))).toBe(field);
  });

  test('is the PIN field enciphered, exclusive-or the account field, enciphered again', () => {
    expect(toHex(encodePinField4('1234', RANDOM))).toBe('441234AAAAAAAAAA0123456789ABCDEF');
    const first = aesEncrypt(AES_KEY, fromHex('441234AAAAAAAAAA0123456789ABCDEF'));
    const block = aesEncrypt(AES_KEY, xorBytes(first, accountField4(PAN)));
    expect(encipherPinBlock4(AES_KEY, '1234', PAN, RANDOM)).toEqual(block);
    expect(decipherPinBlock4(AES_KEY, block, PAN)).toBe('1234');
  });

  const enciphered = (field: string): Uint8Array =>
    aesEncrypt(AES_KEY, xorBytes(aesEncrypt(AES_KEY, fromHex(field)), accountField4(PAN)));

  test.each([
    ['control 3', '341234AAAAAAAAAA0123456789ABCDEF'],
    ['a PIN of three digits', '43123AAAAAAAAAAA0123456789ABCDEF'],
    ['a letter in the PIN', '4412B4AAAAAAAAAA0123456789ABCDEF'],
    ['other fill', '441234AAAAAAAAAB0123456789ABCDEF'],
  ])('refuses %s', (_, field) => {
    expect(toHex(aesDecrypt(AES_KEY, enciphered(field)))).not.toContain('1234AAAA');
    expect(refusal(() => decipherPinBlock4(AES_KEY, enciphered(field), PAN))).toBe(
      'bad-value at pin-block (offset 0): expected a PIN block of format 4 for this account, found another content',
    );
  });

  test('refuses another length and another number', () => {
    expect(refusal(() => decipherPinBlock4(AES_KEY, new Uint8Array(8), PAN))).toContain('bad-length');
    const block = encipherPinBlock4(AES_KEY, '1234', PAN, RANDOM);
    expect(refusal(() => decipherPinBlock4(AES_KEY, block, panFrom('401234567891')))).toContain('bad-value');
  });
});

describe('translation, ISO 9564-1 9.2', () => {
  const FORMATS = [0, 1, 2, 3, 4] as const;
  const zone = (format: (typeof FORMATS)[number], key: Uint8Array): PinZone => ({
    format,
    key: format === 4 ? AES_KEY : key,
  });
  const OTHER_KEY = fromHex('89ABCDEF0123456776543210FEDCBA98');
  const digits = (minLength: number, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });

  test('what a block of any format holds comes out in any other it may become', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FORMATS),
        fc.constantFrom(...FORMATS),
        digits(4, 12),
        digits(12, 19),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        (from, to, pin, pan, random) => {
          const [source, target] = [zone(from, TDES_KEY), zone(to, OTHER_KEY)];
          const block = encipherPinBlock(source, pin, pan, random);
          expect(decipherPinBlock(source, block, pan)).toBe(pin);
          if (!mayTranslatePinBlock(from, to)) {
            expect(() => translatePinBlock(source, target, block, pan, random)).toThrow(
              `no translation from ${from} to ${to}`,
            );
            return;
          }
          const translated = translatePinBlock(source, target, block, pan, random);
          expect(decipherPinBlock(target, translated, pan)).toBe(pin);
        },
      ),
    );
  });

  test('a block bound to a number does not lose it, and offline blocks stay offline', () => {
    const allowed = FORMATS.flatMap((from) =>
      FORMATS.filter((to) => mayTranslatePinBlock(from, to)).map((to) => `${from}${to}`),
    );
    expect(allowed.join(' ')).toBe('00 03 04 10 11 13 14 30 33 34 40 43 44');
  });

  test('a block of another length is refused before it is deciphered', () => {
    expect(refusal(() => decipherPinBlock(zone(0, TDES_KEY), new Uint8Array(7), PAN))).toBe(
      'bad-length at pin-block (offset 0): expected 8 bytes, found 7 bytes',
    );
  });
});
