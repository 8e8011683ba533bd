import { AssertionError, fromHex, ProtocolError, parseTlv, toLatin1 } from '@kassa/primitives';
import type { CompiledField } from './compiled-field.ts';
import { problem } from './protocol-problem.ts';

/** EMV Book 3, annex B1 and B2, as the TLV parser of the primitives reads them. */
const TAG_BYTES_MAX = 3;
const LENGTH_BYTES_MAX = 3;

/**
 * Whether bytes are a list of BER-TLV data objects, without building it: every message with DE 55 passes here, and
 * the parser's objects would cost more than the rest of the message. The parser stays the judge of what is wrong;
 * a property test holds the two together.
 */
export function isTlvList(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const first = bytes[at++] ?? 0;
    if (first === 0) continue;
    if ((first & 0x1f) === 0x1f) {
      const tagEnd = at + TAG_BYTES_MAX - 1;
      let more = true;
      while (more) {
        if (at >= end || at >= tagEnd) return false;
        more = (bytes[at++] ?? 0) >= 0x80;
      }
    }
    if (at >= end) return false;
    let length = bytes[at++] ?? 0;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > LENGTH_BYTES_MAX || at + count > end) return false;
      length = 0;
      for (let index = 0; index < count; index++) length = length * 256 + (bytes[at++] ?? 0);
    }
    at += length;
  }
  return at === end;
}

const CODE_0 = 0x30;
const CODE_8 = 0x38;
const CODE_F = 0x46;
/** Takes the bit off that lower case has. */
const UPPER_CASE = 0x5f;

/** Value of a hexadecimal character of either case: letters have bit 6, and low bits of 1 to 6. */
const nibbleOf = (code: number): number => (code & 15) + 9 * (code >> 6);

/** The same of bytes written as hexadecimal characters, of either case, which were checked before. */
export function isHexTlvList(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    at += 2;
    if (second === CODE_0 && first === CODE_0) continue;
    // Low five bits set: the second character is F, the first is odd.
    if ((second & UPPER_CASE) === CODE_F && (nibbleOf(first) & 1) !== 0) {
      const tagEnd = at + (TAG_BYTES_MAX - 1) * 2;
      let more = true;
      while (more) {
        if (at >= end || at >= tagEnd) return false;
        more = (bytes[at] ?? 0) >= CODE_8;
        at += 2;
      }
    }
    if (at >= end) return false;
    let length = nibbleOf(bytes[at] ?? 0) * 16 + nibbleOf(bytes[at + 1] ?? 0);
    at += 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > LENGTH_BYTES_MAX || at + count * 2 > end) return false;
      length = 0;
      for (let index = 0; index < count; index++) {
        length = length * 256 + nibbleOf(bytes[at] ?? 0) * 16 + nibbleOf(bytes[at + 1] ?? 0);
        at += 2;
      }
    }
    at += length * 2;
  }
  return at === end;
}

/**
 * Refuses a value that is not BER-TLV.
 * @throws ProtocolError `bad-tlv`, with the tag in its path and the offset in the message.
 */
export function checkTlv(field: CompiledField, bytes: Uint8Array, start: number, end: number): void {
  const isHex = field.halfBytesPerUnit === 4;
  const isList = isHex ? isHexTlvList(bytes, start, end) : isTlvList(bytes, start, end);
  if (!isList) throw whatIsWrong(field, bytes.subarray(start, end), start, isHex ? 2 : 1);
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
