import { fromHex, ProtocolError, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildDolData, dolDataLength, parseDol, splitDolData } from './dol.ts';

test('a list is tags and lengths', () => {
  const entries = parseDol(fromHex('9F02069F1A0295059A03'));
  expect(entries).toEqual([
    { tag: '9F02', length: 6 },
    { tag: '9F1A', length: 2 },
    { tag: '95', length: 5 },
    { tag: '9A', length: 3 },
  ]);
  expect(dolDataLength(entries)).toBe(16);
});

test.each([
  ['9F', 'truncated at dol (offset 1): expected the rest of the tag, found 0 bytes left'],
  ['9F02', 'truncated at dol.9F02 (offset 2): expected a length, found 0 bytes left'],
  ['9F02FC9F3701', 'too-large at dol (offset 0): expected at most 252 bytes asked for, found 253 bytes'],
])('refuses %s', (hex, message) => {
  expect(() => parseDol(fromHex(hex))).toThrow(message);
});

describe('EMV Book 3, 5.4: values that do not fit', () => {
  const values = new Map(
    Object.entries({
      '9F02': '000000150000', // n
      '5A': '6771234567890123456F', // cn
      '9F1E': '3030303030303031', // an
      '95': '8000040000', // b
      DF8124: '000000150000', // n, of one scheme alone
      '70': '5A0100', // a template
    }).map(([tag, hex]) => [tag, fromHex(hex)]),
  );
  test.each([
    ['a number is cut on the left', '9F0204', '00150000'],
    ['a number is filled with zeros on the left', '9F0208', '0000000000150000'],
    ["a number of a scheme's own is cut on the left", 'DF812404', '00150000'],
    ['a compressed number is cut on the right', '5A04', '67712345'],
    ['a compressed number is filled with F on the right', '5A0C', '6771234567890123456FFFFF'],
    ['text is cut on the right', '9F1E04', '30303030'],
    ['text is filled with zeros on the right', '9F1E0A', '30303030303030310000'],
    ['bits are cut on the right', '9502', '8000'],
    ['bits are filled with zeros on the right', '9506', '800004000000'],
    ['an absent object is zeros', '9F3704', '00000000'],
    ['an unknown object is zeros', 'DF0103', '000000'],
    ['a constructed object is zeros', '7003', '000000'],
    ['in the order of the list', '95059F0206', '8000040000000000150000'],
  ])('%s', (_, dol, data) => {
    expect(toHex(buildDolData(parseDol(fromHex(dol)), (tag) => values.get(tag)))).toBe(data);
  });
});

test('what a terminal builds a card splits into the same values', () => {
  const entries = parseDol(fromHex('9F02069F3704'));
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 6, maxLength: 6 }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      (amount, number) => {
        const data = buildDolData(entries, (tag) => (tag === '9F02' ? amount : number));
        const split = splitDolData(entries, data);
        expect([...split.keys()]).toEqual(['9F02', '9F37']);
        expect(Array.from(split.get('9F02')!)).toEqual(Array.from(amount));
        expect(Array.from(split.get('9F37')!)).toEqual(Array.from(number));
      },
    ),
  );
  expect(() => splitDolData(entries, new Uint8Array(9))).toThrow(ProtocolError);
});
