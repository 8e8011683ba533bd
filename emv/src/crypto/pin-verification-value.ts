import { assert, fromHex, toHex } from '@kassa/primitives';
import { decimalise } from './decimalise.ts';
import { tdesEncrypt } from './des.ts';

export interface PinVerificationInput {
  readonly pan: string;
  /** PVKI, one digit: which of the issuer's PIN verification keys. */
  readonly keyIndex: string;
  /** 4 to 12 digits; the method looks at the first four. */
  readonly pin: string;
}

/**
 * PVV (Visa PIN verification value method): the transformed security parameter – eleven digits of the card number
 * before its check digit, key index, four digits of PIN – under the PVK pair, then its first four decimal digits,
 * letters less ten after them.
 * @param key the PVK pair, 16 bytes.
 * @returns four digits.
 */
export function pinVerificationValue(key: Uint8Array, input: PinVerificationInput): string {
  const { pan, keyIndex, pin } = input;
  assert(/^\d{12,19}$/.test(pan), 'a card number is 12 to 19 digits');
  assert(/^\d$/.test(keyIndex), 'a PIN verification key index is one digit');
  assert(/^\d{4,12}$/.test(pin), 'a PIN is 4 to 12 digits');
  const parameter = pan.slice(-12, -1) + keyIndex + pin.slice(0, 4);
  return decimalise(toHex(tdesEncrypt(key, fromHex(parameter)))).slice(0, 4);
}
