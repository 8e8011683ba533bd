import { assert } from '@kassa/primitives';
import { checkValue } from './check-value.ts';
import { HEADER_BYTES, isTag, TAG_BYTES } from './data-object.ts';
import { VALUE_CHARACTERS_MAX } from './limits.ts';
import type { ObjectRule, TemplateRule } from './object-rules.ts';
import { charactersOf, pathOf, problem, shapeOf } from './payload-problem.ts';
import { utf8Length } from './utf8.ts';

/** A data object to write: a value, or the data objects of a template. */
export interface DataObjectDraft {
  readonly tag: string;
  readonly value: string | readonly DataObjectDraft[];
}

/**
 * Writes data objects in the order given, each value checked by its rule.
 * @throws ProtocolError `bad-tlv`, `bad-length` or `bad-value`, with the offset it would have had.
 */
export function writeObjects(
  drafts: readonly DataObjectDraft[],
  rule: TemplateRule,
  parent = '',
  start = 0,
): string {
  let text = '';
  for (const { tag, value } of drafts) {
    const path = pathOf(parent, tag);
    const offset = start + utf8Length(text);
    if (!isTag(tag)) throw problem('bad-tlv', parent, offset, 'a tag of 2 digits', shapeOf(tag));
    const objectRule = rule.ruleOf(tag);
    const content =
      typeof value === 'string' ? value : writeTemplate(value, objectRule, path, offset + HEADER_BYTES);
    checkValue({ tag, value: content, offset }, objectRule, path);
    const length = [...content].length;
    if (length === 0 || length > VALUE_CHARACTERS_MAX) {
      const expected = `1 to ${VALUE_CHARACTERS_MAX} characters`;
      throw problem('bad-length', path, offset + TAG_BYTES, expected, charactersOf(length));
    }
    text += `${tag}${String(length).padStart(2, '0')}${content}`;
  }
  return text;
}

function writeTemplate(
  drafts: readonly DataObjectDraft[],
  { template }: ObjectRule,
  path: string,
  start: number,
): string {
  assert(template !== undefined, `data object ${path} is not a template`);
  return writeObjects(drafts, template, path, start);
}
