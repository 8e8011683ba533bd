import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc16 } from './crc16.ts';

test.each([
  // The check value every catalogue of CRCs gives for CRC-16/CCITT-FALSE.
  ['123456789', '29B1'],
  // Nothing but the initial value.
  ['', 'FFFF'],
])('of "%s" is %s', (text, expected) => {
  expect(crc16(text)).toBe(expected);
});

/** The definition: the remainder of the message, sixteen zeros behind it, divided by x^16 + x^12 + x^5 + 1. */
function byLongDivision(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let dividend = 0n;
  for (const byte of bytes) dividend = (dividend << 8n) | BigInt(byte);
  dividend <<= 16n;
  const bits = bytes.length * 8 + 16;
  // The initial value FFFF: the first sixteen bits inverted.
  dividend ^= 0xffffn << BigInt(bits - 16);
  for (let bit = bits - 1; bit >= 16; bit--) {
    if ((dividend >> BigInt(bit)) & 1n) dividend ^= 0x11021n << BigInt(bit - 16);
  }
  return dividend.toString(16).toUpperCase().padStart(4, '0');
}

test('is the remainder of a long division, over UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(crc16(text)).toBe(byLongDivision(text));
    }),
  );
});

test('keeps leading zeros', () => {
  const texts = Array.from({ length: 300 }, (_, index) => `KZT ${index}`);
  const small = texts.filter((text) => byLongDivision(text).startsWith('0'));
  expect(small.length).toBeGreaterThan(0);
  for (const text of small) expect(crc16(text)).toMatch(/^0[0-9A-F]{3}$/);
});
