import { createHash } from 'node:crypto';
import { fromHex, toHex, xorBytes } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { arpcMethod1, arpcMethod2, generateArqc } from './application-cryptogram.ts';
import {
  deriveSessionKey,
  deriveUdk,
  sessionKeyCommon,
  sessionKeySkd,
  sessionKeyVisaSecureMessaging,
} from './card-keys.ts';
import { tdesEncrypt, withOddParity } from './des.ts';
import { EMV2000_KEY_TREE, type KeyTree, sessionKeyEmv2000 } from './emv2000-session-key.ts';
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

describe('other session keys', () => {
  const udk = deriveUdk(IMK, '4000001234567890', '01');

  test('Mastercard SKD takes the unpredictable number into R', () => {
    const expected = withOddParity(tdesEncrypt(udk, fromHex('1234F000ABCDEF9912340F00ABCDEF99')));
    expect(sessionKeySkd(udk, fromHex('1234'), fromHex('ABCDEF99'))).toEqual(expected);
    expect(() => sessionKeySkd(udk, fromHex('1234'), fromHex('AB'))).toThrow(
      'an unpredictable number is 4 bytes, found 1',
    );
  });

  test('Visa secure messaging puts the counter on the left half and its complement on the right', () => {
    const mask = fromHex('0000000000001234000000000000EDCB');
    expect(sessionKeyVisaSecureMessaging(udk, fromHex('1234'))).toEqual(withOddParity(xorBytes(udk, mask)));
  });
});

describe('EMV2000 key tree, EMV2000 Book 2 annex A1.3', () => {
  const udk = fromHex('A1B2C3D4E5F60718293A4B5C6D7E8F90');

  /** The annex word for word: keys by level and position, from the root down. */
  function obviously(atc: number, { branch, height, iv }: KeyTree): Uint8Array {
    const phi = (x: Uint8Array, y: Uint8Array, j: number): Uint8Array => {
      const number = (half: Uint8Array, mask: bigint): Uint8Array =>
        fromHex((BigInt(`0x${toHex(half)}`) ^ mask).toString(16).padStart(16, '0'));
      const left = tdesEncrypt(x, number(y.slice(0, 8), BigInt(j % branch)));
      const right = tdesEncrypt(x, number(y.slice(8), BigInt(j % branch) ^ 0xf0n));
      return fromHex(toHex(left) + toHex(right));
    };
    const key = (level: number, position: number): Uint8Array => {
      if (level < 0) return iv;
      if (level === 0) return udk;
      const parent = Math.floor(position / branch);
      return phi(key(level - 1, parent), key(level - 2, Math.floor(parent / branch)), position);
    };
    const grandparent = key(height - 2, Math.floor(atc / branch / branch));
    return withOddParity(xorBytes(key(height, atc), grandparent));
  }

  const SHAPES: readonly KeyTree[] = [
    EMV2000_KEY_TREE,
    { branch: 2, height: 16, iv: new Uint8Array(16).fill(0xf0) },
  ];
  test.each(SHAPES.flatMap((tree) => [0, 1, 0xff, 0x1234, 0xffff].map((atc) => [tree, atc] as const)))(
    'shape %#',
    (tree, atc) => {
      expect(sessionKeyEmv2000(udk, Uint8Array.of(atc >> 8, atc & 255), tree)).toEqual(obviously(atc, tree));
    },
  );

  test('a tree too small for the counter is refused', () => {
    expect(() => sessionKeyEmv2000(udk, fromHex('0001'), { ...EMV2000_KEY_TREE, height: 7 })).toThrow(
      'a key tree has a leaf for every transaction counter',
    );
  });
});
