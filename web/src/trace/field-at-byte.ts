import type { MessageField } from './step-types.ts';

/** A run of bytes of a message. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Where the field lies, or null when it has no bytes of its own. */
export function rangeOf(field: MessageField): ByteRange | null {
  if (field.offset === null || field.length === null || field.length <= 0) return null;
  return { offset: field.offset, length: field.length };
}

/** The innermost field that holds the byte: inside DE 55 it is the tag, not the whole field. */
export function fieldAtByte(fields: readonly MessageField[], byte: number): MessageField | null {
  let found: MessageField | null = null;
  let shortest = Number.POSITIVE_INFINITY;
  for (const field of fields) {
    const range = rangeOf(field);
    if (range === null || !holds(range, byte) || range.length > shortest) continue;
    found = field;
    shortest = range.length;
  }
  return found;
}

export function holds(range: ByteRange, byte: number): boolean {
  return byte >= range.offset && byte < range.offset + range.length;
}

/** `55.9F26` lies one level inside `55`. */
export function depthOf(field: MessageField): number {
  return field.path.split('.').length - 1;
}
