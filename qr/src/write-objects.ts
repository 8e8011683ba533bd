import { checkValue } from './check-value.ts';
import { HEADER_BYTES, isTag, TAG_BYTES } from './data-object.ts';
import { VALUE_CHARACTERS_MAX } from './limits.ts';
import type { TemplateRule } from './object-rules.ts';
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
export function writeObjects(drafts: readonly DataObjectDraft[], rule: TemplateRule): string {
  return join(drafts, '', 0, rule);
}

/**
 * Writes data objects in the order given: tags and lengths are of their form, whatever the values say.
 * @throws ProtocolError `bad-tlv` or `bad-length`, with the offset it would have had.
 */
export function joinObjects(drafts: readonly DataObjectDraft[]): string {
  return join(drafts, '', 0, undefined);
}

function join(
  drafts: readonly DataObjectDraft[],
  parent: string,
  start: number,
  rule: TemplateRule | undefined,
): string {
  let text = '';
  for (const { tag, value } of drafts) {
    const path = pathOf(parent, tag);
    const offset = start + utf8Length(text);
    if (!isTag(tag)) throw problem('bad-tlv', parent, offset, 'a tag of 2 digits', shapeOf(tag));
    const objectRule = rule?.ruleOf(tag);
    const content =
      typeof value === 'string' ? value : join(value, path, offset + HEADER_BYTES, objectRule?.template);
    if (objectRule) checkValue({ tag, value: content, offset }, objectRule, path);
    const length = [...content].length;
    if (length === 0 || length > VALUE_CHARACTERS_MAX) {
      const expected = `1 to ${VALUE_CHARACTERS_MAX} characters`;
      throw problem('bad-length', path, offset + TAG_BYTES, expected, charactersOf(length));
    }
    text += `${tag}${String(length).padStart(2, '0')}${content}`;
  }
  return text;
}
