import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { compileDialect } from './codec.ts';
import { CODE_PAGES } from './ebcdic.ts';

const HEAD = '0200' + '2000000000000000';

function codecOf(row: object, axes: object = {}) {
  return compileDialect(dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields: { 3: row }, ...axes }));
}

// IBM code pages 037 and 1047: what stands at the bytes where they differ.
test.each([
  ['037', '5F', '\u00ac'],
  ['037', 'BA', '['],
  ['037', 'BB', ']'],
  ['037', 'B0', '^'],
  ['1047', '5F', '^'],
  ['1047', 'AD', '['],
  ['1047', 'BD', ']'],
  ['1047', 'B0', '\u00ac'],
] as const)('code page %s writes %s for %j', (codePage, hex, character) => {
  const codec = codecOf({ enc: 'ebcdic', len: 'fixed', max: 1, content: 'any' }, { codePage });
  expect(codec.decode(fromHex(HEAD + hex)).fields[3]).toBe(character);
  expect(toHex(codec.encode({ mti: '0200', fields: { 3: character } }))).toBe(HEAD + hex);
});

test.each(['037', '1047'] as const)('code page %s has one character for each byte', (name) => {
  const { latin1OfByte, byteOfLatin1 } = CODE_PAGES[name];
  expect(Array.from(latin1OfByte, (code) => byteOfLatin1[code])).toEqual([...latin1OfByte.keys()]);
  expect(toHex(byteOfLatin1.subarray(0x30, 0x3a))).toBe('F0F1F2F3F4F5F6F7F8F9');
});

describe('a prefix that counts itself', () => {
  test.each([
    ['ascii', 'LL', 9, { enc: 'ascii' }, 'ABC', toHex(fromLatin1('05ABC'))],
    ['ascii', 'LLL', 9, { enc: 'ascii' }, '', toHex(fromLatin1('003'))],
    ['ascii', 'LLLL', 9, { enc: 'ascii' }, 'A', toHex(fromLatin1('0005A'))],
    ['ascii', 'LLLLLL', 9, { enc: 'ascii' }, 'A', toHex(fromLatin1('000007A'))],
    ['bcd', 'LL', 9, { enc: 'binary' }, 'AABB', '03AABB'],
    ['binary', 'LL', 9, { enc: 'binary' }, 'AABB', '03AABB'],
    ['ebcdic', 'LL', 9, { enc: 'ascii' }, 'A', 'F0F341'],
    ['bcd', 'LL', 9, { enc: 'bcd', lenUnit: 'bytes' }, '1234', '031234'],
  ])('%s %s, at most %i: %o', (lenEnc, len, max, axes, value, wire) => {
    const codec = codecOf({ len, max, lenEnc, lenInclusive: true, ...axes });
    expect(toHex(codec.encode({ mti: '0200', fields: { 3: value } }))).toBe(HEAD + wire);
    expect(codec.decode(fromHex(HEAD + wire)).fields[3]).toBe(value);
  });

  test('cannot say less than its own length', () => {
    const codec = codecOf({ enc: 'ascii', len: 'LL', max: 9, lenInclusive: true });
    expect(() => codec.decode(fromHex(`${HEAD}3031`))).toThrow(
      'bad-length at 3 (offset 10): expected a length that counts its own 2 bytes, found 1',
    );
  });

  test('has room for itself, or the dialect is wrong', () => {
    expect(() => codecOf({ enc: 'ascii', len: 'LL', max: 98, lenInclusive: true })).toThrow(
      'fields.3.max: a prefix of 2 bytes ascii counts to 99, not to 100',
    );
    expect(() => codecOf({ enc: 'ascii', len: 'fixed', max: 9, lenInclusive: true })).toThrow(
      'fields.3.lenInclusive: a fixed length has no prefix',
    );
  });
});

test.each([
  ['binary', 3, '0200' + '200001' + '41' + '42'],
  ['binary', 16, '0200' + '20000100000000000000000000000000' + '41' + '42'],
  ['hex', 3, `0200${toHex(fromLatin1('200001'))}4142`],
  ['ebcdic-hex', 3, '0200' + 'F2F0F0F0F0F1' + '41' + '42'],
])('a %s bitmap of always %i bytes', (bitmap, bitmapFixedBytes, wire) => {
  const row = { enc: 'ascii', len: 'fixed', max: 1 };
  const codec = codecOf(row, { bitmap, bitmapFixedBytes, fields: { 3: row, 24: row } });
  const message = { mti: '0200', fields: { 3: 'A', 24: 'B' } };
  expect(toHex(codec.encode(message))).toBe(wire);
  expect(codec.decode(fromHex(wire))).toEqual(message);
  for (let end = 0; end < wire.length / 2; end++) {
    expect(() => codec.decode(fromHex(wire.slice(0, end * 2)))).toThrow('truncated');
  }
});
