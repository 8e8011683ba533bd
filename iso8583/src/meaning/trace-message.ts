import { toHex } from '@kassa/primitives';
import type { Codec } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import { type DescribedField, type DescribeOptions, describe } from './describe.ts';

/** A message as events and traces may hold it: nothing in it is secret. */
export interface MessageTrace {
  readonly mti: string;
  /** Name of the dialect. */
  readonly dialect: string;
  /** Bytes, without framing. */
  readonly length: number;
  /** Two characters a byte; `**` for each byte whose value is masked. */
  readonly hex: string;
  readonly fields: readonly TracedField[];
}

export type TracedField = Pick<DescribedField, 'path' | 'name' | 'value' | 'offset' | 'length'> & {
  readonly words: string | null;
};

/** What may be told of a message that went by. */
export function traceMessage(
  codec: Codec,
  bytes: Uint8Array,
  message: Message,
  options: DescribeOptions = {},
): MessageTrace {
  const described = describe(codec.dialect, bytes, options);
  return {
    mti: message.mti,
    dialect: codec.dialect.name,
    length: bytes.length,
    hex: maskedHex(bytes, described),
    fields: described.map(({ path, name, value, words = null, offset, length }) => {
      return { path, name, value, words, offset, length };
    }),
  };
}

/**
 * The bytes in hexadecimal with the values of masked elements as `**`. Fails closed: only bytes that some element
 * shows are shown.
 */
export function maskedHex(bytes: Uint8Array, described: readonly DescribedField[]): string {
  const shown = new Uint8Array(bytes.length);
  for (const { offset, length, headLength, isMasked } of described) {
    shown.fill(1, offset, offset + headLength);
    shown.fill(isMasked ? 0 : 1, offset + headLength, offset + length);
  }
  const hex = toHex(bytes);
  let masked = '';
  for (let index = 0; index < bytes.length; index++) {
    masked += shown[index] === 1 ? hex.slice(index * 2, index * 2 + 2) : '**';
  }
  return masked;
}
