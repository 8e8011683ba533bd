/**
 * One message as data. Values are exactly what stands on the wire: no trimming, no lost zeros. Values of binary
 * fields are upper-case hexadecimal; a packed track 2 has `=` as its separator, as in ASCII.
 */
export interface Message {
  /** Four digits: `0200`. */
  readonly mti: string;
  /** By data element number. Bitmaps are not data elements here: the codec makes and reads them. */
  readonly fields: Readonly<Record<number, string>>;
}

/** Where one data element stands in an encoded message, its length prefix included. */
export interface FieldSpan {
  readonly number: number;
  /** Byte offset from the start of the message. */
  readonly offset: number;
  /** Bytes, length prefix included. */
  readonly length: number;
}
