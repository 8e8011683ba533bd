import { VALUE_CHARACTERS_MAX } from './limits.ts';
import { charactersOf, pathOf, problem, shapeOf } from './payload-problem.ts';
import { utf8Length } from './utf8.ts';

/** One data object as written; `objects` are those of a template, whose `value` is their text. */
export interface DataObject {
  /** Two digits. */
  readonly tag: string;
  readonly value: string;
  /** Bytes of UTF-8 from the start of the payload to the tag. */
  readonly offset: number;
  readonly objects?: readonly DataObject[];
}

/** A data object to write: a value, or the data objects of a template. */
export interface DataObjectDraft {
  readonly tag: string;
  readonly value: string | readonly DataObjectDraft[];
}

/** Tag and length, two digits each: four characters, four bytes. */
export const HEADER_BYTES = 4;

/**
 * Reads data objects one after another, until the text ends. Lengths count characters (Unicode code points), as the
 * sample of the EMVCo specification does.
 * @param parent path of the template the text is the value of, empty for a payload.
 * @param start offset of the text in the payload, in bytes of UTF-8.
 * @throws ProtocolError `bad-tlv`, `bad-length` or `truncated`.
 */
export function* readObjects(text: string, parent = '', start = 0): Generator<DataObject, void> {
  const characters = [...text];
  const take = (from: number, count: number): string => characters.slice(from, from + count).join('');
  let offset = start;
  for (let index = 0; index < characters.length; ) {
    const left = characters.length - index;
    const tag = take(index, 2);
    if (left < 2) throw problem('truncated', parent, offset, 'a tag of 2 digits', charactersOf(left));
    if (!isTag(tag)) throw problem('bad-tlv', parent, offset, 'a tag of 2 digits', shapeOf(tag));
    const path = pathOf(parent, tag);
    const digits = take(index + 2, 2);
    const expected = `a length from 01 to ${VALUE_CHARACTERS_MAX}`;
    if (left < 4) throw problem('truncated', path, offset + 2, expected, charactersOf(left - 2));
    const length = /^\d\d$/.test(digits) ? Number(digits) : 0;
    if (length === 0) throw problem('bad-length', path, offset + 2, expected, shapeOf(digits));
    if (left - 4 < length) {
      throw problem('truncated', path, offset + HEADER_BYTES, charactersOf(length), charactersOf(left - 4));
    }
    const value = take(index + 4, length);
    yield { tag, value, offset };
    index += 4 + length;
    offset += HEADER_BYTES + utf8Length(value);
  }
}

/**
 * Writes data objects in the order given.
 * @throws ProtocolError `bad-tlv` or `bad-length`, with the offset the data object would have had.
 */
export function writeObjects(drafts: readonly DataObjectDraft[], parent = '', start = 0): string {
  let text = '';
  for (const { tag, value } of drafts) {
    const path = pathOf(parent, tag);
    const offset = start + utf8Length(text);
    if (!isTag(tag)) throw problem('bad-tlv', parent, offset, 'a tag of 2 digits', shapeOf(tag));
    const content = typeof value === 'string' ? value : writeObjects(value, path, offset + HEADER_BYTES);
    const length = [...content].length;
    if (length === 0 || length > VALUE_CHARACTERS_MAX) {
      const expected = `1 to ${VALUE_CHARACTERS_MAX} characters`;
      throw problem('bad-length', path, offset, expected, charactersOf(length));
    }
    text += `${tag}${String(length).padStart(2, '0')}${content}`;
  }
  return text;
}

function isTag(text: string): boolean {
  return /^\d\d$/.test(text);
}
