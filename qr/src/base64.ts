import { ProtocolError } from '@kassa/primitives';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Three bytes are four characters. */
const GROUP_BYTES = 3;
const GROUP_CHARACTERS = 4;
const BITS = 6;

/** RFC 4648, 4: the standard alphabet, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += GROUP_BYTES) {
    const group = [0, 1, 2].map((at) => bytes[start + at] ?? 0);
    const bits = group.reduce((sum, byte) => sum * 256 + byte, 0);
    const used = Math.min(GROUP_BYTES, bytes.length - start) + 1;
    for (let at = 0; at < GROUP_CHARACTERS; at++) {
      text += at < used ? ALPHABET[(bits >> (BITS * (GROUP_BYTES - at))) & 0x3f] : '=';
    }
  }
  return text;
}

/**
 * RFC 4648, 4 and 3.5: the standard alphabet, padded, nothing else in between, the bits left over zero, so that each
 * run of bytes has exactly one text.
 * @throws ProtocolError `bad-encoding` with the offset of the character.
 */
export function fromBase64(text: string): Uint8Array {
  const refuse = (offset: number, expected: string, found: string): ProtocolError =>
    new ProtocolError({ code: 'bad-encoding', path: 'payload', offset, expected, found });
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const used = text.length - padding;
  for (let at = 0; at < used; at++) {
    if (!ALPHABET.includes(text.charAt(at))) {
      throw refuse(at, 'a letter, a digit, + or /', 'another character');
    }
  }
  if (text.length % GROUP_CHARACTERS !== 0) {
    throw refuse(text.length, 'groups of 4 characters, padded with =', `${text.length} characters`);
  }
  const bytes = new Uint8Array((text.length / GROUP_CHARACTERS) * GROUP_BYTES - padding);
  let bits = 0;
  let count = 0;
  let next = 0;
  for (let at = 0; at < used; at++) {
    bits = ((bits << BITS) | ALPHABET.indexOf(text.charAt(at))) & 0xffff;
    count += BITS;
    if (count < 8) continue;
    count -= 8;
    bytes[next++] = (bits >> count) & 0xff;
  }
  if ((bits & ((1 << count) - 1)) !== 0) throw refuse(used - 1, 'zero in the bits left over', 'other bits');
  return bytes;
}
