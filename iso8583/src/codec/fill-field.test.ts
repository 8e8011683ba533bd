import { expect, test } from 'vitest';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { kassaBcd } from '../dialect/dialects.ts';
import { fillField } from './fill-field.ts';

test.each([
  [11, '42', '000042'],
  [4, '150000', '000000150000'],
  [41, 'TERM1', 'TERM1   '],
  [42, 'MERCHANT0000001', 'MERCHANT0000001'],
  [32, '398001', '398001'],
  [52, '0123456789ABCDEF', '0123456789ABCDEF'],
])('element %i: "%s" becomes "%s"', (number, value, filled) => {
  expect(fillField(kassaBcd, number, value)).toBe(filled);
});

test('text is filled on the left where the row says so', () => {
  const row = { enc: 'ascii', len: 'fixed', max: 5, pad: 'left' };
  expect(fillField(dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields: { 41: row } }), 41, 'abc')).toBe(
    '  abc',
  );
});

test('refuses what does not fit', () => {
  expect(() => fillField(kassaBcd, 11, '1234567')).toThrow(
    'bad-length at 11 (offset 0): expected at most 6 characters, found 7 characters',
  );
  expect(() => fillField(kassaBcd, 65, '1')).toThrow('unknown-field at 65');
});
