import { encipherOfflinePin } from '../crypto/offline-pin.ts';
import { encodePinBlock2 } from '../crypto/pin-block.ts';
import { verifyCommand } from './card-commands.ts';
import type { PinEncipherment } from './kernel-types.ts';

/**
 * The PIN pad's part of an offline PIN: the command it sends to the card (EMV 4.4 Book 3, 6.5.12; Book 2, 7.2).
 * @param pin 4 to 12 digits.
 * @param randomBytes gives random bytes; asked for an enciphered PIN only.
 */
export function offlinePinCommand(
  encipherment: PinEncipherment | null,
  pin: string,
  randomBytes: (count: number) => Uint8Array,
): Uint8Array {
  if (encipherment === null) return verifyCommand('plaintext', encodePinBlock2(pin));
  const { key, challenge } = encipherment;
  const random = randomBytes(key.modulus.length);
  return verifyCommand('enciphered', encipherOfflinePin(key, pin, challenge, random));
}
