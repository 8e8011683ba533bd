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

/** The tag: two digits. */
export const TAG_BYTES = 2;
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
    if (left < 4) throw problem('truncated', path, offset + TAG_BYTES, expected, charactersOf(left - 2));
    const length = /^\d\d$/.test(digits) ? Number(digits) : 0;
    if (length === 0) throw problem('bad-length', path, offset + TAG_BYTES, expected, shapeOf(digits));
    if (left - 4 < length) {
      throw problem('truncated', path, offset + HEADER_BYTES, charactersOf(length), charactersOf(left - 4));
    }
    const value = take(index + 4, length);
    yield { tag, value, offset };
    index += 4 + length;
    offset += HEADER_BYTES + utf8Length(value);
  }
}

/** Two decimal digits. */
export function isTag(text: string): boolean {
  return /^\d\d$/.test(text);
}
