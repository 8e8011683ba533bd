import { checkDialect } from '../dialect/check-dialect.ts';
import type { Dialect, FieldSpec } from '../dialect/dialect.ts';
import { DATA_ELEMENT_MAX, STRAIGHT_LINE_AFTER } from '../limits.ts';
import { compileField } from './compile-field.ts';
import type { CompiledField } from './compiled-field.ts';
import { compileDecoder, type Inspection, type InspectOptions } from './decoder.ts';
import { CODE_PAGES } from './ebcdic.ts';
import { compileEncoder } from './encoder.ts';
import type { IndexedMessage, Message } from './message.ts';

/** Messages of one dialect to bytes and back. Both directions throw ProtocolError, and nothing else, for bad input. */
export interface Codec<N extends number = number> {
  readonly dialect: Dialect<N>;
  /**
   * Encodes a message, refusing whatever {@link decode} would not give back: fixed lengths are exact, nothing is
   * padded, cut or upper-cased. The result is a view of a larger array; copy it before handing on its `buffer`.
   * @throws ProtocolError `bad-mti`, `unknown-field`, `bad-length`, `bad-encoding`, `bad-value`, `bad-tlv` or
   * `too-large`, offsets counted in the message being written; never with content of a field.
   */
  encode(this: void, message: Message<N> | IndexedMessage): Uint8Array;
  /**
   * Decodes exactly one message, without framing.
   * @throws ProtocolError `truncated`, `trailing-data`, `bad-mti`, `bad-bitmap`, `unknown-field`, `bad-length`,
   * `bad-encoding`, `bad-tlv` or `too-large`; the path is the element (`0` is the message type indicator, `1` the
   * bitmap, `55.9F26` a data object), the offset is in bytes from the start; never with content of a field.
   */
  decode(this: void, bytes: Uint8Array): Message<N>;
  /**
   * Reads as far as possible and tells where each element stands; the error is a value here. What a message need not
   * keep to is said by name.
   */
  readonly inspect: (bytes: Uint8Array, options?: InspectOptions) => Inspection;
}

export interface CodecOptions {
  /**
   * Messages with the same elements before code is written for them, which takes as long as some hundred messages and
   * then is up to half as fast again. Default {@link STRAIGHT_LINE_AFTER}; `Infinity` for never.
   */
  readonly straightLineAfter?: number;
}

/**
 * Compiles a dialect once into a codec.
 * @throws DialectError naming the key of the table that cannot be.
 */
export function compileDialect<N extends number>(dialect: Dialect<N>, options: CodecOptions = {}): Codec<N> {
  checkDialect(dialect);
  const codePage = CODE_PAGES[dialect.codePage ?? '037'];
  const rows: (CompiledField | undefined)[] = Array.from({ length: DATA_ELEMENT_MAX + 1 }, () => undefined);
  for (const [key, spec] of Object.entries<FieldSpec>(dialect.fields))
    rows[Number(key)] = compileField(Number(key), spec, codePage);
  const { straightLineAfter = STRAIGHT_LINE_AFTER } = options;
  const { decode, inspect } = compileDecoder(dialect, rows, straightLineAfter);
  return { dialect, encode: compileEncoder(dialect, rows, straightLineAfter), decode, inspect };
}
