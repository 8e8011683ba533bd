import { assert, fromHex, toHex } from '@kassa/primitives';
import type { Codec } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import { problem } from '../codec/protocol-problem.ts';

/** A message authentication code as received, and the bytes it is computed over. */
export interface ReceivedMac {
  /** Everything before it, from the MTI on; a view of the message. */
  readonly covered: Uint8Array;
  readonly mac: Uint8Array;
}

/**
 * The MAC of a message (ISO 8583:1987, 4.4.16 and 4.4.32): in DE 128 when there is a second bitmap, else in DE 64, the
 * last element either way. Undefined where it carries none, or where other elements follow it that it cannot cover.
 * @param message what `codec.decode` made of `bytes`.
 */
export function macOf(codec: Codec, bytes: Uint8Array, message: Message): ReceivedMac | undefined {
  const number = message.fields[128] === undefined ? 64 : 128;
  const mac = message.fields[number];
  const spec = codec.dialect.fields[number];
  if (mac === undefined || spec === undefined || spec.content !== 'b' || spec.len !== 'fixed')
    return undefined;
  if (number === 64 && Object.keys(message.fields).some((key) => Number(key) > 64)) return undefined;
  const wireBytes = spec.enc === 'hexascii' ? spec.max * 2 : spec.max;
  return { covered: bytes.subarray(0, bytes.length - wireBytes), mac: fromHex(mac) };
}

/**
 * Encodes a message with a MAC in DE 64, or in DE 128 where the message has elements above 64.
 * @param makeMac gets the bytes before the MAC and gives as many bytes as the dialect's row says.
 * @throws ProtocolError as `codec.encode`, and `bad-length` for a MAC of another length.
 */
export function encodeWithMac(
  codec: Codec,
  message: Message,
  makeMac: (covered: Uint8Array) => Uint8Array,
): Uint8Array {
  const number = Object.keys(message.fields).some((key) => Number(key) > 64) ? 128 : 64;
  const spec = codec.dialect.fields[number];
  if (spec === undefined || spec.content !== 'b' || spec.len !== 'fixed') {
    throw problem('unknown-field', String(number), 0, 'a dialect with a MAC of fixed length here', 'none');
  }
  const zeros = { mti: message.mti, fields: { ...message.fields, [number]: '00'.repeat(spec.max) } };
  const bytes = codec.encode(zeros);
  const place = macOf(codec, bytes, zeros);
  assert(place !== undefined, 'a message just given a MAC has one');
  const mac = makeMac(place.covered);
  if (mac.length !== spec.max) {
    throw problem(
      'bad-length',
      String(number),
      place.covered.length,
      `${spec.max} bytes`,
      `${mac.length} bytes`,
    );
  }
  const wire = spec.enc === 'hexascii' ? Uint8Array.from(toHex(mac), (digit) => digit.charCodeAt(0)) : mac;
  bytes.set(wire, place.covered.length);
  return bytes;
}
