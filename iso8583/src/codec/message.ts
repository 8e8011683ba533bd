/**
 * One message as data. Values are exactly what stands on the wire: no trimming, no lost zeros. Values of binary
 * fields are upper-case hexadecimal; a packed track 2 has `=` as its separator, as in ASCII.
 * @typeParam N the data elements it may have, see {@link Dialect}.
 */
export interface Message<N extends number = number> {
  /** Four digits: `0200`. */
  readonly mti: string;
  /** By data element number. Bitmaps are not data elements here: the codec makes and reads them. */
  readonly fields: Fields<N>;
}

/**
 * A message to write whose values stand in an array, each at the number of its element: whether there is one too many is
 * quicker seen in an array than in an object.
 */
export interface IndexedMessage {
  readonly mti: string;
  readonly fields: readonly (string | undefined)[];
}

/** Values by data element number. */
export type Fields<N extends number = number> = number extends N
  ? Readonly<Record<number, string>>
  : { readonly [Number in N]?: string };

/** Where one data element stands in an encoded message, its length prefix included. */
export interface FieldSpan {
  readonly number: number;
  /** Byte offset from the start of the message. */
  readonly offset: number;
  /** Bytes, length prefix included. */
  readonly length: number;
}
