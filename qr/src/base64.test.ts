import { ProtocolError } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

// RFC 4648, 10: test vectors.
test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
])('"%s" is "%s"', (text, base64) => {
  expect(toBase64(bytesOf(text))).toBe(base64);
  expect(fromBase64(base64)).toEqual(bytesOf(text));
});

test('writes what Node.js writes, and reads it back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(text)).toEqual(bytes);
    }),
  );
});

describe('refuses', () => {
  test.each([
    [
      'no padding',
      'Zg',
      'bad-encoding at payload (offset 2): expected groups of 4 characters, padded with =, found 2 characters',
    ],
    [
      'one character left over',
      'Zm9vY',
      'bad-encoding at payload (offset 5): expected groups of 4 characters, padded with =, found 5 characters',
    ],
    [
      'the alphabet of addresses',
      'Zm9_',
      'bad-encoding at payload (offset 3): expected a letter, a digit, + or /, found another character',
    ],
    [
      'a line end',
      'Zm9v\n',
      'bad-encoding at payload (offset 4): expected a letter, a digit, + or /, found another character',
    ],
    [
      'padding inside',
      'Zg==Zg==',
      'bad-encoding at payload (offset 2): expected a letter, a digit, + or /, found another character',
    ],
    [
      'bits left over',
      'Zh==',
      'bad-encoding at payload (offset 1): expected zero in the bits left over, found other bits',
    ],
    [
      'padding alone',
      '====',
      'bad-encoding at payload (offset 0): expected a letter, a digit, + or /, found another character',
    ],
  ])('%s', (_, text, message) => {
    expect(() => fromBase64(text)).toThrow(ProtocolError);
    expect(() => fromBase64(text)).toThrow(message);
  });

  test('two texts of the same bytes: each that is read is the one that is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AZaz09+/='), maxLength: 12 }), (text) => {
        let bytes: Uint8Array;
        try {
          bytes = fromBase64(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
          return;
        }
        expect(toBase64(bytes)).toBe(text);
      }),
    );
  });
});
