import { maskPan, toHex } from '@kassa/primitives';
import type { Codec } from './codec.ts';
import type { Message } from './message.ts';

/** A message as a trace may show it to anyone. */
export interface MessageTrace {
  readonly mti: string;
  /** Name of the dialect. */
  readonly dialect: string;
  /** Bytes without framing. */
  readonly length: number;
  /** Every byte; those of a field that is not shown are `**`. */
  readonly hex: string;
  readonly fields: readonly TracedField[];
}

export interface TracedField {
  readonly path: string;
  readonly name: string;
  readonly value: string;
  readonly words: string | null;
  readonly offset: number;
  readonly length: number;
}

export function traceMessage(codec: Codec, bytes: Uint8Array, message: Message): MessageTrace {
  const { spans } = codec.inspect(bytes);
  let hex = toHex(bytes);
  const fields = spans.map(({ number, offset, length }): TracedField => {
    const row = codec.dialect.fields[number];
    const value = message.fields[number] ?? '';
    const mask = row?.mask ?? 'length';
    if (mask !== 'clear')
      hex = hex.slice(0, offset * 2) + '**'.repeat(length) + hex.slice((offset + length) * 2);
    const shown = mask === 'clear' ? value : mask === 'pan' ? maskPan(value) : '***';
    return { path: String(number), name: row?.name ?? '', value: shown, words: null, offset, length };
  });
  return { mti: message.mti, dialect: codec.dialect.name, length: bytes.length, hex, fields };
}
