import { type DataObject, HEADER_BYTES, TAG_BYTES } from './data-object.ts';
import type { ObjectRule } from './object-rules.ts';
import { charactersOf, problem, quotable } from './payload-problem.ts';

/**
 * Checks what a value may be by its rule.
 * @throws ProtocolError `bad-length` at the length, `bad-value` at the value.
 */
export function checkValue({ value, offset }: DataObject, { format }: ObjectRule, path: string): void {
  if (!format) return;
  const { charactersMin, charactersMax, pattern, says } = format;
  const count = [...value].length;
  if (count < charactersMin || count > charactersMax) {
    throw problem('bad-length', path, offset + TAG_BYTES, says, charactersOf(count));
  }
  if (pattern.test(value)) return;
  const found = quotable(value) ? `"${value}"` : `${charactersOf(count)} of another form`;
  throw problem('bad-value', path, offset + HEADER_BYTES, says, found);
}
