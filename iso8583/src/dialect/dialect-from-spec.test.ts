import { describe, expect, test } from 'vitest';
import { compileDialect } from '../codec/codec.ts';
import type { Dialect } from './dialect.ts';
import { DialectError } from './dialect-error.ts';
import { dialectFromSpec, framingFromSpec } from './dialect-from-spec.ts';
import { dialects, kassaBcd } from './dialects.ts';

const ROW = { enc: 'ascii', len: 'LL', max: 19 };
const SPEC = { mti: 'ascii', bitmap: 'hex', fields: { 2: ROW } };

test('takes what a row leaves out from the standard', () => {
  const spec = {
    ...SPEC,
    fields: {
      2: ROW,
      35: { enc: 'track2bcd', len: 'LL', max: 37 },
      55: { enc: 'binary', len: 'LLL', max: 255 },
      63: { enc: 'ascii', len: 'LLL', max: 999 },
      130: { enc: 'bcd', len: 'fixed', max: 4 },
    },
    tertiary: true,
  };
  expect(dialectFromSpec(spec)).toEqual({
    name: 'unnamed',
    mti: 'ascii',
    bitmap: 'hex',
    tertiary: true,
    framing: 'post',
    fields: {
      2: { name: 'Primary account number', content: 'ans', ...ROW, mask: 'pan' },
      35: { name: 'Track 2 data', content: 'z', enc: 'track2bcd', len: 'LL', max: 37, mask: 'hidden' },
      55: {
        name: 'ICC system related data',
        content: 'b',
        enc: 'binary',
        len: 'LLL',
        max: 255,
        mask: 'tags',
        inner: 'ber-tlv',
      },
      63: {
        name: 'Reserved for private use',
        content: 'ans',
        enc: 'ascii',
        len: 'LLL',
        max: 999,
        mask: 'length',
      },
      130: { name: 'Data element 130', content: 'n', enc: 'bcd', len: 'fixed', max: 4, mask: 'length' },
    },
  });
});

test.each(Object.values(dialects))('gives $name back from its own JSON', (dialect) => {
  expect(dialectFromSpec(JSON.parse(JSON.stringify(dialect)))).toEqual(dialect);
});

test.each([
  [{ framing: 'nac' }, 'nac'],
  [
    { framing: 'nac', tpdu: '6000010002' },
    { kind: 'nac', tpdu: '6000010002' },
  ],
  [
    { framing: 'vap', header: '0600000000FF' },
    { kind: 'vap', header: '0600000000FF' },
  ],
  [{}, 'post'],
])('framing %j', (spec, framing) => {
  expect(framingFromSpec(spec)).toEqual(framing);
});

describe('names the key at fault', () => {
  const withRow = (row: Record<string, unknown>): unknown => ({ ...SPEC, fields: { 2: { ...ROW, ...row } } });

  test.each<[unknown, string]>([
    [null, 'dialect: expected an object'],
    [[], 'dialect: expected an object'],
    [{}, 'mti: missing: expected ascii, bcd, ebcdic'],
    [{ ...SPEC, mti: 'utf8' }, 'mti: expected ascii, bcd, ebcdic, found "utf8"'],
    [{ ...SPEC, mti: 1 }, 'mti: expected a string, found a number'],
    [{ ...SPEC, bitmap: undefined }, 'bitmap: missing: expected hex, binary, ebcdic-hex'],
    [{ ...SPEC, bitmapFixedBytes: 25 }, 'bitmapFixedBytes: expected a whole number from 1 to 24, found 25'],
    [
      { ...SPEC, bitmapFixedBytes: 24, tertiary: true },
      'tertiary: a bitmap of fixed size announces no third bitmap: use bitmapFixedBytes 24',
    ],
    [
      { ...SPEC, framing: 'tcp' },
      'framing: expected post, raw, nac, ncc, bcd, ascii, hex, base24tcp, cs, vap, found "tcp"',
    ],
    [{ ...SPEC, tpdu: '60' }, 'framing.tpdu: post has no TPDU: use nac or ncc'],
    [{ ...SPEC, feilds: {} }, 'feilds: unknown key'],
    [{ ...SPEC, fields: [] }, 'fields: expected an object'],
    [{ ...SPEC, fields: { one: ROW } }, 'fields.one: expected a data element number'],
    [{ ...SPEC, fields: { 1: ROW } }, 'fields.1: expected a data element number from 2 to 128'],
    [{ ...SPEC, fields: { 129: ROW } }, 'fields.129: expected a data element number from 2 to 128'],
    [
      { ...SPEC, bitmapFixedBytes: 8, fields: { 65: ROW } },
      'fields.65: expected a data element number from 2 to 64',
    ],
    [
      { ...SPEC, tertiary: true, fields: { 65: ROW } },
      'fields.65: bit 65 announces the third bitmap of this dialect',
    ],
    [{ ...SPEC, fields: { 2: 'ascii' } }, 'fields.2: expected an object'],
    [
      withRow({ enc: undefined }),
      'fields.2.enc: missing: expected ascii, ebcdic, bcd, track2bcd, binary, hexascii',
    ],
    [
      withRow({ len: 'LLVAR' }),
      'fields.2.len: expected fixed, L, LL, LLL, LLLL, LLLLL, LLLLLL, found "LLVAR"',
    ],
    [withRow({ max: '19' }), 'fields.2.max: expected a number, found a string'],
    [withRow({ max: 0 }), 'fields.2.max: expected a whole number from 1 to 1048576, found 0'],
    [withRow({ max: 100 }), 'fields.2.max: a prefix of 2 bytes ascii counts to 99, not to 100'],
    [
      withRow({ max: 300, lenEnc: 'binary' }),
      'fields.2.max: a prefix of 1 bytes binary counts to 255, not to 300',
    ],
    [withRow({ lenBytes: 7 }), 'fields.2.lenBytes: expected 1 to 6, found 7'],
    [withRow({ len: 'fixed', lenBytes: 2 }), 'fields.2.lenBytes: a fixed length has no prefix'],
    [
      withRow({ content: 'b' }),
      'fields.2.content: ascii writes n, a, an, anp, as, ns, ans, xn, z, any, not b',
    ],
    [withRow({ content: 'xn' }), 'fields.2.len: a signed amount has a fixed length'],
    [withRow({ filler: 'F' }), 'fields.2.filler: only packed digits have a filler nibble, not ascii'],
    [withRow({ inner: 'ber-tlv' }), 'fields.2.inner: BER-TLV needs content b'],
    [withRow({ enc: 'binary', inner: 'tag-length-value' }), 'fields.2.inner: tag-length-value needs text'],
    [withRow({ lenght: 2 }), 'fields.2.lenght: unknown key'],
    [withRow({ subfields: { '01': { nam: 'x' } } }), 'fields.2.subfields.01.nam: unknown key'],
  ])('%j', (spec, problem) => {
    let failure: unknown;
    try {
      dialectFromSpec(spec);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(DialectError);
    expect(String(failure)).toBe(`DialectError: ${problem}`);
    expect(failure).toHaveProperty('key', problem.slice(0, problem.indexOf(':')));
  });
});

test('a table written in TypeScript is checked as well', () => {
  const dialect: Dialect = { ...kassaBcd, fields: { 3: { ...kassaBcd.fields[3]!, max: -1 } } };
  expect(() => compileDialect(dialect)).toThrow(
    'fields.3.max: expected a whole number from 1 to 1048576, found -1',
  );
});
