import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { aesCbcDecrypt, aesCbcEncrypt, aesDecrypt, aesEncrypt } from './aes.ts';

// FIPS 197, appendix C: keys of three lengths and one plaintext.
const PLAIN = '00112233445566778899AABBCCDDEEFF';

describe('AES', () => {
  test.each([
    ['C.1', '000102030405060708090A0B0C0D0E0F', '69C4E0D86A7B0430D8CDB78070B4C55A'],
    ['C.2', '000102030405060708090A0B0C0D0E0F1011121314151617', 'DDA97CA4864CDFE06EAF70A0EC0D7191'],
    [
      'C.3',
      '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F',
      '8EA2B7CA516745BFEAFC49904B496089',
    ],
  ])('FIPS 197 %s', (_, key, enciphered) => {
    expect(toHex(aesEncrypt(fromHex(key), fromHex(PLAIN)))).toBe(enciphered);
    expect(toHex(aesDecrypt(fromHex(key), fromHex(enciphered)))).toBe(PLAIN);
  });

  test('CBC: NIST SP 800-38A, F.2.1, first two blocks', () => {
    const key = fromHex('2B7E151628AED2A6ABF7158809CF4F3C');
    const iv = fromHex('000102030405060708090A0B0C0D0E0F');
    const plain = fromHex('6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51');
    const enciphered = fromHex('7649ABAC8119B246CEE98E9B12E9197D5086CB9B507219EE95DB113A917678B2');
    expect(aesCbcEncrypt(key, plain, iv)).toEqual(enciphered);
    expect(aesCbcDecrypt(key, enciphered, iv)).toEqual(plain);
    expect(aesCbcEncrypt(key, plain.slice(0, 16))).toEqual(aesEncrypt(key, plain.slice(0, 16)));
  });

  test('uses the key as it is now, not as it was in an earlier call', () => {
    const key = fromHex('000102030405060708090A0B0C0D0E0F');
    const before = aesEncrypt(key, fromHex(PLAIN));
    key[0] = 0xff;
    expect(aesEncrypt(key, fromHex(PLAIN))).not.toEqual(before);
    expect(aesEncrypt(key, fromHex(PLAIN))).toEqual(aesEncrypt(key.slice(), fromHex(PLAIN)));
  });

  test('refuses other lengths', () => {
    expect(() => aesEncrypt(new Uint8Array(8), new Uint8Array(16))).toThrow(
      'an AES key is 16, 24 or 32 bytes, found 8',
    );
    for (const run of [aesEncrypt, aesDecrypt, aesCbcEncrypt, aesCbcDecrypt]) {
      expect(() => run(new Uint8Array(16), new Uint8Array(17))).toThrow(
        'whole blocks of 16 bytes needed, found 17 bytes',
      );
    }
  });
});
