import { fromLatin1, parseTlv, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHexTlvList, isTlvList } from './tlv-check.ts';

/** Bytes that are often nearly TLV. */
const nearlyTlv = fc
  .array(
    fc.oneof(
      fc.constantFrom(0x9f, 0x26, 0x82, 0x5f, 0x81, 0x00, 0x01, 0x02, 0xdf),
      fc.integer({ min: 0, max: 255 }),
    ),
    {
      maxLength: 24,
    },
  )
  .map((bytes) => Uint8Array.from(bytes));

function parserAccepts(bytes: Uint8Array): boolean {
  try {
    parseTlv(bytes);
    return true;
  } catch {
    return false;
  }
}

describe('isTlvList', () => {
  test('accepts exactly what the parser accepts', () => {
    fc.assert(
      fc.property(nearlyTlv, (bytes) => {
        const expected = parserAccepts(bytes);
        expect(isTlvList(bytes, 0, bytes.length)).toBe(expected);
        const hex = fromLatin1(toHex(bytes));
        expect(isHexTlvList(hex, 0, hex.length)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test('looks at nothing outside its bounds', () => {
    const bytes = Uint8Array.of(0xff, 0x82, 0x02, 0x39, 0x00, 0x95);
    expect(isTlvList(bytes, 1, 5)).toBe(true);
    expect(isTlvList(bytes, 1, 4)).toBe(false);
    expect(isTlvList(bytes, 1, 6)).toBe(false);
  });
});
