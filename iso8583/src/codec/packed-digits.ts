/** ISO/IEC 7813 puts digits and separators of track 2 at 30 to 3F, so that a nibble is its character less 30. */
export const NIBBLE_BASE = 0x30;

/** Set in an entry of an unpacking table when the byte holds a nibble that is not allowed. */
export const BAD_PACKED = 0x10000;

/** For each packed byte its two character codes, first in the low byte, and {@link BAD_PACKED}. */
function unpackTable(isAllowed: (nibble: number) => boolean): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    const high = byte >> 4;
    const low = byte & 15;
    const bad = isAllowed(high) && isAllowed(low) ? 0 : BAD_PACKED;
    return bad | (NIBBLE_BASE + high) | ((NIBBLE_BASE + low) << 8);
  });
}

export const UNPACK_DIGITS: Int32Array = unpackTable((nibble) => nibble <= 9);

/** Digits and the separator, nibble D (EMV Book 3, tag 57), which is the character = in a value. */
export const UNPACK_TRACK2: Int32Array = unpackTable((nibble) => nibble <= 9 || nibble === 0xd);
