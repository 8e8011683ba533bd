import { ProtocolError } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePrivateData, type PrivateElement, parsePrivateData } from './private-data.ts';

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

test.each<[PrivateElement[], string]>([
  [[], ''],
  [[{ tag: '01', value: 'D' }], '0101D'],
  [[{ tag: '03', value: '' }], '0300'],
  [
    [
      { tag: '02', value: 'C' },
      { tag: '03', value: 'not enough money' },
    ],
    '0201C0316not enough money',
  ],
  [
    [
      { tag: '02', value: 'C' },
      { tag: '01', value: 'a' },
      { tag: '02', value: 'D' },
    ],
    '0201C0101a0201D',
  ],
])('%j is %s', (elements, text) => {
  expect(encodePrivateData(elements)).toBe(text);
  expect(parsePrivateData(text).map(({ tag, value }) => ({ tag, value }))).toEqual(elements);
});

test('tells where each element begins', () => {
  expect(parsePrivateData('0201C0316not enough money').map(({ offset }) => offset)).toEqual([0, 5]);
});

test('what is encoded is parsed again', () => {
  const character = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
  const value = fc.array(character, { maxLength: 99 }).map((characters) => characters.join(''));
  const tag = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'));
  fc.assert(
    fc.property(fc.array(fc.record({ tag, value }), { maxLength: 9 }), (elements) => {
      const parsed = parsePrivateData(encodePrivateData(elements));
      expect(parsed.map((element) => [element.tag, element.value])).toEqual(
        elements.map((element) => [element.tag, element.value]),
      );
    }),
  );
});

describe('parsePrivateData refuses', () => {
  test.each([
    ['A101D', '48', 0],
    ['0', '48', 0],
    ['01', '48.01', 2],
    ['010', '48.01', 2],
    ['01+1D', '48.01', 2],
    ['0102D', '48.01', 4],
    ['0101D02', '48.02', 7],
    ['0101D0205abcd', '48.02', 9],
  ])('%s', (text, path, offset) => {
    const failure = failureOf(() => parsePrivateData(text));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({ code: 'bad-tlv', path, offset });
  });
});

describe('encodePrivateData refuses', () => {
  test.each<[PrivateElement[], string, string]>([
    [[{ tag: '1', value: '' }], 'bad-tlv', '48'],
    [[{ tag: '01', value: 'x'.repeat(100) }], 'bad-length', '48.01'],
    [[{ tag: '01', value: 'теңге' }], 'bad-encoding', '48.01'],
    [Array.from({ length: 100 }, () => ({ tag: '01', value: '' })), 'bad-tlv', '48'],
  ])('%j', (elements, code, path) => {
    expect(failureOf(() => encodePrivateData(elements))).toMatchObject({ code, path });
  });
});
