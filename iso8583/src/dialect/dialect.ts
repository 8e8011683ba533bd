import type { Framing } from '../framing/framing.ts';

/** Character sets of ISO 8583:1987, 4.2; `any` is outside the standard: every byte, as a character U+0000 to U+00FF. */
export type Content = 'n' | 'a' | 'an' | 'anp' | 'as' | 'ns' | 'ans' | 'xn' | 'z' | 'b' | 'any';

/** How the value of a data element stands on the wire. */
export type FieldEncoding =
  /** One character a byte. */
  | 'ascii'
  /** Two digits a byte. */
  | 'bcd'
  /** One character a byte, in the code page of the dialect. */
  | 'ebcdic'
  /** Bytes as they are; the value in a message is their upper-case hexadecimal. */
  | 'binary'
  /** Bytes written as hexadecimal characters; the value in a message is upper-case hexadecimal. */
  | 'hexascii'
  /** Digits two a byte, the separator `=` as nibble D. */
  | 'track2bcd';

/** `fixed`, or as many Ls as the standard writes digits of length. */
export type LengthKind = 'fixed' | 'L' | 'LL' | 'LLL' | 'LLLL' | 'LLLLL' | 'LLLLLL';

export type LengthEncoding = 'ascii' | 'bcd' | 'ebcdic' | 'binary';

/**
 * Who may see the value. A row that says nothing shows only how long its value is.
 * - `clear`: shown
 * - `pan`: first six and last four digits
 * - `hidden`: `***`
 * - `length`: `[12 characters]`
 * - `tags`: the value is shown tag by tag, each under its own mask; an unknown tag shows its length
 */
export type Mask = 'clear' | 'pan' | 'hidden' | 'length' | 'tags';

/**
 * Structure inside a value. `ber-tlv` is checked by the codec, because cryptograms and MACs are computed over it. The
 * others are left to the application, which can answer DE 39 = 30: `readInner` reads and `writeInner` writes them.
 * `tag-length-value` is short for tags and lengths of two digits each.
 */
export type Inner = 'ber-tlv' | 'tag-length-value' | InnerFormat;

/** Sizes and offsets are characters in text, bytes in a value of content `b`. */
export type InnerFormat =
  /** Elements one after another: tag, length (digits in text, big endian in bytes), value. */
  | { readonly kind: 'tag-length'; readonly tagSize: number; readonly lengthSize: number }
  /** Parts of fixed length one after another; the last may be cut short, or take the rest (`length` 0). */
  | { readonly kind: 'positional'; readonly parts: readonly PositionalPart[] }
  /** A bitmap and the elements it announces, as in a message: DE 127 of switches, DE 62 and 63 of Visa. */
  | {
      readonly kind: 'bitmap';
      readonly bitmap: 'binary' | 'hex';
      readonly bitmapBytes: number;
      /** By bit, from 1. */
      readonly fields: Readonly<Record<number, FieldSpec>>;
    };

/** One part of a `positional` element. */
export interface PositionalPart extends SubfieldSpec {
  readonly key: string;
  readonly length: number;
}

/** Name and mask of one element inside another. */
export interface SubfieldSpec {
  readonly name: string;
  readonly mask: Mask;
}

/** One row of a dialect: a data element on independent axes. */
export interface FieldSpec {
  readonly name: string;
  readonly content: Content;
  readonly enc: FieldEncoding;
  readonly len: LengthKind;
  /** Characters; digits for `bcd` and `track2bcd`; bytes for `binary` and `hexascii`. */
  readonly max: number;
  /** Default `ascii`. */
  readonly lenEnc?: LengthEncoding;
  /**
   * What the prefix counts. Default `digits` for `bcd` and `track2bcd`, `bytes` for `binary` and `hexascii`
   * (`digits` there counts hexadecimal characters); text is one byte a character, so it does not matter.
   */
  readonly lenUnit?: 'digits' | 'bytes';
  /** Bytes of the prefix. Default: one a letter L in `ascii` and `ebcdic`, one for two letters in `bcd` and `binary`. */
  readonly lenBytes?: number;
  /** The prefix counts its own bytes too. Default no. */
  readonly lenInclusive?: boolean;
  /**
   * Side of the filler nibble of an odd number of packed digits (default `left`), and of the characters that
   * {@link fillField} adds.
   */
  readonly pad?: 'left' | 'right';
  /** The filler nibble, default `0`. `F` also lets a prefix that counts bytes carry an odd number of digits. */
  readonly filler?: '0' | 'F';
  /** Default `length`. */
  readonly mask?: Mask;
  readonly inner?: Inner;
  /** For `tag-length-value`; a tag not listed shows its length. */
  readonly subfields?: Readonly<Record<string, SubfieldSpec>>;
}

/**
 * A dialect of ISO 8583: the table {@link compileDialect} turns into a codec.
 * @typeParam N the numbers of its data elements, where they are known when a program is compiled; a message with another
 * number is a compile error then.
 */
export interface Dialect<N extends number = number> {
  readonly name: string;
  /** `none` is for what stands inside an element: no MTI, and bit 1 is an element like the others. */
  readonly mti: 'ascii' | 'bcd' | 'ebcdic' | 'none';
  /** Of EBCDIC elements. Default `037`. */
  readonly codePage?: '037' | '1047';
  /** `hex`: two characters a byte, either case when reading, upper case when writing. */
  readonly bitmap: 'hex' | 'binary' | 'ebcdic-hex';
  /**
   * A bitmap that always takes this many bytes (before hexadecimal), 1 to 24. Bit 1 then announces nothing: it is read
   * either way (where there is one bitmap of 64 bits: must be 0) and written as 0.
   */
  readonly bitmapFixedBytes?: number;
  /** Bit 65 announces a third bitmap. */
  readonly tertiary?: boolean;
  /** By data element number, 2 to 192. An element without a row is refused, in both directions. */
  readonly fields: Readonly<Record<N, FieldSpec>>;
  readonly framing: Framing;
}
