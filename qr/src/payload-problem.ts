import { ProtocolError, type ProtocolErrorCode } from '@kassa/primitives';

/** Where the tag itself cannot be named. */
const WHOLE = 'payload';
/** A merchant account may be a card number: what is longer than a code is described, never quoted. */
const QUOTED_CHARACTERS_MAX = 4;

/** A {@link ProtocolError} in one line. `offset` counts bytes of UTF-8 from the start of the payload. */
export function problem(
  code: ProtocolErrorCode,
  path: string,
  offset: number,
  expected: string,
  found: string,
): ProtocolError {
  return new ProtocolError({ code, path: path || WHOLE, offset, expected, found });
}

/** `62.01`: a tag inside the template 62. At the root the parent is empty. */
export function pathOf(parent: string, tag: string): string {
  return parent ? `${parent}.${tag}` : tag;
}

/** Short and printable: says more than its length, and is too short to be a card number. */
export function quotable(text: string): boolean {
  return text.length <= QUOTED_CHARACTERS_MAX && /^[ -~]+$/.test(text);
}

/** A short printable text in quotes, of any other the length only. */
export function shapeOf(text: string): string {
  return quotable(text) ? `"${text}"` : charactersOf([...text].length);
}

/** `1 character`, `25 characters`. */
export function charactersOf(count: number): string {
  return countOf(count, 'character');
}

/** `1 byte`, `6 bytes`. */
export function countOf(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
