import { toHex } from './bytes.ts';
import { ProtocolError } from './protocol-error.ts';

/** One data object as sent: order, duplicates and constructed nesting are the caller's to keep. */
export interface Tlv {
  /** Upper-case hexadecimal: `9F26`. */
  readonly tag: string;
  readonly value: Uint8Array;
  /** Offset of the tag's first byte in what was parsed. */
  readonly offset: number;
}

/** EMV Book 3, annex B1: tags here are at most three bytes; ISO 8825-1 would allow more. */
const TAG_BYTES_MAX = 3;
/** EMV Book 3, annex B2: the length field is one to three bytes. */
const LENGTH_BYTES_MAX = 3;

/** Bit 6 of the first tag byte: the value is itself a list of data objects (EMV Book 3, annex B1). */
export function isConstructed(tag: string): boolean {
  return (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
}

/**
 * Reads one tag.
 * @throws ProtocolError `bad-tlv` or `truncated`.
 */
export function readTag(bytes: Uint8Array, start: number, path: string): { tag: string; next: number } {
  const first = bytes[start];
  if (first === undefined) throw truncated(path, start, 'a tag', 0);
  let next = start + 1;
  if ((first & 0x1f) === 0x1f) {
    for (;;) {
      const byte = bytes[next];
      if (byte === undefined) throw truncated(path, next, 'the rest of the tag', 0);
      next++;
      if ((byte & 0x80) === 0) break;
      if (next - start >= TAG_BYTES_MAX) {
        throw new ProtocolError({
          code: 'bad-tlv',
          path,
          offset: start,
          expected: `a tag of at most ${TAG_BYTES_MAX} bytes`,
          found: 'a longer tag',
        });
      }
    }
  }
  return { tag: toHex(bytes.subarray(start, next)), next };
}

/**
 * Reads a list of BER-TLV data objects that fills `bytes` exactly. Values are views, not copies.
 * @throws ProtocolError `bad-tlv` or `truncated`, with the tag in its path.
 */
export function parseTlv(bytes: Uint8Array, path = 'tlv'): Tlv[] {
  const objects: Tlv[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    // EMV Book 3, annex B1: 00 bytes before, between or after data objects are padding without meaning.
    if (bytes[offset] === 0x00) {
      offset++;
      continue;
    }
    const { object, next } = readTlv(bytes, offset, path);
    objects.push(object);
    offset = next;
  }
  return objects;
}

/**
 * Reads the one object that begins at `start`; its value is a view.
 * @throws ProtocolError `bad-tlv` or `truncated`, with the tag in its path.
 */
export function readTlv(bytes: Uint8Array, start: number, path: string): { object: Tlv; next: number } {
  const { tag, next } = readTag(bytes, start, path);
  const length = readLength(bytes, next, `${path}.${tag}`);
  const end = length.next + length.value;
  if (end > bytes.length) {
    throw truncated(`${path}.${tag}`, length.next, `${length.value} bytes`, bytes.length - length.next);
  }
  return { object: { tag, value: bytes.subarray(length.next, end), offset: start }, next: end };
}

function readLength(bytes: Uint8Array, start: number, path: string): { value: number; next: number } {
  const first = bytes[start];
  if (first === undefined) throw truncated(path, start, 'a length', 0);
  if (first < 0x80) return { value: first, next: start + 1 };
  const count = first & 0x7f;
  if (count === 0 || count >= LENGTH_BYTES_MAX + 1) {
    throw new ProtocolError({
      code: 'bad-tlv',
      path,
      offset: start,
      expected: 'a length of one to three bytes',
      found: `first byte ${toHex(bytes.subarray(start, start + 1))}`,
    });
  }
  let value = 0;
  for (let index = 1; index <= count; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) throw truncated(path, start + index, 'the rest of the length', 0);
    value = value * 256 + byte;
  }
  return { value, next: start + 1 + count };
}

/** First object with the tag among siblings, or undefined. */
export function findTlv(objects: readonly Tlv[], tag: string): Uint8Array | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}

/** First object with the tag at any depth, templates searched in order. */
export function findTlvDeep(bytes: Uint8Array, tag: string, path = 'tlv'): Uint8Array | undefined {
  for (const object of parseTlv(bytes, path)) {
    if (object.tag === tag) return object.value;
    if (isConstructed(object.tag)) {
      const inner = findTlvDeep(object.value, tag, `${path}.${object.tag}`);
      if (inner) return inner;
    }
  }
  return undefined;
}

/** Encodes one object with the shortest length form. */
export function encodeTlv(tag: string, value: Uint8Array): Uint8Array {
  const tagBytes = Uint8Array.from(tag.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const lengthBytes = encodeLength(value.length);
  const bytes = new Uint8Array(tagBytes.length + lengthBytes.length + value.length);
  bytes.set(tagBytes);
  bytes.set(lengthBytes, tagBytes.length);
  bytes.set(value, tagBytes.length + lengthBytes.length);
  return bytes;
}

function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >> 8, length & 0xff];
}

function truncated(path: string, offset: number, expected: string, foundBytes: number): ProtocolError {
  return new ProtocolError({ code: 'truncated', path, offset, expected, found: `${foundBytes} bytes left` });
}
