import { fromHex, ProtocolError, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { panFrom } from '../testing/sample.ts';
import { decodePinBlock0, encodePinBlock0 } from './pin-block.ts';

describe('PIN block of format 0, ISO 9564-1 9.3.2', () => {
  // ANSI X9.24-1:2009, A.4 gives the first; the others differ from it where PIN and number do.
  test.each([
    ['1234', panFrom('401234567890'), '041274EDCBA9876F'],
    ['92389', '4000001234563', '0592789FFFEDCBA9'],
    ['123456789012', '70000000000001', '0C123456789012FF'],
  ])('holds its PIN', (pin, pan, block) => {
    expect(toHex(encodePinBlock0(pin, pan))).toBe(block);
    expect(decodePinBlock0(fromHex(block), pan)).toBe(pin);
  });

  test('every PIN comes back for its own number', () => {
    const digits = (minLength: number, maxLength: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
    fc.assert(
      fc.property(digits(4, 12), digits(12, 19), (pin, pan) => {
        expect(decodePinBlock0(encodePinBlock0(pin, pan), pan)).toBe(pin);
      }),
    );
  });

  const pan = panFrom('401234567890');
  test.each([
    ['another format', '141274EDCBA9876F'],
    ['a PIN of three digits', '031274EDCBA9876F'],
    ['a PIN of thirteen digits', '0D1274EDCBA9876F'],
    ['a letter in the PIN', '0412F4EDCBA9876F'],
    ['a digit in the fill', '041274EDCBA98760'],
  ])('refuses %s and tells nothing of it', (_, block) => {
    const failure = captured(() => decodePinBlock0(fromHex(block), pan));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({
      code: 'bad-value',
      message:
        'bad-value at pin-block (offset 0): expected a PIN block of format 0 for this account, found another content',
    });
  });

  test('refuses a block of another length', () => {
    expect(captured(() => decodePinBlock0(new Uint8Array(16), pan))).toMatchObject({ code: 'bad-length' });
  });

  test.each(['123', '1234567890123', '12a4', ''])('does not encode "%s"', (pin) => {
    expect(() => encodePinBlock0(pin, pan)).toThrow('a PIN is 4 to 12 digits');
  });
});

function captured(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
