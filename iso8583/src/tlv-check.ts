import { AssertionError, fromHex, ProtocolError, parseTlv, toLatin1 } from '@kassa/primitives';
import type { CompiledField } from './compiled-field.ts';
import { HEX_CODES } from './hex-codes.ts';
import { problem } from './protocol-problem.ts';

/** EMV Book 3, annex B1 and B2, as the TLV parser of the primitives reads them. */
const TAG_BYTES_MAX = 3;
const LENGTH_BYTES_MAX = 3;

/**
 * Whether bytes are a list of BER-TLV data objects, without building it: every message with DE 55 passes here, and
 * the parser's objects would cost more than the rest of the message. The parser stays the judge of what is wrong;
 * a property test holds the two together.
 * @param stride 1, or 2 where each byte is two hexadecimal characters (checked before).
 */
export function isTlvList(bytes: Uint8Array, start: number, end: number, stride: 1 | 2): boolean {
  let at = start;
  while (at < end) {
    const first = byteAt(bytes, at, stride);
    at += stride;
    if (first === 0) continue;
    if ((first & 0x1f) === 0x1f) {
      const tagEnd = at + (TAG_BYTES_MAX - 1) * stride;
      let more = true;
      while (more) {
        if (at >= end || at >= tagEnd) return false;
        more = (byteAt(bytes, at, stride) & 0x80) !== 0;
        at += stride;
      }
    }
    if (at >= end) return false;
    let length = byteAt(bytes, at, stride);
    at += stride;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > LENGTH_BYTES_MAX || at + count * stride > end) return false;
      length = 0;
      for (let index = 0; index < count; index++) {
        length = length * 256 + byteAt(bytes, at, stride);
        at += stride;
      }
    }
    at += length * stride;
  }
  return at === end;
}

/** The low five bits of a hexadecimal character tell its value: 10 to 19 for digits, 01 to 06 for letters of either case. */
const HEX_BITS = 5;
const HEX_MASK = (1 << HEX_BITS) - 1;

/** The byte that two hexadecimal characters write, by their low five bits. */
const BYTE_OF_PAIR: Uint8Array = (() => {
  const table = new Uint8Array(1 << (2 * HEX_BITS));
  HEX_CODES.forEach((high, first) => {
    HEX_CODES.forEach((low, second) => {
      table[((high & HEX_MASK) << HEX_BITS) | (low & HEX_MASK)] = first * 16 + second;
    });
  });
  return table;
})();

function byteAt(bytes: Uint8Array, at: number, stride: 1 | 2): number {
  const byte = bytes[at] ?? 0;
  return stride === 1
    ? byte
    : (BYTE_OF_PAIR[((byte & HEX_MASK) << HEX_BITS) | ((bytes[at + 1] ?? 0) & HEX_MASK)] ?? 0);
}

/**
 * Refuses a value that is not BER-TLV.
 * @throws ProtocolError `bad-tlv`, with the tag in its path and the offset in the message.
 */
export function checkTlv(field: CompiledField, bytes: Uint8Array, start: number, end: number): void {
  const stride = field.halfBytesPerUnit === 4 ? 2 : 1;
  if (!isTlvList(bytes, start, end, stride))
    throw whatIsWrong(field, bytes.subarray(start, end), start, stride);
}

/** The parser's error. A length past the end is wrong TLV, not a truncated message: the field itself is whole. */
function whatIsWrong(field: CompiledField, value: Uint8Array, start: number, stride: 1 | 2): Error {
  try {
    parseTlv(stride === 1 ? value : fromHex(toLatin1(value)), field.path);
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    return problem('bad-tlv', cause.path, start + cause.offset * stride, cause.expected, cause.found);
  }
  return new AssertionError(`the TLV check and the TLV parser disagree in field ${field.path}`);
}
