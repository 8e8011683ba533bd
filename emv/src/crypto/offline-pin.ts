import { assert, concatBytes, equalSecret } from '@kassa/primitives';
import { decodePinBlock, encodePinBlock2 } from './pin-block.ts';
import { isBelowModulus, type RsaPrivateKey, type RsaPublicKey, rsaRecover, rsaSign } from './rsa.ts';
import { envelopeError } from './signed-envelope.ts';

const HEADER = 0x7f;
const PATH = 'enciphered-pin';
/** Header, PIN block, unpredictable number of the card. */
const FIXED_BYTES = 17;

/** How many random bytes an enciphered PIN takes. */
export function offlinePinRandomBytes(key: RsaPublicKey): number {
  return key.modulus.length - FIXED_BYTES;
}

/**
 * Enciphers a PIN for the card (EMV 4.4 Book 2, 7.2): data of VERIFY with P2 88.
 * @param key the card's PIN encipherment key, or its own key where it has no other (7.1).
 * @param cardUnpredictableNumber 8 bytes from GET CHALLENGE.
 * @param random {@link offlinePinRandomBytes} of them.
 */
export function encipherOfflinePin(
  key: RsaPublicKey,
  pin: string,
  cardUnpredictableNumber: Uint8Array,
  random: Uint8Array,
): Uint8Array {
  assert(cardUnpredictableNumber.length === 8, "a card's unpredictable number is 8 bytes");
  const needed = offlinePinRandomBytes(key);
  assert(random.length >= needed, `${needed} random bytes needed`);
  const header = Uint8Array.of(HEADER);
  const data = concatBytes(header, encodePinBlock2(pin), cardUnpredictableNumber, random.subarray(0, needed));
  return rsaRecover(key, data);
}

/**
 * The card's side (EMV 4.4 Book 2, 7.2 steps 5 to 8).
 * @throws ProtocolError `enciphered-pin.challenge` when it was made for another GET CHALLENGE, `.header` when for another
 * key, `pin-block` when no PIN is in it. The error holds nothing of the PIN.
 */
export function decipherOfflinePin(
  key: RsaPrivateKey,
  enciphered: Uint8Array,
  cardUnpredictableNumber: Uint8Array,
): string {
  if (enciphered.length !== key.modulus.length) {
    const expected = `${key.modulus.length} bytes, as the key`;
    throw envelopeError('bad-length', PATH, 0, expected, `${enciphered.length} bytes`);
  }
  if (!isBelowModulus(key, enciphered)) {
    throw envelopeError('bad-value', PATH, 0, 'a number below the modulus', 'a larger one');
  }
  const data = rsaSign(key, enciphered);
  // The challenge first: what was not made for it tells nothing about the PIN.
  if (!equalSecret(data.slice(9, FIXED_BYTES), cardUnpredictableNumber)) {
    throw envelopeError('bad-value', `${PATH}.challenge`, 9, "the card's unpredictable number", 'another');
  }
  if (data[0] !== HEADER) throw envelopeError('bad-value', `${PATH}.header`, 0, '7F', 'another byte');
  return decodePinBlock(2, data.slice(1, 9), '');
}
