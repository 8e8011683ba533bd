import { expect, test } from 'vitest';
import { EBCDIC_OF_LATIN1, LATIN1_OF_EBCDIC } from './ebcdic.ts';

test.each([
  [' ', 0x40],
  ['0', 0xf0],
  ['9', 0xf9],
  ['A', 0xc1],
  ['I', 0xc9],
  ['J', 0xd1],
  ['R', 0xd9],
  ['S', 0xe2],
  ['Z', 0xe9],
  ['a', 0x81],
  ['z', 0xa9],
  ['=', 0x7e],
  ['+', 0x4e],
  ['/', 0x61],
  ['[', 0xba],
  ['^', 0xb0],
])('"%s" is %i (IBM code page 037)', (character, byte) => {
  expect(EBCDIC_OF_LATIN1[character.charCodeAt(0)]).toBe(byte);
  expect(LATIN1_OF_EBCDIC[byte]).toBe(character.charCodeAt(0));
});

test('every byte has one character and the other way round', () => {
  expect(LATIN1_OF_EBCDIC).toHaveLength(256);
  expect(new Set(LATIN1_OF_EBCDIC).size).toBe(256);
  const there = Array.from({ length: 256 }, (_, byte) => EBCDIC_OF_LATIN1[LATIN1_OF_EBCDIC[byte] ?? 0]);
  expect(there).toEqual(Array.from({ length: 256 }, (_, byte) => byte));
});
