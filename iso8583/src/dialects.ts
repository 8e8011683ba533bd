import { layOut, type WireRules } from './data-element.ts';
import { DATA_ELEMENTS_1987 } from './data-elements-1987.ts';
import type { Dialect, FieldSpec } from './dialect.ts';

/** Everything in ASCII; the length of a binary field counts hexadecimal characters. */
const ASCII_RULES: WireRules = {
  digits: { enc: 'ascii' },
  signed: { enc: 'ascii' },
  track: { enc: 'ascii' },
  bytes: { enc: 'hexascii', lenUnit: 'digits' },
  text: { enc: 'ascii' },
};

/** Digits and lengths packed; an odd number of digits has a zero before it, a track an F behind it, as tag 57 has. */
const BCD_RULES: WireRules = {
  digits: { enc: 'bcd', lenEnc: 'bcd', pad: 'left' },
  signed: { enc: 'ascii' },
  track: { enc: 'track2bcd', lenEnc: 'bcd', pad: 'right', filler: 'F' },
  bytes: { enc: 'binary', lenEnc: 'bcd' },
  text: { enc: 'ascii', lenEnc: 'bcd' },
};

/** What Kassa puts into the elements the standard leaves open. */
const KASSA_ELEMENTS: Readonly<Record<number, Partial<FieldSpec>>> = {
  // ISO 8583:1987 as used since chip cards: BER-TLV of EMV Book 3; 255 bytes is the 1993 edition's limit.
  55: { name: 'ICC system related data', content: 'b', max: 255, inner: 'ber-tlv', mask: 'tags' },
  48: {
    mask: 'tags',
    inner: 'tag-length-value',
    subfields: {
      '01': { name: 'Settlement wanted', mask: 'clear' },
      '02': { name: 'Route taken', mask: 'clear' },
      '03': { name: 'Reason of the decline', mask: 'clear' },
    },
  },
  62: { name: 'Key serial number', content: 'b', max: 255, mask: 'hidden' },
};

/**
 * Kassa's packed dialect: MTI and numbers in BCD, binary bitmaps, text in ASCII, length prefixes in BCD; an odd number
 * of digits is filled with a zero on the left. Track 2 is packed with D as the separator and F as the filler.
 * DE 28 to 31 and 97 are ASCII. DE 55 is BER-TLV, DE 62 the ten bytes of the DUKPT key serial number, DE 48 elements
 * of two digits of tag, two digits of length and a value. Frames have two bytes of length.
 */
export const kassaBcd: Dialect = {
  name: 'kassa-bcd',
  mti: 'bcd',
  bitmap: 'binary',
  fields: layOut(DATA_ELEMENTS_1987, BCD_RULES, KASSA_ELEMENTS),
  framing: 'post',
};

/**
 * Kassa's readable dialect: the same elements with everything in ASCII, bitmaps and binary fields in hexadecimal
 * characters (two a byte; the length prefix of a binary field counts characters). Frames have two bytes of length.
 *
 * Wireshark's `iso8583` dissector reads it with these preferences:
 * `iso8583.len_endian` "Big endian", `iso8583.charset` "Digits represented as ASCII Characters",
 * `iso8583.binencode` "Bin data represented as Hex Ascii characters". It knows four elements otherwise than
 * ISO 8583:1987 and calls a message with them malformed: DE 53 (eight digits there, sixteen in the standard),
 * DE 86 to 89 (fifteen instead of sixteen), DE 36 with a separator, DE 92 and 93 with letters.
 */
export const kassaAscii: Dialect = {
  name: 'kassa-ascii',
  mti: 'ascii',
  bitmap: 'hex',
  fields: layOut(DATA_ELEMENTS_1987, ASCII_RULES, KASSA_ELEMENTS),
  framing: 'post',
};

/** The dialects that come with the package. */
export const dialects = { kassaBcd, kassaAscii } as const;
