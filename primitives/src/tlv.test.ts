import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import { ProtocolError } from './protocol-error.ts';
import { encodeTlv, findTlvDeep, parseTlv, readTlv } from './tlv.ts';

describe('parseTlv', () => {
  test('keeps order, duplicates and multi-byte tags', () => {
    const objects = parseTlv(fromHex('9F260401020304950500000000009F26025566'));
    expect(objects.map(({ tag, value, offset }) => [tag, toHex(value), offset])).toEqual([
      ['9F26', '01020304', 0],
      ['95', '0000000000', 7],
      ['9F26', '5566', 14],
    ]);
  });

  test.each([
    ['9F', 'truncated', 'tlv', 1],
    ['9F26', 'truncated', 'tlv.9F26', 2],
    ['9F2605AA', 'truncated', 'tlv.9F26', 3],
    ['8280', 'bad-tlv', 'tlv.82', 1],
    ['8285', 'bad-tlv', 'tlv.82', 1],
    ['DF8181810100', 'bad-tlv', 'tlv', 0],
  ])('refuses %s as %s at %s offset %i', (hex, code, path, offset) => {
    const failure = captureError(() => parseTlv(fromHex(hex)));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({ code, path, offset });
  });

  test('skips the 00 padding EMV Book 3 annex B1 allows', () => {
    expect(parseTlv(fromHex('00008202180000')).map((object) => object.tag)).toEqual(['82']);
  });
});

test.each([
  [0, '00'],
  [127, '7F'],
  [128, '8180'],
  [255, '81FF'],
  [256, '820100'],
])('a value of %i bytes gets the length field %s', (length, expected) => {
  const encoded = encodeTlv('84', new Uint8Array(length));
  expect(toHex(encoded).slice(2, 2 + expected.length)).toBe(expected);
  expect(parseTlv(encoded)[0]?.value.length).toBe(length);
});

test('readTlv reads one object where it begins, and says where the next does', () => {
  const bytes = fromHex('9A032611249C0100');
  const { object, next } = readTlv(bytes, 5, 'tlv');
  expect([object.tag, toHex(object.value), object.offset, next]).toEqual(['9C', '00', 5, 8]);
  expect(() => readTlv(bytes, 8, 'tlv')).toThrow(
    'truncated at tlv (offset 8): expected a tag, found 0 bytes left',
  );
});

test('findTlvDeep walks templates', () => {
  const fci = fromHex('6F0A8402AABBA504500256495F');
  expect(toHex(findTlvDeep(fci.subarray(0, 12), '50') ?? new Uint8Array())).toBe('5649');
});

function captureError(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
