import { concatBytes, fromHex, fromLatin1, toHex, xorBytes } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { desDecrypt, desEncrypt, tdesDecrypt, tdesEncrypt } from './des.ts';
import { aesKeyCheckValue, keyCheckValue } from './key-check-value.ts';
import { aesCmac, cbcMac, type MacPadding, padBlocks, retailMac, tdesCmac } from './mac.ts';

// ISO/IEC 9797-1:2011, annex B: the two data strings and the key of its DES examples.
const KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const ALIGNED = fromLatin1('Now is the time for all ');
const UNALIGNED = fromLatin1('Now is the time for it');

describe('ISO/IEC 9797-1', () => {
  test.each([
    [ALIGNED, 'method-1', 'A1C72E74EA3FA9B6'],
    [ALIGNED, 'method-2', 'E9086230CA3BE796'],
    [UNALIGNED, 'method-1', '2E2B1428CC78254F'],
    [UNALIGNED, 'method-2', '5A692CE64F404145'],
  ] as const)('algorithm 3, annex B.4, example %#', (data, padding, mac) => {
    expect(toHex(retailMac(KEY, data, { padding }))).toBe(mac);
  });

  test('algorithm 1 with equal halves is DES CBC, annex B.2', () => {
    const des = fromHex('0123456789ABCDEF0123456789ABCDEF');
    expect(toHex(cbcMac(des, ALIGNED, { padding: 'method-1' }))).toBe('70A30640CC76DD8B');
    expect(toHex(cbcMac(des.slice(0, 8), ALIGNED, { padding: 'method-1' }))).toBe('70A30640CC76DD8B');
  });

  test.each([
    ['', 'method-1', '0000000000000000'],
    ['', 'method-2', '8000000000000000'],
    ['11', 'method-1', '1100000000000000'],
    ['A1B2C3D4E5F6A7B8', 'method-1', 'A1B2C3D4E5F6A7B8'],
    ['A1B2C3D4E5F6A7B8', 'method-2', 'A1B2C3D4E5F6A7B88000000000000000'],
    ['11223344556677', 'method-2', '1122334455667780'],
    ['', 'method-3', '00000000000000000000000000000000'],
    ['112233', 'method-3', '00000000000000181122330000000000'],
    ['A1B2C3D4E5F6A7B8', 'method-3', '0000000000000040A1B2C3D4E5F6A7B8'],
  ] as const)('pads "%s" by %s to %s', (data, padding, padded) => {
    expect(toHex(padBlocks(fromHex(data), padding))).toBe(padded);
  });
});

/** Algorithm 3 written as the standard tells it: chain all blocks, then one decryption and one encryption. */
function obviousRetailMac(key: Uint8Array, data: Uint8Array, padding: MacPadding): Uint8Array {
  const left = key.slice(0, 8);
  const right = key.slice(8);
  const blocks = padBlocks(data, padding);
  let chain: Uint8Array = new Uint8Array(8);
  for (let at = 0; at < blocks.length; at += 8) {
    chain = desEncrypt(left, xorBytes(chain, blocks.slice(at, at + 8)));
  }
  return desEncrypt(left, desDecrypt(right, chain));
}

test('the retail MAC is the one the standard describes, for any key and data', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ maxLength: 70 }),
      fc.constantFrom<MacPadding>('method-1', 'method-2', 'method-3'),
      (key, data, padding) => {
        expect(retailMac(key, data, { padding })).toEqual(obviousRetailMac(key, data, padding));
      },
    ),
    { numRuns: 50 },
  );
});

test('a key check value is the left of zeros under the key', () => {
  // NIST SP 800-17, table A.2, extended: zeros under a DES key whose parity bits alone are set.
  expect(toHex(keyCheckValue(fromHex('0101010101010101')))).toBe('8CA64D');
  expect(toHex(keyCheckValue(concatBytes(KEY), 2))).toBe('08D7');
  expect(() => keyCheckValue(KEY, 4)).toThrow('a key check value is 1 to 3 bytes, asked for 4');
});

test('algorithm 3 with halves of TDES: all blocks under the left, the last also through both', () => {
  const [left, right] = [KEY, fromHex('89ABCDEF0123456776543210FEDCBA98')];
  let chain: Uint8Array = new Uint8Array(8);
  for (let at = 0; at < UNALIGNED.length; at += 8) {
    const block = new Uint8Array(8);
    block.set(UNALIGNED.subarray(at, at + 8));
    chain = tdesEncrypt(left, xorBytes(chain, block));
  }
  const expected = tdesEncrypt(left, tdesDecrypt(right, chain));
  expect(retailMac(concatBytes(left, right), UNALIGNED, { padding: 'method-1' })).toEqual(expected);
  expect(() => retailMac(new Uint8Array(24), UNALIGNED, { padding: 'method-1' })).toThrow(
    'a retail MAC key is 16 or 32 bytes, found 24',
  );
});

describe('CMAC, NIST SP 800-38B appendix D', () => {
  const message = fromHex('6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411');
  const aes128 = '2B7E151628AED2A6ABF7158809CF4F3C';
  const aes192 = '8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B';
  const aes256 = '603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4';

  test.each([
    ['D.1 example 1', aes128, 0, 'BB1D6929E95937287FA37D129B756746'],
    ['D.1 example 2', aes128, 16, '070A16B46B4D4144F79BDD9DD04A287C'],
    ['D.1 example 3', aes128, 40, 'DFA66747DE9AE63030CA32611497C827'],
    ['D.2 example 5', aes192, 0, 'D17DDF46ADAACDE531CAC483DE7A9367'],
    ['D.2 example 6', aes192, 16, '9E99A7BF31E710900662F65E617C5184'],
    ['D.3 example 9', aes256, 0, '028962F61B7BF89EFC6B551F4667D983'],
    ['D.3 example 10', aes256, 16, '28A7023F452E8F82BD4BF28D8C37C35C'],
  ])('%s', (_, key, bytes, mac) => {
    expect(toHex(aesCmac(fromHex(key), message.slice(0, bytes)))).toBe(mac);
  });

  test.each([
    ['D.4 example 13', 0, 'B7A688E122FFAF95'],
    ['D.4 example 14', 8, '8E8F293136283797'],
    ['D.4 example 15', 20, '743DDBE0CE2DC2ED'],
  ])('%s', (_, bytes, mac) => {
    const key = fromHex('8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5');
    expect(toHex(tdesCmac(key, message.slice(0, bytes)))).toBe(mac);
  });
});

test('a key check value of AES is the left of the CMAC of zeros', () => {
  const key = fromHex('2B7E151628AED2A6ABF7158809CF4F3C');
  expect(aesKeyCheckValue(key, 5)).toEqual(aesCmac(key, new Uint8Array(16)).slice(0, 5));
  expect(aesKeyCheckValue(key)).toHaveLength(3);
  expect(() => aesKeyCheckValue(key, 6)).toThrow('an AES key check value is 1 to 5 bytes, asked for 6');
});
