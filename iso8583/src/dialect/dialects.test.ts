import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { compileDialect } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import type { DataElement } from './data-element.ts';
import { DATA_ELEMENTS_1987 } from './data-elements-1987.ts';
import type { Dialect } from './dialect.ts';
import { dialects, kassaAscii, kassaBcd } from './dialects.ts';

/** A chip purchase; the card number has no valid check digit. */
const PURCHASE: Message = {
  mti: '0200',
  fields: {
    2: '4000000000000000',
    3: '000000',
    4: '000000150000',
    7: '1123134530',
    11: '000042',
    12: '184530',
    13: '1123',
    22: '051',
    35: '4000000000000000=2812201',
    37: '632718000042',
    41: 'TERM0001',
    42: 'MERCHANT0000001',
    48: '0101D',
    49: '398',
    52: '0123456789ABCDEF',
    55: '9F2701808A023030',
    62: 'FFFF9876543210E00001',
    64: 'A1B2C3D4E5F60718',
  },
};

describe('a purchase on the wire', () => {
  test('packed', () => {
    const wire = [
      '0200',
      '7238040028C19205', // bits 2 3 4 7 11 12 13 22 35 37 41 42 48 49 52 55 62 64
      '16' + '4000000000000000',
      '000000',
      '000000150000',
      '1123134530',
      '000042',
      '184530',
      '1123',
      '0051',
      '24' + '4000000000000000D2812201',
      toHex(fromLatin1('632718000042TERM0001MERCHANT0000001')),
      `0005${toHex(fromLatin1('0101D'))}`,
      toHex(fromLatin1('398')),
      '0123456789ABCDEF',
      '0008' + '9F2701808A023030',
      '0010' + 'FFFF9876543210E00001',
      'A1B2C3D4E5F60718',
    ].join('');
    const codec = compileDialect(kassaBcd);
    expect(toHex(codec.encode(PURCHASE))).toBe(wire);
    expect(codec.decode(fromHex(wire))).toEqual(PURCHASE);
  });

  test('readable', () => {
    const wire =
      '02007238040028C19205' +
      '164000000000000000' +
      '000000' +
      '000000150000' +
      '1123134530' +
      '000042' +
      '184530' +
      '1123' +
      '051' +
      '244000000000000000=2812201' +
      '632718000042' +
      'TERM0001' +
      'MERCHANT0000001' +
      '0050101D' +
      '398' +
      '0123456789ABCDEF' +
      '0169F2701808A023030' +
      '020FFFF9876543210E00001' +
      'A1B2C3D4E5F60718';
    const codec = compileDialect(kassaAscii);
    expect(codec.encode(PURCHASE)).toEqual(fromLatin1(wire));
    expect(codec.decode(fromLatin1(wire))).toEqual(PURCHASE);
  });
});

test('an odd track 2 is filled as tag 57 is', () => {
  const codec = compileDialect(kassaBcd);
  const bytes = codec.encode({ mti: '0200', fields: { 35: '4000000000000000=28122' } });
  expect(toHex(bytes.subarray(10))).toBe('22' + '4000000000000000D28122');
  const odd = codec.encode({ mti: '0200', fields: { 35: '4000000000000000=2812' } });
  expect(toHex(odd.subarray(10))).toBe('21' + '4000000000000000D2812F');
});

describe.each(Object.values(dialects).map((dialect) => [dialect.name, dialect] as const))(
  '%s',
  (_, dialect) => {
    test('has every element its bitmaps can announce', () => {
      // Only the 1993 edition has an element 65; only that of 2003 a third bitmap.
      const highest = dialect.tertiary ? 192 : 128;
      const expected = Array.from({ length: highest - 1 }, (_, index) => index + 2).filter(
        (number) => number !== 65 || dialect === dialects.iso1993,
      );
      expect(Object.keys(dialect.fields).map(Number)).toEqual(expected);
    });

    test('shows no element that holds a card number, a track, a PIN, a key or a MAC', () => {
      const secret = [2, 14, 34, 35, 36, 45, 52, 53, 64, 96, 102, 103, 128];
      const fields: Dialect['fields'] = dialect.fields;
      const masks = secret.map((number) => fields[number]?.mask);
      expect(masks).toEqual(['pan', ...Array.from({ length: secret.length - 1 }, () => 'hidden')]);
    });

    test('shows only the length of what the standard leaves to others', () => {
      const open = Object.values(dialect.fields).filter(({ name }) => name.startsWith('Reserved'));
      expect(open.length).toBeGreaterThan(20);
      expect(new Set(open.map(({ mask }) => mask))).toEqual(new Set(['length']));
    });
  },
);

test("Kassa's two hide the key serial number", () => {
  expect([kassaBcd.fields[62]?.mask, kassaAscii.fields[62]?.mask]).toEqual(['hidden', 'hidden']);
});

test('both dialects have the same elements', () => {
  const shape = (fields: typeof kassaBcd.fields) =>
    Object.values(fields).map(({ name, content, len, max, mask, inner }) => ({
      name,
      content,
      len,
      max,
      mask,
      inner,
    }));
  expect(shape(kassaBcd.fields)).toEqual(shape(kassaAscii.fields));
});

const elements: Readonly<Record<number, DataElement>> = DATA_ELEMENTS_1987;

test.each([
  [2, 'n', 'LL', 19],
  [28, 'xn', 'fixed', 9],
  [35, 'z', 'LL', 37],
  [36, 'z', 'LLL', 104],
  [43, 'ans', 'fixed', 40],
  [52, 'b', 'fixed', 8],
  [54, 'an', 'LLL', 120],
  [90, 'n', 'fixed', 42],
  [97, 'xn', 'fixed', 17],
  [104, 'ans', 'LLL', 100],
])('element %i is %s, %s, %i (ISO 8583:1987, 4.3)', (number, content, len, max) => {
  expect(elements[number]).toMatchObject({ content, len, max });
});
