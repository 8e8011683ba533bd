import { layOut, type WireRules } from './data-element.ts';
import { DATA_ELEMENTS_1987, type ElementOf1987 } from './data-elements-1987.ts';
import { DATA_ELEMENTS_1993, type ElementOf1993 } from './data-elements-1993.ts';
import { DATA_ELEMENTS_2003, type ElementOf2003 } from './data-elements-2003.ts';
import type { Dialect, FieldSpec } from './dialect.ts';

/** Everything in ASCII; the length of a binary field counts bytes, as the standard has it. */
const ISO_ASCII_RULES: WireRules = {
  digits: { enc: 'ascii' },
  signed: { enc: 'ascii' },
  track: { enc: 'ascii' },
  bytes: { enc: 'hexascii' },
  text: { enc: 'ascii' },
};

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
      '04': { name: 'New MAC key (TR-31)', mask: 'hidden' },
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
export const kassaBcd: Dialect<ElementOf1987> = {
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
export const kassaAscii: Dialect<ElementOf1987> = {
  name: 'kassa-ascii',
  mti: 'ascii',
  bitmap: 'hex',
  fields: layOut(DATA_ELEMENTS_1987, ASCII_RULES, KASSA_ELEMENTS),
  framing: 'post',
};

/** ISO 8583:1987 as the standard has it, everything in ASCII: bitmaps and binary elements in hexadecimal characters. */
export const iso1987Ascii: Dialect<ElementOf1987> = {
  name: 'iso-1987-ascii',
  mti: 'ascii',
  bitmap: 'hex',
  fields: layOut(DATA_ELEMENTS_1987, ISO_ASCII_RULES),
  framing: 'post',
};

/** ISO 8583:1987 packed: MTI, digits and lengths in BCD, an odd number of digits with a zero before it. */
export const iso1987Bcd: Dialect<ElementOf1987> = {
  name: 'iso-1987-bcd',
  mti: 'bcd',
  bitmap: 'binary',
  fields: layOut(DATA_ELEMENTS_1987, BCD_RULES),
  framing: 'nac',
};

/** DE 55 is BER-TLV since the 1993 edition. */
const ICC_DATA = { 55: { inner: 'ber-tlv' } } as const;

/** ISO 8583:1993, everything in ASCII. */
export const iso1993: Dialect<ElementOf1993> = {
  name: 'iso-1993',
  mti: 'ascii',
  bitmap: 'hex',
  fields: layOut(DATA_ELEMENTS_1993, ISO_ASCII_RULES, ICC_DATA),
  framing: 'post',
};

/** ISO 8583-1:2003, everything in ASCII, with a third bitmap where bit 65 announces one. */
export const iso2003: Dialect<ElementOf2003> = {
  name: 'iso-2003',
  mti: 'ascii',
  bitmap: 'hex',
  tertiary: true,
  fields: layOut(DATA_ELEMENTS_2003, ISO_ASCII_RULES, ICC_DATA),
  framing: 'post',
};

/**
 * In the style of the Way4 hosts of Kazakhstan's acquirers, whose exact interfaces are not public: the MTI in ASCII, a
 * bitmap that is always 16 bytes, digits and lengths packed, text in ASCII, DE 48 private data with tags and lengths of
 * one byte, amounts in tenge (DE 49 `398`, in ASCII).
 */
export const way4Style: Dialect<ElementOf1987> = {
  name: 'way4-style',
  mti: 'ascii',
  bitmap: 'binary',
  bitmapFixedBytes: 16,
  fields: layOut(DATA_ELEMENTS_1987, BCD_RULES, {
    2: { pad: 'right' },
    35: { filler: '0' },
    48: { content: 'b', inner: { kind: 'tag-length', tagSize: 1, lengthSize: 1 }, mask: 'length' },
    55: { name: 'ICC system related data', content: 'b', max: 999, inner: 'ber-tlv', mask: 'tags' },
  }),
  framing: 'post',
};

/** The dialects that come with the package. */
export const dialects = {
  kassaBcd,
  kassaAscii,
  iso1987Ascii,
  iso1987Bcd,
  iso1993,
  iso2003,
  way4Style,
} as const;
