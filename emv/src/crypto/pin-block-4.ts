import { assert, concatBytes, fromHex, toHex, xorBytes } from '@kassa/primitives';
import { aesDecrypt, aesEncrypt } from './aes.ts';
import { badBlock, pinDigits, pinOfField } from './pin-block.ts';

/** ISO 9564-1:2017, 9.4.2: the number is filled to 12 digits, and its length told beyond them. */
const PAN_DIGITS_MIN = 12;

/**
 * Plain text PIN field of format 4 (ISO 9564-1:2017, 9.4.2): control 4, length, PIN, A fill, 8 random bytes.
 * @param random 8 bytes.
 * @returns 16 bytes, not enciphered.
 */
export function encodePinField4(pin: string, random: Uint8Array): Uint8Array {
  assert(random.length === 8, `a PIN field takes 8 random bytes, found ${random.length}`);
  return concatBytes(fromHex(pinDigits(4, pin).padEnd(16, 'A')), random);
}

/**
 * Plain text account field of format 4 (ISO 9564-1:2017, 9.4.2): digits beyond 12, the number, zeros.
 * @param pan 1 to 19 digits.
 * @returns 16 bytes.
 */
export function accountField4(pan: string): Uint8Array {
  assert(/^\d{1,19}$/.test(pan), 'a card number is 1 to 19 digits');
  const digits = pan.padStart(PAN_DIGITS_MIN, '0');
  return fromHex(`${digits.length - PAN_DIGITS_MIN}${digits}`.padEnd(32, '0'));
}

/**
 * Enciphered PIN block of format 4 (ISO 9564-1:2017, 9.4.2): the PIN field under AES, exclusive-or the account field,
 * under AES again.
 * @param key AES, 16, 24 or 32 bytes.
 * @param random 8 bytes, new for each block.
 * @returns 16 bytes.
 */
export function encipherPinBlock4(key: Uint8Array, pin: string, pan: string, random: Uint8Array): Uint8Array {
  const field = aesEncrypt(key, encodePinField4(pin, random));
  return aesEncrypt(key, xorBytes(field, accountField4(pan)));
}

/**
 * The PIN inside an enciphered block of format 4 (ISO 9564-1:2017, 9.4.2).
 * @throws ProtocolError `bad-length`, or `bad-value` when the block is not of format 4 for this number under this key. The
 * error holds nothing of the block.
 */
export function decipherPinBlock4(key: Uint8Array, block: Uint8Array, pan: string): string {
  if (block.length !== 16) throw badBlock('bad-length', '16 bytes', `${block.length} bytes`);
  const field = aesDecrypt(key, xorBytes(aesDecrypt(key, block), accountField4(pan)));
  const pin = pinOfField(4, toHex(field), /^A*$/);
  if (pin !== undefined) return pin;
  throw badBlock('bad-value', 'a PIN block of format 4 for this account', 'another content');
}
