import type { Dialect } from '../dialect/dialect.ts';
import { countOf, problem } from './protocol-problem.ts';

/**
 * A value brought to the fixed length of its element, since the codec itself adds nothing: digits get zeros on the left,
 * text gets spaces on the right, or on the left where the row says `pad: 'left'`. Elements of variable length and binary
 * ones come back as they are.
 * @throws ProtocolError `unknown-field` for an element the dialect does not define, `bad-length` for a value too long.
 */
export function fillField(dialect: Dialect, number: number, value: string): string {
  const spec = dialect.fields[number];
  if (spec === undefined) {
    throw problem('unknown-field', String(number), 0, 'a data element this dialect defines', 'none');
  }
  if (spec.len !== 'fixed' || spec.content === 'b') return value;
  if (value.length > spec.max) {
    const expected = `at most ${countOf(spec.max, 'character')}`;
    throw problem('bad-length', String(number), 0, expected, countOf(value.length, 'character'));
  }
  if (spec.content === 'n') return value.padStart(spec.max, '0');
  return spec.pad === 'left' ? value.padStart(spec.max) : value.padEnd(spec.max);
}
