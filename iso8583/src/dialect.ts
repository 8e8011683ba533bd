import type { Framing } from './framing.ts';

/** Character sets of ISO 8583:1987, 4.2; `any` is outside the standard: every byte, as a character U+0000 to U+00FF. */
export type Content = 'n' | 'a' | 'an' | 'anp' | 'as' | 'ns' | 'ans' | 'xn' | 'z' | 'b' | 'any';

/** How the value of a data element stands on the wire. */
export type FieldEncoding =
  /** One character a byte. */
  | 'ascii'
  /** Two digits a byte. */
  | 'bcd'
  /** One character a byte, code page 037. */
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
 * Structure inside a value. `ber-tlv` is checked by the codec, because cryptograms and MACs are computed over it.
 * `tag-length-value` (two digits of tag, two of length) is left to the application, which can answer DE 39 = 30.
 */
export type Inner = 'ber-tlv' | 'tag-length-value';

/** Name and mask of one element inside a `tag-length-value` field. */
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

/** A dialect of ISO 8583: the table {@link compileDialect} turns into a codec. */
export interface Dialect {
  readonly name: string;
  readonly mti: 'ascii' | 'bcd' | 'ebcdic';
  /** `hex`: two characters a byte, either case when reading, upper case when writing. */
  readonly bitmap: 'hex' | 'binary' | 'ebcdic-hex';
  /**
   * A bitmap that always takes this many bytes (before hexadecimal). Bit 1 then announces nothing: it is read either
   * way and written as 0.
   */
  readonly bitmapFixedBytes?: 8 | 16 | 24;
  /** Bit 65 announces a third bitmap. */
  readonly tertiary?: boolean;
  /** By data element number, 2 to 192. An element without a row is refused, in both directions. */
  readonly fields: Readonly<Record<number, FieldSpec>>;
  readonly framing: Framing;
}
