import { expect, test } from 'vitest';
import { buildOriginalDataElements, parseOriginalDataElements } from './original-data-elements.ts';

const ORIGINAL = {
  mti: '0200',
  stan: '000042',
  transmissionTime: '1123134530',
  acquirerId: '398001',
  forwarderId: '',
};
const TEXT = '020000004211231345300000039800100000000000';

test('builds 42 digits', () => {
  expect(buildOriginalDataElements(ORIGINAL)).toBe(TEXT);
});

test('parses them', () => {
  expect(parseOriginalDataElements(TEXT)).toEqual(ORIGINAL);
});

test.each([
  [{ mti: '200' }, 'bad-value at 90.mti (offset 0): expected 4 digits, found 3 characters'],
  [{ stan: '42' }, 'bad-value at 90.stan (offset 4): expected 6 digits, found 2 characters'],
  [
    { transmissionTime: '11-23 1345' },
    'bad-value at 90.transmissionTime (offset 10): expected 10 digits, found 10 characters',
  ],
  [
    { acquirerId: '123456789012' },
    'bad-value at 90.acquirerId (offset 20): expected 11 digits, found 12 characters',
  ],
  [{ forwarderId: 'X' }, 'bad-value at 90.forwarderId (offset 31): expected 11 digits, found 1 character'],
])('refuses %j', (part, problem) => {
  expect(() => buildOriginalDataElements({ ...ORIGINAL, ...part })).toThrow(problem);
});

test.each(['', TEXT.slice(1), `${TEXT}0`, `X${TEXT.slice(1)}`])('refuses to parse "%s"', (text) => {
  expect(() => parseOriginalDataElements(text)).toThrow(
    `bad-value at 90 (offset 0): expected 42 digits, found ${text.length} characters`,
  );
});
