import { expect, test } from 'vitest';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { kassaAscii, kassaBcd } from '../dialect/dialects.ts';
import { maskFields } from './mask-fields.ts';

const FIELDS = {
  2: '4000000000000000',
  4: '000000150000',
  14: '2812',
  35: '4000000000000000=28122011',
  36: '994000000000000000==1',
  41: 'TERM0001',
  45: 'B4000000000000000^A/B^2812',
  48: '0101D9902ab',
  52: '0123456789ABCDEF',
  53: '2600000000000001',
  55: '5A0840000000000000009F02060000000150005F201A414243570340000D9F26081122334455667788',
  60: 'whatever',
  62: 'FFFF9876543210E00001',
  64: 'A1B2C3D4E5F60718',
  102: 'KZ86125KZT5004100100',
};

test.each([kassaAscii, kassaBcd])('$name', (dialect) => {
  expect(
    maskFields(dialect, { mti: '0200', fields: { ...FIELDS, 55: '5A0840000000000000009F0206000000015000' } }),
  ).toEqual({
    2: '400000******0000',
    4: '000000150000',
    14: '***',
    35: '***',
    36: '***',
    41: 'TERM0001',
    45: '***',
    48: '01=D 99=[2 characters]',
    52: '***',
    53: '***',
    55: '5A=[8 bytes] 9F02=000000015000',
    60: '[8 characters]',
    62: '***',
    64: '***',
    102: '***',
  });
});

test.each([
  ['57134000000000000000D28122010000000000000F', '57=[19 bytes]'],
  ['5A084000000000000000', '5A=[8 bytes]'],
  ['5F2003414243', '5F20=[3 bytes]'],
  ['5F2403281231', '5F24=[3 bytes]'],
  ['9F6B0440000000', '9F6B=[4 bytes]'],
  ['99080123456789ABCDEF', '99=[8 bytes]'],
  ['DF810902ABCD', 'DF8109=[2 bytes]'],
  ['C10140', 'C1=[1 byte]'],
  ['8A0230309F360200019F36020002', '8A=3030 9F36=0001 9F36=0002'],
  // A template shows its elements, each under its own mask.
  ['710B9F1804000000018A023030', '71.9F18=[4 bytes] 71.8A=3030'],
  // A tag that says it is a template and is none.
  ['710A9F1804000000018A0230', '71=[10 bytes]'],
  ['7102FFFF', '71=[2 bytes]'],
  // A length past the end: nothing is shown.
  ['8A03309F', '***'],
  ['8A0230300', '***'],
  ['', ''],
])('DE 55 %s shows %s', (icc, shown) => {
  expect(maskFields(kassaBcd, { mti: '0200', fields: { 55: icc } })).toEqual({ 55: shown });
});

test('DE 48 that is no tag-length-value shows nothing', () => {
  expect(maskFields(kassaBcd, { mti: '0200', fields: { 48: '0199D' } })).toEqual({ 48: '***' });
});

test('a card number too short or not a number shows nothing', () => {
  expect(maskFields(kassaBcd, { mti: '0200', fields: { 2: '400000000000' } })).toEqual({ 2: '***' });
  expect(maskFields(kassaBcd, { mti: '0200', fields: { 2: '4000000000000000D' } })).toEqual({ 2: '***' });
});

test('an element without a row or without a mask shows its length', () => {
  const dialect = dialectFromSpec({
    mti: 'bcd',
    bitmap: 'binary',
    tertiary: true,
    fields: { 130: { enc: 'binary', len: 'LL', max: 9 } },
  });
  expect(maskFields(dialect, { mti: '0200', fields: { 3: '000000', 130: 'ABCD', 190: 'x' } })).toEqual({
    3: '[6 characters]',
    130: '[2 bytes]',
    190: '[1 character]',
  });
});

test('control characters of an open field are shown as dots', () => {
  const dialect = dialectFromSpec({
    mti: 'bcd',
    bitmap: 'binary',
    fields: { 43: { enc: 'ascii', len: 'LL', max: 40, content: 'any' } },
  });
  expect(maskFields(dialect, { mti: '0200', fields: { 43: 'a\u001b[2J\u009bz' } })).toEqual({
    43: 'a.[2J.z',
  });
});
