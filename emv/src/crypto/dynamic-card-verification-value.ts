import { assert, concatBytes } from '@kassa/primitives';
import { cardVerificationValue } from './card-verification-value.ts';
import { tdesEncrypt } from './des.ts';
import { retailMac } from './mac.ts';

export interface Cvc3Input {
  /** Track 2 as its nibbles with the fields of CVC3, counter and number still zero; track 1 as its characters. */
  readonly trackTemplate: Uint8Array;
  /** 4 bytes of tag 9F6A (UN numeric); zeros where the card sends a CVC3 of the counter alone. */
  readonly unpredictableNumber: Uint8Array;
  /** 2 bytes of tag 9F36; zeros where the card leaves the counter out. */
  readonly atc: Uint8Array;
}

/**
 * IVCVC3: the right two bytes of the MAC of a track (Mastercard PayPass – Mag Stripe, "dynamic CVC3"); cards hold it made.
 * @param udk the card's CVC3 key, 16 bytes.
 * @returns 2 bytes: what a card is personalised with, one for each track.
 */
export function cvc3InitialVector(udk: Uint8Array, trackTemplate: Uint8Array): Uint8Array {
  return retailMac(udk, trackTemplate, { padding: 'method-2' }).slice(6);
}

/**
 * CVC3, the card verification code of a contactless magnetic-stripe transaction (Mastercard PayPass – Mag Stripe).
 * @param udk the card's CVC3 key, 16 bytes: `deriveUdk(imkCvc3, pan, psn)`.
 * @returns five digits; a track carries as many of the rightmost as its bitmap has room for.
 */
export function dynamicCvc3(udk: Uint8Array, input: Cvc3Input): string {
  const { trackTemplate, unpredictableNumber, atc } = input;
  assert(unpredictableNumber.length === 4, 'an unpredictable number is 4 bytes');
  assert(atc.length === 2, 'a transaction counter is 2 bytes');
  const block = concatBytes(cvc3InitialVector(udk, trackTemplate), unpredictableNumber, atc);
  const cipher = tdesEncrypt(udk, block);
  return String(((cipher[6] ?? 0) << 8) | (cipher[7] ?? 0)).padStart(5, '0');
}

export interface DcvvInput {
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  readonly serviceCode: string;
  /** 0 to 65535; its last four decimal digits count. */
  readonly atc: number;
}

/**
 * dCVV, the card verification value of a contactless magnetic-stripe transaction (Visa Contactless Payment Specification
 * 2.0): the CVV calculation with the counter in place of the first four digits of the number.
 * @param udk the card's dCVV key, 16 bytes.
 * @returns three digits.
 */
export function dynamicCvv(udk: Uint8Array, { pan, expiry, serviceCode, atc }: DcvvInput): string {
  assert(Number.isInteger(atc) && atc >= 0 && atc <= 0xffff, 'a transaction counter is 0 to 65535');
  const counter = String(atc % 10_000).padStart(4, '0');
  return cardVerificationValue(udk, { pan: counter + pan.slice(4), expiry, serviceCode });
}
