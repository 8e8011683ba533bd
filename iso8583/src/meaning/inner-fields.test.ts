import { describe, expect, test } from 'vitest';
import type { FieldSpec } from '../dialect/dialect.ts';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { readInner, writeInner } from './inner-fields.ts';
import { maskFields } from './mask-fields.ts';

const keysAndValues = (spec: FieldSpec, value: string) =>
  readInner(spec, value, '48').map(({ key, value: inside }) => [key, inside]);

function row(spec: object): FieldSpec {
  const dialect = dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields: { 48: spec } });
  const [field] = Object.values(dialect.fields);
  return field!;
}

const TEXT = { enc: 'ascii', len: 'LLL', max: 999 };
const BYTES = { enc: 'binary', len: 'LLL', max: 999 };
/** Three parts as Visa's DE 62 has them, and a bitmap of three bytes as its DE 63 has. */
const BITMAPPED = {
  kind: 'bitmap',
  bitmap: 'binary',
  bitmapBytes: 3,
  fields: {
    1: { enc: 'bcd', len: 'fixed', max: 4 },
    2: { enc: 'ascii', len: 'LL', max: 20, lenEnc: 'bcd', mask: 'clear', name: 'Name' },
    24: { enc: 'binary', len: 'fixed', max: 2 },
  },
};

describe('a value and its elements, both ways', () => {
  test.each([
    [
      'two digits of tag and length, a tag twice',
      row({ ...TEXT, inner: 'tag-length-value' }),
      '0102AB0200' + '0101C',
      [
        ['01', 'AB'],
        ['02', ''],
        ['01', 'C'],
      ],
    ],
    [
      'three digits of each',
      row({ ...TEXT, inner: { kind: 'tag-length', tagSize: 3, lengthSize: 3 } }),
      '001003ABC' + '999000',
      [
        ['001', 'ABC'],
        ['999', ''],
      ],
    ],
    [
      'a byte of each',
      row({ ...BYTES, inner: { kind: 'tag-length', tagSize: 1, lengthSize: 1 } }),
      'DF02AABB' + '0100',
      [
        ['DF', 'AABB'],
        ['01', ''],
      ],
    ],
    [
      'positions, the last cut short',
      row({
        ...TEXT,
        inner: {
          kind: 'positional',
          parts: [
            { key: 'a', length: 2 },
            { key: 'b', length: 3 },
          ],
        },
      }),
      'AABB',
      [
        ['a', 'AA'],
        ['b', 'BB'],
      ],
    ],
    [
      'positions, more than they are',
      row({ ...TEXT, inner: { kind: 'positional', parts: [{ key: 'a', length: 2 }] } }),
      'AABB',
      [
        ['a', 'AA'],
        ['rest', 'BB'],
      ],
    ],
    [
      'positions, the last taking the rest',
      row({
        ...TEXT,
        inner: {
          kind: 'positional',
          parts: [
            { key: 'a', length: 2 },
            { key: 'b', length: 0 },
          ],
        },
      }),
      'AABBBBB',
      [
        ['a', 'AA'],
        ['b', 'BBBBB'],
      ],
    ],
    [
      'a bitmap of three bytes, bit 1 an element',
      row({ ...BYTES, inner: BITMAPPED }),
      'C00001' + '1234' + '024F4B' + 'BEEF',
      [
        ['1', '1234'],
        ['2', 'OK'],
        ['24', 'BEEF'],
      ],
    ],
    [
      'a bitmap in hexadecimal characters',
      row({ ...TEXT, inner: { ...BITMAPPED, bitmap: 'hex', bitmapBytes: 8, fields: { 2: TEXT } } }),
      '4000000000000000' + '002OK',
      [['2', 'OK']],
    ],
  ])('%s', (_, spec, value, expected) => {
    expect(keysAndValues(spec, value)).toEqual(expected);
    expect(writeInner(spec, readInner(spec, value, '48'), '48')).toBe(value);
    // Offsets and lengths tile the value.
    const unit = spec.content === 'b' ? 2 : 1;
    const located = readInner(spec, value, '48');
    const covered = located.reduce((sum, { length }) => sum + length, located[0]?.offset ?? 0);
    expect(covered * unit).toBe(value.length);
  });
});

describe('what is wrong is named by its place', () => {
  const tagged = row({ ...TEXT, inner: 'tag-length-value' });
  const bitmapped = row({ ...BYTES, inner: BITMAPPED });

  test.each([
    [tagged, '0', 'bad-tlv at 48 (offset 0): expected a tag of 2 digits, found something else'],
    [tagged, '010', 'bad-tlv at 48.01 (offset 2): expected a length of 2 digits, found something else'],
    [tagged, '0105AB', 'bad-tlv at 48.01 (offset 4): expected 5 characters, found 2 characters left'],
    [bitmapped, '8000', 'truncated at 48.1 (offset 0): expected 3 bytes, found 2 bytes left'],
    [bitmapped, '20000000', 'unknown-field at 48.3'],
    [bitmapped, '80000012', 'truncated at 48.1 (offset 3): expected 2 bytes, found 1 byte left'],
  ])('reading', (spec, value, problem) => {
    expect(() => readInner(spec, value, '48')).toThrow(problem);
  });

  test.each([
    [tagged, [{ key: '1', value: '' }], 'bad-tlv at 48 (offset 0): expected a tag of 2 digits'],
    [tagged, [{ key: '01', value: 'A'.repeat(100) }], 'bad-length at 48.01'],
    [bitmapped, [{ key: '3', value: '' }], 'unknown-field at 48.3'],
    [row(TEXT), [], 'bad-value at 48 (offset 0): expected a row with inner elements, found none'],
  ])('writing', (spec, elements, problem) => {
    expect(() => writeInner(spec, elements, '48')).toThrow(problem);
  });

  test.each([
    [{ kind: 'tag-length', tagSize: 0, lengthSize: 1 }, 'fields.48.inner.tagSize: expected a whole number'],
    [{ kind: 'tag-length', tagSize: 1 }, 'fields.48.inner.lengthSize: missing: expected a number'],
    [{ kind: 'morse' }, 'fields.48.inner.kind: expected tag-length, positional, bitmap, found "morse"'],
    [
      {
        kind: 'positional',
        parts: [
          { key: 'a', length: 0 },
          { key: 'b', length: 1 },
        ],
      },
      'fields.48.inner.parts.0.length: expected a length of 1 or more',
    ],
    [{ kind: 'positional', parts: [{ key: 'a' }] }, 'fields.48.inner.parts.0.length: missing'],
    [{ kind: 'positional', parts: 1 }, 'fields.48.inner.parts: expected a list'],
    [{ ...BITMAPPED, bitmapBytes: 99 }, 'fields.48.inner.bitmapBytes: expected a whole number from 1 to 24'],
    [
      { ...BITMAPPED, fields: { 25: TEXT } },
      'fields.48.inner.fields.25: expected a data element number from 1 to 24',
    ],
    [{ ...BITMAPPED, fields: { 2: { ...TEXT, lenn: 1 } } }, 'fields.48.inner.fields.2.lenn: unknown key'],
  ])('in a dialect: %j', (inner, problem) => {
    expect(() => row({ ...BYTES, inner })).toThrow(problem);
  });
});

test('elements inside show what their own rows let them', () => {
  const fields = { 63: { ...BYTES, mask: 'tags', inner: BITMAPPED } };
  const dialect = dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields });
  const masked = maskFields(dialect, { mti: '0200', fields: { 63: 'C000011234024F4BBEEF' } });
  expect(masked).toEqual({ 63: '1=[4 characters] 2=OK 24=[2 bytes]' });
  expect(maskFields(dialect, { mti: '0200', fields: { 63: 'C0' } })).toEqual({ 63: '***' });
});
