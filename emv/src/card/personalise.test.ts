import { findTlvDeep, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { sampleCardData } from '../testing/sample.ts';
import { PersonalisationError, personalise } from './personalise.ts';

describe('personalisation', () => {
  test.each([
    [{ expiry: '3013' }, 'expiry is YYMM'],
    [{ effective: '25' }, 'effective is YYMM'],
    [{ psn: '1' }, 'psn is two digits'],
    [{ serviceCode: '20' }, 'serviceCode is three digits'],
    [{ language: 'KK' }, 'language is one to four codes of two letters'],
    [{ cardholderName: 'Ә' }, 'cardholderName is 2 to 26 Latin characters'],
    [{ label: '' }, 'label is 1 to 16 Latin characters'],
    [{ udk: new Uint8Array(8) }, 'udk is 16 bytes'],
    [{ keyIndex: 256 }, 'keyIndex is 0 to 255'],
    [
      { track2Discretionary: '12345678901234' },
      'track 2 is at most 37 characters (ISO/IEC 7813): shorten track2Discretionary',
    ],
    [
      { cvmList: 'pin' },
      'cvmList is online-pin, online-pin-or-signature, offline-pin, enciphered-offline-pin, signature, no-cvm or tag 8E in hexadecimal',
    ],
    [
      { cvmList: '0000000000000000' },
      'cvmList is online-pin, online-pin-or-signature, offline-pin, enciphered-offline-pin, signature, no-cvm or tag 8E in hexadecimal',
    ],
    [{ offlineLimits: { lower: 5, upper: 4 } }, 'offlineLimits are 0 to 255, lower first'],
    [{ cryptogramVersion: 'cvn20' as const }, 'cryptogramVersion cvn20 is not one of visa'],
  ])('refuses %o', (changes, message) => {
    expect(() => personalise(sampleCardData(changes))).toThrow(new PersonalisationError(message));
  });

  test.each([
    ['2402', '240229'],
    ['2502', '250228'],
    ['3012', '301231'],
  ])('expiry %s ends on %s', (expiry, tag5F24) => {
    const profile = personalise(sampleCardData({ expiry, effective: '2001' }));
    expect(toHex(findTlvDeep(profile.applicationRecords.get('2.1')!, '5F24')!)).toBe(tag5F24);
  });

  test('no record is longer than one response holds', () => {
    const longest = sampleCardData({
      cardholderName: 'A'.repeat(26),
      cvmList: `0000000000000000${'4203'.repeat(20)}`,
      offlineLimits: { lower: 1, upper: 2 },
    });
    for (const record of personalise(longest).applicationRecords.values()) {
      expect(record.length).toBeLessThanOrEqual(256);
    }
  });
});
