import { compileDialect, describe, dialects, type TracedField } from '@kassa/iso8583';
import { toHex } from '@kassa/primitives';
import { reveal } from '../../wire/reveal.ts';
import { explainMessage } from './explain-message.ts';
import type { ExplainedNode } from './explained-node.ts';
import type { LineTap } from './line-tap.ts';
import type { WordsFor } from './value-words.ts';

/** A message as it went over the line. Card data is in it: for the eyes of whoever asked. */
export interface RevealedMessage {
  readonly hex: string;
  readonly message: readonly ExplainedNode[];
}

/** Finds the bytes of a message event again and explains them unmasked; undefined when they are no longer kept. */
export function revealMessage(
  tap: LineTap,
  traced: { readonly dialect: string; readonly hex: string },
  wordsFor: WordsFor,
): RevealedMessage | undefined {
  const dialect = Object.values(dialects).find(({ name }) => name === traced.dialect);
  const bytes = tap.find(traced.hex);
  if (dialect === undefined || bytes === undefined) return undefined;
  const described = describe(dialect, bytes);
  const fields = reveal(dialect, compileDialect(dialect).decode(bytes), described).map(
    ({ path, name, value, words = null, offset, length }): TracedField => ({
      path,
      name,
      value,
      words,
      offset,
      length,
    }),
  );
  const hex = toHex(bytes);
  return { hex, message: explainMessage({ dialect: traced.dialect, hex, fields }, wordsFor) };
}
