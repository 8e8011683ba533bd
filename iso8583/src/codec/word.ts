// Two words of four bytes at a time: a 32-bit word holds four characters, and adding a constant to all four at once
// sets the top bit of each that is at or above a bound. With every byte below 80, byte + (80 - low) has its top bit
// exactly from `low` on, byte + (7F - high) exactly above `high`; a byte of 80 and more is wrong by its own top bit, so
// a carry into its neighbour cannot hide anything. The last step overlaps the one before it instead of leaving a rest.
// Source and target may be the same bytes at the same place: then a value is only checked.

/** The top bit of each byte of a word. */
export const TOPS: number = 0x80808080 | 0;
export const WORD = 4;
/** Bytes of a step: two words, which overlap where there are fewer. */
export const STEP = 8;

/** Bytes with a high nibble set where `word` holds no digit. */
export const notDigits = (word: number): number => {
  const value = word ^ 0x30303030;
  return value | (value + 0x06060606);
};

/** Bytes with bit 0, or a bit of the high nibble, set where `word` holds neither a digit nor `=`. */
export const notTrack = (word: number): number =>
  // Of the low nibbles 10 to 15, which have bit 3 and one of bits 1 and 2, only 13 is allowed.
  ((word ^ 0x30303030) & 0xf0f0f0f0) | ((word >>> 3) & ((word >>> 1) | ((word >>> 2) & ~word)) & 0x01010101);

/** Bytes with their top bit set where `word` holds what is not printable ASCII: below 20, 7F, or above. */
export const notPrintable = (word: number): number => ~(word + 0x60606060) | (word + 0x01010101) | word;

/**
 * Letters, which have bit 6, moved down to 3A to 3F. Of upper-case hexadecimal digits all are 30 to 3F then, and adding 6
 * gives bit 6 back to the letters and to nothing else.
 */
export const lettersMoved = (word: number): number => word - ((word >>> 6) & 0x01010101) * 7;

/** The low nibbles of four characters as two bytes. */
export const packedNibbles = (word: number): number => {
  const nibbles = word & 0x0f0f0f0f;
  const pairs = (nibbles | (nibbles >>> 4)) & 0x00ff00ff;
  return (pairs | (pairs >>> 8)) & 0xffff;
};
