import { expect, test } from 'vitest';
import {
  portableText,
  portableWrite,
  textOfCodes,
  textOfCodesFor,
  writeCodes,
  writeCodesFor,
} from './text-of-codes.ts';

const EVERY_CODE = Uint8Array.from({ length: 10_000 }, (_, index) => index & 0xff);
const EXPECTED = Array.from(EVERY_CODE, (code) => String.fromCharCode(code)).join('');

test.each([
  ['portable', portableText],
  ["this runtime's", textOfCodes],
  ['that of a runtime without buffers', textOfCodesFor({})],
  ['that of a runtime with other buffers', textOfCodesFor({ Buffer: class {} })],
])('%s way makes a character of each code', (_, textOf) => {
  expect(textOf(EVERY_CODE, EVERY_CODE.length)).toBe(EXPECTED);
  expect(textOf(EVERY_CODE, 3)).toBe('\u0000\u0001\u0002');
  expect(textOf(EVERY_CODE, 0)).toBe('');
});

test('a runtime with Node.js buffers takes theirs', () => {
  expect(textOfCodesFor(globalThis)).not.toBe(portableText);
  expect(textOfCodesFor({})).toBe(portableText);
});

test.each([
  ['portable', portableWrite],
  ["this runtime's", writeCodes],
  ['that of a runtime without buffers', writeCodesFor({})],
  ['that of a runtime with other buffers', writeCodesFor({ Buffer: class {} })],
])('%s way writes the code of each character, from an offset on', (_, write) => {
  const codes = new Uint8Array(10_004).fill(7);
  expect(write(EXPECTED, codes, 2)).toBe(true);
  expect([...codes.subarray(0, 2), ...codes.subarray(10_002)]).toEqual([7, 7, 7, 7]);
  expect([...codes.subarray(2, 10_002)]).toEqual([...EVERY_CODE]);
  // A character whose low byte is that of another: U+0131 would pass for the digit 1.
  for (const foreign of ['\u0131', '1234\u049a', `\u20b8${EXPECTED}`])
    expect(write(foreign, codes, 0)).toBe(false);
});

test('a runtime with Node.js buffers writes with theirs', () => {
  expect(writeCodesFor(globalThis)).not.toBe(portableWrite);
});
