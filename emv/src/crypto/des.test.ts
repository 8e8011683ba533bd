import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  desDecrypt,
  desEncrypt,
  tdesCbcDecrypt,
  tdesCbcEncrypt,
  tdesDecrypt,
  tdesEncrypt,
  withOddParity,
} from './des.ts';

describe('DES', () => {
  // NIST SP 800-17, table A.1 (variable plaintext) and A.2 (variable key), first rows; the third is the worked example
  // most DES texts use.
  test.each([
    ['0101010101010101', '8000000000000000', '95F8A5E5DD31D900'],
    ['8001010101010101', '0000000000000000', '95A8D72813DAA94D'],
    ['133457799BBCDFF1', '0123456789ABCDEF', '85E813540F0AB405'],
  ])('key %s turns %s into %s and back', (key, plain, enciphered) => {
    expect(toHex(desEncrypt(fromHex(key), fromHex(plain)))).toBe(enciphered);
    expect(toHex(desDecrypt(fromHex(key), fromHex(enciphered)))).toBe(plain);
  });
});

describe('TDES', () => {
  // NIST SP 800-67, appendix B.1: the plaintext is misspelt there.
  const key = fromHex('0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123');
  const plain = fromLatin1('The qufck brown fox jump');
  const enciphered = 'A826FD8CE53B855FCCE21C8112256FE668D5C05DD9B6B900';

  test('with three keys gives the standard example', () => {
    expect(toHex(tdesEncrypt(key, plain))).toBe(enciphered);
    expect(tdesDecrypt(key, fromHex(enciphered))).toEqual(plain);
  });

  test('with equal halves is DES', () => {
    const half = fromHex('133457799BBCDFF1');
    const both = fromHex('133457799BBCDFF1133457799BBCDFF1');
    expect(tdesEncrypt(both, plain)).toEqual(desEncrypt(half, plain));
  });

  test('in CBC chains each block into the next', () => {
    const chained = tdesCbcEncrypt(key, new Uint8Array(16));
    expect(chained.slice(8)).toEqual(tdesEncrypt(key, chained.slice(0, 8)));
    expect(tdesCbcDecrypt(key, chained)).toEqual(new Uint8Array(16));
    const iv = fromHex('0102030405060708');
    expect(tdesCbcEncrypt(key, new Uint8Array(8), iv)).toEqual(tdesEncrypt(key, iv));
  });

  test('uses the key as it is now, not as it was in an earlier call', () => {
    const changing = key.slice();
    tdesEncrypt(changing, plain);
    changing[1] = 0x55;
    expect(tdesEncrypt(changing, plain)).toEqual(tdesEncrypt(changing.slice(), plain));
    expect(toHex(tdesEncrypt(changing, plain))).not.toBe(enciphered);
  });

  test.each([
    [new Uint8Array(8), 'a TDES key is 16 or 24 bytes, found 8'],
    [new Uint8Array(17), 'a TDES key is 16 or 24 bytes, found 17'],
  ])('refuses a key of another length', (wrong, message) => {
    expect(() => tdesEncrypt(wrong, plain)).toThrow(message);
  });

  test('refuses a half block', () => {
    expect(() => tdesEncrypt(key, plain.slice(0, 12))).toThrow(
      'whole blocks of 8 bytes needed, found 12 bytes',
    );
  });
});

test('odd parity changes nothing but the lowest bit and makes every byte odd', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (key) => {
      for (const [index, byte] of withOddParity(key).entries()) {
        expect(byte >> 1).toBe(key[index]! >> 1);
        expect(byte.toString(2).replaceAll('0', '').length % 2).toBe(1);
      }
    }),
  );
});
