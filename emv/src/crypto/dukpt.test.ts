import { fromHex, fromLatin1, toHex, xorBytes } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { panFrom } from '../testing/sample.ts';
import { tdesEncrypt } from './des.ts';
import {
  type DukptDevice,
  dukptAdvance,
  dukptDataKeys,
  dukptInitialKey,
  dukptKeys,
  dukptLoad,
  dukptMacRequestKey,
  dukptMacResponseKey,
  dukptNextKsn,
  dukptPinKey,
  dukptTransactionKey,
} from './dukpt.ts';
import { retailMac } from './mac.ts';
import { encodePinBlock0 } from './pin-block.ts';

// ANSI X9.24-1:2009, A.4: base derivation key, serial number, PIN 1234 and the MAC input of its examples.
const BDK = fromHex('0123456789ABCDEFFEDCBA9876543210');
const SERIAL = fromHex('FFFF9876543210E00000');
const INITIAL_KEY = fromHex('6AC292FAA1315B4D858AB3A3D7D5933A');

describe('ANSI X9.24-1:2009, A.4', () => {
  test('initial key', () => {
    expect(dukptInitialKey(BDK, SERIAL)).toEqual(INITIAL_KEY);
    expect(dukptInitialKey(BDK, fromHex('FFFF9876543210E00123'))).toEqual(INITIAL_KEY);
  });

  test('first transaction: PIN block and both MACs', () => {
    const ksn = fromHex('FFFF9876543210E00001');
    const pan = panFrom('401234567890');
    const message = fromLatin1(`${pan}D987`);
    const mac = (key: Uint8Array): string =>
      toHex(retailMac(key, message, { padding: 'method-1' }).slice(0, 4));
    expect(toHex(tdesEncrypt(dukptPinKey(INITIAL_KEY, ksn), encodePinBlock0('1234', pan)))).toBe(
      '1B9C1845EB993A7A',
    );
    expect(mac(dukptMacRequestKey(INITIAL_KEY, ksn))).toBe('9CCC7817');
    expect(mac(dukptMacResponseKey(INITIAL_KEY, ksn))).toBe('20364223');
  });

  test('the three keys of one derivation are the three keys', () => {
    const ksn = fromHex('FFFF9876543210E0000A');
    expect(dukptKeys(INITIAL_KEY, ksn)).toEqual({
      pin: dukptPinKey(INITIAL_KEY, ksn),
      macRequest: dukptMacRequestKey(INITIAL_KEY, ksn),
      macResponse: dukptMacResponseKey(INITIAL_KEY, ksn),
    });
  });
});

test('data keys are variants enciphered under themselves, one for each way', () => {
  const ksn = fromHex('FFFF9876543210E00001');
  const key = dukptTransactionKey(INITIAL_KEY, ksn);
  const obviously = (variant: string): string => {
    const masked = xorBytes(key, fromHex(variant));
    return toHex(tdesEncrypt(masked, masked.slice(0, 8))) + toHex(tdesEncrypt(masked, masked.slice(8)));
  };
  const { request, response } = dukptDataKeys(INITIAL_KEY, ksn);
  expect(toHex(request)).toBe(obviously('0000000000FF00000000000000FF0000'));
  expect(toHex(response)).toBe(obviously('000000FF00000000000000FF00000000'));
});

describe('counter', () => {
  test.each([
    ['first', 'FFFF9876543210E00000', 'FFFF9876543210E00001'],
    ['plain', 'FFFF9876543210E00001', 'FFFF9876543210E00002'],
    ['nine ones to ten', 'FFFF9876543210E001FF', 'FFFF9876543210E00200'],
    ['ten ones: the lowest bit is added', 'FFFF9876543210E003FF', 'FFFF9876543210E00400'],
    ['ten ones, higher', 'FFFF9876543210E007FE', 'FFFF9876543210E00800'],
    ['over bit 20', 'FFFF9876543210EFFC00', 'FFFF9876543210F00000'],
  ])('%s', (_, ksn, next) => {
    expect(toHex(dukptNextKsn(fromHex(ksn))!)).toBe(next);
  });

  test('ends at ten ones on the left', () => {
    expect(dukptNextKsn(fromHex('FFFF9876543210FFF800'))).toBeNull();
  });

  test('refuses a serial number of another length', () => {
    expect(() => dukptNextKsn(fromHex('FFFF9876543210E0'))).toThrow(
      'a key serial number is 10 bytes, found 8',
    );
  });
});

describe('device', () => {
  test('gives the keys a host derives, skipping counters of more than ten ones', () => {
    let device: DukptDevice = dukptLoad(INITIAL_KEY, SERIAL);
    let expectedKsn = dukptNextKsn(SERIAL)!;
    // 2 046 steps reach counter 07FE, the first that is followed by a skip.
    for (let count = 1; count <= 2_060; count++) {
      const taken = dukptAdvance(device)!;
      expect(taken.ksn).toEqual(expectedKsn);
      if (count % 97 === 0 || count > 2_040) expect(taken.keys).toEqual(dukptKeys(INITIAL_KEY, taken.ksn));
      device = taken.device;
      expectedKsn = dukptNextKsn(expectedKsn)!;
    }
    expect(toHex(expectedKsn.slice(8))).toBe('080E');
  });

  test('no longer holds the key it has given', () => {
    const taken = dukptAdvance(dukptLoad(INITIAL_KEY, SERIAL))!;
    expect(taken.device.futureKeys[0]).toBeNull();
    expect(taken.device.futureKeys.filter((key) => key !== null)).toHaveLength(20);
  });

  test('used up, gives nothing', () => {
    expect(dukptAdvance({ ksn: null, futureKeys: [] })).toBeNull();
  });
});
