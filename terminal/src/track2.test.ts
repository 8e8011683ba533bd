import { describe, expect, test } from 'vitest';
import { panFrom, SAMPLE_PAN } from './testing/sample-pan.ts';
import { parseTrack2, stripeWantsPin } from './track2.ts';

const TEXT = `${SAMPLE_PAN}=3012206000001234`;
/** The check digit is one off: a digit was misread. */
const MISREAD = SAMPLE_PAN.slice(0, -1) + ((Number(SAMPLE_PAN.slice(-1)) + 1) % 10);

describe('track 2', () => {
  test.each([
    ['with sentinels', `;${TEXT}?`],
    ['with sentinels and check character', `;${TEXT}?5`],
    ['bare', TEXT],
  ])('%s', (_name, raw) => {
    expect(parseTrack2(raw)).toEqual({ pan: SAMPLE_PAN, expiry: '3012', serviceCode: '206', text: TEXT });
  });

  test('may end with the service code, and has a number of 12 to 19 digits', () => {
    for (const pan of [panFrom('43980198765'), panFrom('439801987654321234')])
      expect(parseTrack2(`;${pan}=3012201?`)).toEqual({
        pan,
        expiry: '3012',
        serviceCode: '201',
        text: `${pan}=3012201`,
      });
  });

  test.each([
    ['nothing', ''],
    ['no separator', `;${SAMPLE_PAN}3012206?`],
    ['the separator of tag 57', `;${SAMPLE_PAN}D3012206?`],
    ['a number too short', ';43980198765=3012206?'],
    ['a number too long', `;${SAMPLE_PAN}1234=3012206?`],
    ['a misread number', `;${MISREAD}=3012206?`],
    ['no service code', `;${SAMPLE_PAN}=30122?`],
    ['letters behind', `;${SAMPLE_PAN}=3012206ABC?`],
    ['a second line', `;${TEXT}\n?`],
    ['more than 37 characters', `;${TEXT}123456?`],
    ['a part of the track', `;${SAMPLE_PAN.slice(0, 9)}`],
  ])('is not %s', (_name, raw) => {
    expect(parseTrack2(raw)).toBeUndefined();
  });

  test('takes 37 characters and no more', () => {
    const longest = `${SAMPLE_PAN}=3012206`.padEnd(37, '1');
    expect(parseTrack2(longest)?.text).toBe(longest);
    expect(parseTrack2(`${longest}1`)).toBeUndefined();
  });
});

// ISO/IEC 7813, third digit: 0, 3 and 5 with a PIN, 6 and 7 where there is a PIN pad, 1, 2 and 4 without.
test.each([
  ['200', true],
  ['201', false],
  ['202', false],
  ['203', true],
  ['204', false],
  ['205', true],
  ['206', true],
  ['207', true],
  ['101', false],
])('service code %s wants a PIN: %s', (serviceCode, wanted) => {
  expect(stripeWantsPin(serviceCode)).toBe(wanted);
});
