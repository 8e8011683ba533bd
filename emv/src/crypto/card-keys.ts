import { createHash } from 'node:crypto';
import { assert, concatBytes, fromHex, toHex, xorBytes } from '@kassa/primitives';
import { decimalise } from './decimalise.ts';
import { tdesEncrypt, tdesEncryptOnce, withOddParity } from './des.ts';

/** How the bank makes a card's key from its own (EMV 4.4 Book 2, annex A1.4). */
export type KeyDerivationOption = 'A' | 'B';

const COMPLEMENT_MASK = new Uint8Array(8).fill(0xff);

/**
 * The unique derived key of a card: the ICC master key (EMV 4.4 Book 2, annex A1.4).
 * Option A takes the rightmost 16 digits of PAN and PSN; option B, for numbers longer than 16 digits, takes 16 decimal
 * digits of their SHA-1 hash and is option A for shorter ones.
 * @param imk issuer master key, 16 bytes.
 * @param psn two digits of the PAN sequence number (5F34); `00` where the card has none.
 * @returns 16 bytes with odd parity.
 */
export function deriveUdk(
  imk: Uint8Array,
  pan: string,
  psn: string,
  option: KeyDerivationOption = 'A',
): Uint8Array {
  assert(imk.length === 16, `an issuer master key is 16 bytes, found ${imk.length}`);
  const y = udkDerivationData(pan, psn, option);
  return withOddParity(tdesEncrypt(imk, concatBytes(y, xorBytes(y, COMPLEMENT_MASK))));
}

/**
 * What the issuer master key enciphers to make a card's key: Y (EMV 4.4 Book 2, annex A1.4).
 * @returns 8 bytes; the right half of the key comes from its complement.
 */
export function udkDerivationData(pan: string, psn: string, option: KeyDerivationOption): Uint8Array {
  assert(/^\d{2}$/.test(psn), 'a PAN sequence number is two digits');
  assert(/^\d{1,19}$/.test(pan), 'a card number is 1 to 19 digits');
  const digits = option === 'B' && pan.length > 16 ? optionBDigits(pan + psn) : optionADigits(pan + psn);
  return fromHex(digits);
}

/** Annex A1.4.1: the rightmost 16 digits, filled with zeros on the left. */
function optionADigits(digits: string): string {
  return digits.slice(-16).padStart(16, '0');
}

/** Annex A1.4.2: the first 16 decimal digits of the hash; if it has fewer, its letters follow as A→0 … F→5. */
function optionBDigits(digits: string): string {
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const hash = toHex(createHash('sha1').update(fromHex(even)).digest());
  return decimalise(hash).slice(0, 16);
}

/**
 * Common session key derivation (EMV 4.4 Book 2, annex A1.3.1) with diversification value R.
 * @param udk 16 bytes.
 * @param diversification 8 bytes; the third is replaced by F0 and 0F for the two halves.
 * @returns 16 bytes with odd parity.
 */
export function deriveSessionKey(udk: Uint8Array, diversification: Uint8Array): Uint8Array {
  assert(diversification.length === 8, `a diversification value is 8 bytes, found ${diversification.length}`);
  const left = Uint8Array.from(diversification);
  const right = Uint8Array.from(diversification);
  left[2] = 0xf0;
  right[2] = 0x0f;
  return withOddParity(tdesEncryptOnce(udk, concatBytes(left, right)));
}

/**
 * The session key of application cryptograms: R is the transaction counter and six zero bytes
 * (EMV 4.4 Book 2, annex A1.3.1).
 * @param atc 2 bytes of tag 9F36.
 */
export function sessionKeyCommon(udk: Uint8Array, atc: Uint8Array): Uint8Array {
  assert(atc.length === 2, `a transaction counter is 2 bytes, found ${atc.length}`);
  return deriveSessionKey(udk, concatBytes(atc, new Uint8Array(6)));
}

/**
 * Mastercard proprietary session key derivation, "SKD" (M/Chip 4 security and key management): R is the transaction
 * counter, two zero bytes and the unpredictable number. Interac uses the same.
 * @param atc 2 bytes of tag 9F36.
 * @param unpredictableNumber 4 bytes of tag 9F37.
 */
export function sessionKeySkd(udk: Uint8Array, atc: Uint8Array, unpredictableNumber: Uint8Array): Uint8Array {
  assert(atc.length === 2, `a transaction counter is 2 bytes, found ${atc.length}`);
  assert(
    unpredictableNumber.length === 4,
    `an unpredictable number is 4 bytes, found ${unpredictableNumber.length}`,
  );
  return deriveSessionKey(udk, concatBytes(atc, new Uint8Array(2), unpredictableNumber));
}

/**
 * Session key of secure messaging in Visa cards up to cryptogram version 18 (Visa Integrated Circuit Card Specification
 * 1.5, secure messaging): the counter exclusive-or the right end of the left half, its complement the right end of the right.
 * @param udk the card's key for integrity or for confidentiality, 16 bytes.
 * @param atc 2 bytes of tag 9F36.
 * @returns 16 bytes with odd parity.
 */
export function sessionKeyVisaSecureMessaging(udk: Uint8Array, atc: Uint8Array): Uint8Array {
  assert(atc.length === 2, `a transaction counter is 2 bytes, found ${atc.length}`);
  const zeros = new Uint8Array(6);
  const complement = atc.map((byte) => byte ^ 0xff);
  return withOddParity(xorBytes(udk, concatBytes(zeros, atc, zeros, complement)));
}
