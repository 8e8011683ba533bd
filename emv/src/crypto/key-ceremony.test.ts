import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { combineKeyComponents, proveKey } from './key-ceremony.ts';
import { aesKeyCheckValue, keyCheckValue } from './key-check-value.ts';

const ODD = fromHex('0123456789ABCDEFFEDCBA9876543210');
const OTHER_ODD = fromHex('89ABCDEF0123456776543210FEDCBA98');

describe('key ceremony', () => {
  test('two components exclusive-or to the key, each with its check value and parity', () => {
    const { key, parity, components, ...proof } = combineKeyComponents('tdes', [ODD, OTHER_ODD]);
    expect(toHex(key)).toBe('88888888888888888888888888888888');
    expect(parity).toBe('even');
    expect(proof.keyCheckValue).toEqual(keyCheckValue(key));
    expect(components).toEqual([proveKey('tdes', ODD), proveKey('tdes', OTHER_ODD)]);
    expect(components.map((component) => component.parity)).toEqual(['odd', 'odd']);
  });

  test('three odd components make an odd key', () => {
    expect(combineKeyComponents('tdes', [ODD, OTHER_ODD, ODD])).toMatchObject({
      key: OTHER_ODD,
      parity: 'odd',
    });
  });

  test('AES has no parity and a check value of its own', () => {
    const key = fromHex('01'.repeat(32));
    expect(proveKey('aes', key)).toEqual({ keyCheckValue: aesKeyCheckValue(key), parity: null });
  });

  test('mixed parity is told', () => {
    expect(proveKey('tdes', fromHex('0101010101010100')).parity).toBe('mixed');
  });

  test.each([
    [[ODD], 'a key is made of two components or more'],
    [[ODD, ODD.slice(0, 8)], 'components are equally long'],
  ])('refuses components %#', (components, message) => {
    expect(() => combineKeyComponents('tdes', components)).toThrow(message);
  });
});
