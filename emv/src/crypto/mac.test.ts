import { concatBytes, fromHex, fromLatin1, toHex, xorBytes } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { desDecrypt, desEncrypt } from './des.ts';
import { keyCheckValue } from './key-check-value.ts';
import { cbcMac, type MacPadding, padBlocks, retailMac } from './mac.ts';

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
  });

  test.each([
    ['', 'method-1', '0000000000000000'],
    ['', 'method-2', '8000000000000000'],
    ['11', 'method-1', '1100000000000000'],
    ['A1B2C3D4E5F6A7B8', 'method-1', 'A1B2C3D4E5F6A7B8'],
    ['A1B2C3D4E5F6A7B8', 'method-2', 'A1B2C3D4E5F6A7B88000000000000000'],
    ['11223344556677', 'method-2', '1122334455667780'],
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
      fc.constantFrom<MacPadding>('method-1', 'method-2'),
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
