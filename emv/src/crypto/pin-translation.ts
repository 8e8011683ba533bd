import { assert, toHex } from '@kassa/primitives';
import { tdesDecrypt, tdesEncrypt } from './des.ts';
import {
  decodePinBlock,
  encodePinBlock0,
  encodePinBlock1,
  encodePinBlock2,
  encodePinBlock3,
  type PinBlockFormat,
} from './pin-block.ts';
import { decipherPinBlock4, encipherPinBlock4 } from './pin-block-4.ts';

/** How a PIN travels between two parties. */
export interface PinZone {
  readonly format: PinBlockFormat;
  /** TDES of 16 or 24 bytes for formats 0 to 3; AES of 16, 24 or 32 bytes for format 4. */
  readonly key: Uint8Array;
}

/**
 * Clear PIN block of a format of 8 bytes (ISO 9564-1, 9.3).
 * @param random at least 7 bytes for formats 1 and 3; the others do not look at it.
 */
export function encodePinBlock(
  format: 0 | 1 | 2 | 3,
  pin: string,
  pan: string,
  random: Uint8Array,
): Uint8Array {
  switch (format) {
    case 0:
      return encodePinBlock0(pin, pan);
    case 1:
      return encodePinBlock1(pin, toHex(random));
    case 2:
      return encodePinBlock2(pin);
    case 3:
      return encodePinBlock3(pin, pan, toHex(random));
  }
}

/**
 * Enciphered PIN block of any format (ISO 9564-1, 9.3 and 9.4).
 * @param random 8 bytes, new for each block; formats 0 and 2 do not look at them.
 */
export function encipherPinBlock(zone: PinZone, pin: string, pan: string, random: Uint8Array): Uint8Array {
  const { format, key } = zone;
  return format === 4
    ? encipherPinBlock4(key, pin, pan, random)
    : tdesEncrypt(key, encodePinBlock(format, pin, pan, random));
}

/**
 * The PIN inside an enciphered block of any format.
 * @throws ProtocolError as {@link decodePinBlock}; `bad-length` for a block the cipher cannot take.
 */
export function decipherPinBlock(zone: PinZone, block: Uint8Array, pan: string): string {
  const { format, key } = zone;
  if (format === 4) return decipherPinBlock4(key, block, pan);
  return decodePinBlock(format, block.length === 8 ? tdesDecrypt(key, block) : block, pan);
}

/** ISO 9564-1, 9: a block bound to a card number never becomes one that is not; format 2 stays between terminal and card. */
const TRANSLATIONS: Readonly<Record<PinBlockFormat, readonly PinBlockFormat[]>> = {
  0: [0, 3, 4],
  1: [0, 1, 3, 4],
  2: [],
  3: [0, 3, 4],
  4: [0, 3, 4],
};

/** Whether a security module may turn one format into the other. */
export function mayTranslatePinBlock(from: PinBlockFormat, to: PinBlockFormat): boolean {
  return TRANSLATIONS[from].includes(to);
}

/**
 * Turns a PIN block of one zone into one of the next (ISO 9564-1, 9; PCI PIN Security, requirement 3), for the same
 * card number: a translation that changed it would let PINs be tried out.
 * @param random 8 bytes, new for each block.
 * @throws ProtocolError as {@link decodePinBlock}.
 */
export function translatePinBlock(
  from: PinZone,
  to: PinZone,
  block: Uint8Array,
  pan: string,
  random: Uint8Array,
): Uint8Array {
  assert(mayTranslatePinBlock(from.format, to.format), `no translation from ${from.format} to ${to.format}`);
  return encipherPinBlock(to, decipherPinBlock(from, block, pan), pan, random);
}
