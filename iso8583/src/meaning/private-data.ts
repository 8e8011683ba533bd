import { countOf, problem } from '../codec/protocol-problem.ts';
import { PRIVATE_ELEMENTS_MAX } from '../limits.ts';

/** One element of DE 48 in Kassa's dialects. */
export interface PrivateElement {
  /** Two digits. */
  readonly tag: string;
  /** Printable ASCII, at most 99 characters. */
  readonly value: string;
}

/** A private element and where it begins, in characters. */
export interface LocatedPrivateElement extends PrivateElement {
  readonly offset: number;
}

const HEAD = 4;
const VALUE_MAX = 99;
const PATH = '48';

/**
 * Writes elements one after another, each as two digits of tag, two digits of length and its value, order kept.
 * @throws ProtocolError `bad-tlv`, `bad-length` or `bad-encoding`.
 */
export function encodePrivateData(elements: readonly PrivateElement[]): string {
  if (elements.length > PRIVATE_ELEMENTS_MAX) {
    throw problem('bad-tlv', PATH, 0, `at most ${PRIVATE_ELEMENTS_MAX} elements`, String(elements.length));
  }
  let text = '';
  for (const { tag, value } of elements) {
    if (!/^\d\d$/.test(tag))
      throw problem('bad-tlv', PATH, text.length, 'a tag of two digits', 'another text');
    const path = `${PATH}.${tag}`;
    if (value.length > VALUE_MAX) {
      const expected = `at most ${countOf(VALUE_MAX, 'character')}`;
      throw problem('bad-length', path, text.length, expected, countOf(value.length, 'character'));
    }
    if (!/^[\x20-\x7e]*$/.test(value)) {
      throw problem('bad-encoding', path, text.length, 'printable ASCII characters', 'another character');
    }
    text += tag + String(value.length).padStart(2, '0') + value;
  }
  return text;
}

/**
 * Reads what {@link encodePrivateData} writes; order and repeated tags are kept.
 * @param path where the text stands, for errors.
 * @throws ProtocolError `bad-tlv`, offsets in characters from the start of the text; never with a value.
 */
export function parsePrivateData(text: string, path = PATH): LocatedPrivateElement[] {
  const elements: LocatedPrivateElement[] = [];
  let offset = 0;
  while (offset < text.length) {
    const tag = text.slice(offset, offset + 2);
    if (!/^\d\d$/.test(tag)) throw problem('bad-tlv', path, offset, 'a tag of two digits', 'another text');
    const length = text.slice(offset + 2, offset + HEAD);
    if (!/^\d\d$/.test(length)) {
      throw problem('bad-tlv', `${path}.${tag}`, offset + 2, 'a length of two digits', 'another text');
    }
    const start = offset + HEAD;
    const end = start + Number(length);
    if (end > text.length) {
      const left = countOf(text.length - start, 'character');
      throw problem('bad-tlv', `${path}.${tag}`, start, countOf(Number(length), 'character'), `${left} left`);
    }
    elements.push({ tag, value: text.slice(start, end), offset });
    offset = end;
  }
  return elements;
}
