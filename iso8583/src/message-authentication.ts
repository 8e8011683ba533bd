import { assert, fromHex, fromLatin1, ProtocolError, toHex } from '@kassa/primitives';
import type { Codec } from './codec.ts';
import type { Message } from './message.ts';

/** A MAC is 8 bytes here; a dialect may write them as they are or as 16 hexadecimal characters. */
const MAC_BYTES = 8;

/** A message authentication code as received, and the bytes it is computed over. */
export interface ReceivedMac {
  readonly mac: Uint8Array;
  /** Everything before it, from the MTI on. */
  readonly covered: Uint8Array;
}

/**
 * Where the MAC of a message stands (ISO 8583:1987, 4.4.16 and 4.4.32): in DE 128 when there is a second bitmap, else in
 * DE 64; the last element either way.
 */
function macElement(fields: Message['fields']): 64 | 128 {
  return Object.keys(fields).some((number) => Number(number) > 64) ? 128 : 64;
}

/**
 * Encodes a message with a MAC over every byte before it.
 * @param makeMac computes 8 bytes over what it is given.
 * @throws ProtocolError as {@link Codec.encode}.
 */
export function encodeWithMac(
  codec: Codec,
  message: Message,
  makeMac: (covered: Uint8Array) => Uint8Array,
): Uint8Array {
  const element = macElement(message.fields);
  const fields = { ...message.fields, [element]: '00'.repeat(MAC_BYTES) };
  const bytes = codec.encode({ mti: message.mti, fields });
  const start = bytes.length - macWireBytes(codec, element);
  const mac = makeMac(bytes.subarray(0, start));
  assert(mac.length === MAC_BYTES, `a MAC is ${MAC_BYTES} bytes, found ${mac.length}`);
  bytes.set(isWrittenInHex(codec, element) ? fromLatin1(toHex(mac)) : mac, start);
  return bytes;
}

/** The MAC of a decoded message; undefined when it carries none. */
export function macOf(codec: Codec, bytes: Uint8Array, message: Message): ReceivedMac | undefined {
  const element = message.fields[128] === undefined ? 64 : 128;
  const hex = message.fields[element];
  if (hex === undefined) return undefined;
  return { mac: fromHex(hex), covered: bytes.subarray(0, bytes.length - macWireBytes(codec, element)) };
}

function macWireBytes(codec: Codec, element: 64 | 128): number {
  return isWrittenInHex(codec, element) ? MAC_BYTES * 2 : MAC_BYTES;
}

function isWrittenInHex(codec: Codec, element: 64 | 128): boolean {
  const enc = codec.dialect.fields[element]?.enc;
  if (enc === 'binary' || enc === 'hexascii') return enc === 'hexascii';
  throw new ProtocolError({
    code: 'unknown-field',
    path: String(element),
    offset: 0,
    expected: 'a dialect that has a binary MAC there',
    found: enc ?? 'no such element',
  });
}
