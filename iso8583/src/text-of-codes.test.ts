import { expect, test } from 'vitest';
import { portableText, textOfCodes, textOfCodesFor } from './text-of-codes.ts';

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
