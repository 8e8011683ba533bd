import { ProtocolError } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { parseTrack2 } from './track2.ts';

const PAN = '4000000000000000';

test.each([
  [`${PAN}=2812201000123`, { expiry: '2812', serviceCode: '201', discretionaryData: '000123' }],
  [`${PAN}D2812201`, { expiry: '2812', serviceCode: '201', discretionaryData: '' }],
  [`${PAN}==201`, { expiry: '', serviceCode: '201', discretionaryData: '' }],
  [`${PAN}=2812=9`, { expiry: '2812', serviceCode: '', discretionaryData: '9' }],
])('reads a track', (value, rest) => {
  expect(parseTrack2(value)).toEqual({ pan: PAN, ...rest });
});

test.each(['', PAN, `${PAN}=28`, `=2812201`, `${PAN}=2812201x`, `;${PAN}=2812201?`])(
  'refuses %j without showing it',
  (value) => {
    let failure: unknown;
    try {
      parseTrack2(value);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(String(failure)).toBe(
      'ProtocolError: bad-value at 35 (offset 0): expected card number, separator, expiry, service code, found something else',
    );
  },
);
