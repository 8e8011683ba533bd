import { concatBytes, fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { aesEncrypt } from './aes.ts';
import {
  AES_DUKPT_KEY_TYPES,
  AES_DUKPT_WORKING_USAGES,
  aesDukptInitialKey,
  aesDukptNextKsn,
  aesDukptTransactionKey,
  aesDukptUpdateKey,
  aesDukptWorkingKey,
  mayDeriveAesDukpt,
} from './dukpt-aes.ts';

// ANSI X9.24-3:2017, supplement with test vectors: base derivation key and initial key id of its AES-128 examples.
const BDK = fromHex('FEDCBA9876543210F1F1F1F1F1F1F1F1');
const ID = fromHex('1234567890123456');
const INITIAL_KEY = fromHex('1273671EA26AC29AFA4D1084127652A1');
const FIRST = fromHex('123456789012345600000001');

describe('ANSI X9.24-3:2017', () => {
  test('initial key, first transaction and its PIN key', () => {
    expect(aesDukptInitialKey(BDK, ID)).toEqual(INITIAL_KEY);
    const key = aesDukptTransactionKey(INITIAL_KEY, FIRST);
    expect(toHex(key)).toBe('4F21B565BAD9835E112B6465635EAE44');
    expect(toHex(aesDukptWorkingKey(key, FIRST, 'pin-encryption', 'aes128'))).toBe(
      'AF8CB133A78F8DC2D1359F18527593FB',
    );
  });

  const LENGTHS = { 128: '0080', 192: '00C0', 256: '0100' } as const;
  const TYPES = [
    ['tdes2', '0000', 128],
    ['tdes3', '0001', 192],
    ['aes128', '0002', 128],
    ['aes192', '0003', 192],
    ['aes256', '0004', 256],
    ['hmac128', '0005', 128],
    ['hmac192', '0005', 192],
    ['hmac256', '0005', 256],
  ] as const;
  const USAGES = [
    ['key-encryption', '0002'],
    ['pin-encryption', '1000'],
    ['mac-generation', '2000'],
    ['mac-verification', '2001'],
    ['mac-both-ways', '2002'],
    ['data-encryption', '3000'],
    ['data-decryption', '3001'],
    ['data-both-ways', '3002'],
  ] as const;

  test.each(TYPES)('a key of type %s is made of its derivation data, for every usage', (type, id, bits) => {
    const key = aesDukptInitialKey(concatBytes(BDK, BDK), ID);
    const ksn = fromHex('12345678901234560000000A');
    for (const [usage, code] of USAGES) {
      const blocks = [1, 2].map((block) => `010${block}${code}${id}${LENGTHS[bits]}901234560000000A`);
      const whole = toHex(aesEncrypt(key, fromHex(blocks.join(''))));
      expect(toHex(aesDukptWorkingKey(key, ksn, usage, type))).toBe(whole.slice(0, bits / 4));
    }
  });

  test('those are all the types and usages', () => {
    expect(TYPES.map(([type]) => type)).toEqual(AES_DUKPT_KEY_TYPES);
    expect(USAGES.map(([usage]) => usage)).toEqual(AES_DUKPT_WORKING_USAGES);
  });

  test.each([
    ['aes192', 24],
    ['aes256', 32],
  ])('initial and transaction keys of %s are as long as the base key', (_, bytes) => {
    const initialKey = aesDukptInitialKey(concatBytes(BDK, BDK).slice(0, bytes), ID);
    expect(initialKey).toHaveLength(bytes);
    expect(aesDukptTransactionKey(initialKey, FIRST)).toHaveLength(bytes);
  });

  test('a key makes none stronger than itself', () => {
    expect(mayDeriveAesDukpt(BDK, 'tdes3')).toBe(true);
    expect(mayDeriveAesDukpt(BDK, 'aes192')).toBe(false);
    expect(() => aesDukptWorkingKey(INITIAL_KEY, FIRST, 'pin-encryption', 'aes256')).toThrow(
      'a DUKPT key makes none stronger than itself',
    );
  });

  test('the update key is the key encryption key of the counter of all ones', () => {
    const last = fromHex('1234567890123456FFFFFFFF');
    const key = aesDukptTransactionKey(INITIAL_KEY, last);
    expect(aesDukptUpdateKey(INITIAL_KEY, ID)).toEqual(
      aesDukptWorkingKey(key, last, 'key-encryption', 'aes128'),
    );
  });
});

describe('counter', () => {
  test.each([
    ['first', '00000000', '00000001'],
    ['plain', '00000001', '00000002'],
    ['sixteen ones: the lowest bit is added', '0000FFFF', '00010000'],
    ['fifteen ones', '00007FFF', '00008000'],
    ['sixteen ones, higher', '0001FFFE', '00020000'],
    ['high', '7FFF8000', '80000000'],
  ])('%s', (_, counter, next) => {
    const ksn = aesDukptNextKsn(fromHex(`1234567890123456${counter}`));
    expect(ksn && toHex(ksn)).toBe(`1234567890123456${next}`);
  });

  test('ends at sixteen ones on the left', () => {
    expect(aesDukptNextKsn(fromHex('1234567890123456FFFF0000'))).toBeNull();
  });

  test('refuses a serial number of TDES', () => {
    expect(() => aesDukptTransactionKey(INITIAL_KEY, new Uint8Array(10))).toThrow(
      'an AES key serial number is 12 bytes, found 10',
    );
  });
});
