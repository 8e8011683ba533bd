import { assert } from './assert.ts';

const HEX_DIGITS = '0123456789ABCDEF';

const HEX_OF_BYTE: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => HEX_DIGITS.charAt(byte >> 4) + HEX_DIGITS.charAt(byte & 15),
);

/** Value of a hexadecimal character code, -1 for any other character. */
const NIBBLE_OF_CODE: Int8Array = (() => {
  const table = new Int8Array(256).fill(-1);
  for (let value = 0; value < 16; value++) {
    table[HEX_DIGITS.charCodeAt(value)] = value;
    table[HEX_DIGITS.toLowerCase().charCodeAt(value)] = value;
  }
  return table;
})();

/** Upper-case hexadecimal, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += HEX_OF_BYTE[byte];
  return hex;
}

/**
 * Bytes of a hexadecimal string in either case, without separators.
 * @throws RangeError naming the position of the first character that is not hexadecimal.
 */
export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0)
    throw new RangeError(`hexadecimal needs an even number of digits, found ${hex.length}`);
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const high = NIBBLE_OF_CODE[hex.charCodeAt(index * 2)] ?? -1;
    const low = NIBBLE_OF_CODE[hex.charCodeAt(index * 2 + 1)] ?? -1;
    if (high < 0 || low < 0)
      throw new RangeError(`not hexadecimal at digit ${index * 2 + (high < 0 ? 0 : 1)}`);
    bytes[index] = (high << 4) | low;
  }
  return bytes;
}

/** One byte per character code; characters above U+00FF are a bug of the caller. */
export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    assert(code <= 0xff, `character ${index} does not fit in one byte`);
    bytes[index] = code;
  }
  return bytes;
}

/** One character per byte. */
export function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Byte-wise exclusive or of two equally long arrays. */
export function xorBytes(left: Uint8Array, right: Uint8Array): Uint8Array {
  assert(left.length === right.length, `xor of ${left.length} and ${right.length} bytes`);
  const result = new Uint8Array(left.length);
  for (let index = 0; index < left.length; index++) result[index] = (left[index] ?? 0) ^ (right[index] ?? 0);
  return result;
}

/** Whether both hold the same bytes. For secrets use {@link equalSecret}. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/**
 * Compares in a time that depends only on the lengths, so that a wrong cryptogram, PIN or MAC does not tell
 * how many of its bytes were right.
 */
export function equalSecret(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}
