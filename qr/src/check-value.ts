import { type DataObject, HEADER_BYTES, TAG_BYTES } from './data-object.ts';
import type { Place } from './finding.ts';
import type { LintRuleName } from './lint-rules.ts';
import type { ObjectRule } from './object-rules.ts';
import { charactersOf, problem, quotable } from './payload-problem.ts';

/** A rule that a value breaks: a `bad-length` at the length, a `bad-value` at the value. */
export interface ValueProblem {
  readonly rule: LintRuleName;
  readonly place: Place & { readonly code: 'bad-length' | 'bad-value' };
}

/** What is wrong with a value by the rule of its data object, the length first. */
export function valueProblem(
  { value, offset }: DataObject,
  { format }: ObjectRule,
  path: string,
): ValueProblem | undefined {
  if (!format) return undefined;
  const { charactersMin, charactersMax, pattern, says: expected, lengthRule, patternRule } = format;
  const count = [...value].length;
  if (count < charactersMin || count > charactersMax) {
    const place = { path, offset: offset + TAG_BYTES, expected, found: charactersOf(count) };
    return { rule: lengthRule, place: { ...place, code: 'bad-length' } };
  }
  if (pattern.test(value)) return undefined;
  const place = { path, offset: offset + HEADER_BYTES, expected, found: formOf(value) };
  return { rule: patternRule, place: { ...place, code: 'bad-value' } };
}

/** @throws ProtocolError `bad-length` at the length, `bad-value` at the value. */
export function checkValue(object: DataObject, rule: ObjectRule, path: string): void {
  const found = valueProblem(object, rule, path);
  if (found) {
    const { place } = found;
    throw problem(place.code, path, place.offset, place.expected, place.found);
  }
}

/** A short value in quotes, of any other the length only: it may be a card number. */
export function formOf(value: string): string {
  return quotable(value) ? `"${value}"` : `${charactersOf([...value].length)} of another form`;
}
