import { assert, fromHex, toHex } from '@kassa/primitives';
import { decimalise } from './decimalise.ts';
import { retailMac } from './mac.ts';

/** Service code that makes the value of the chip (iCVV, Chip CVC): the value in tag 57. */
export const ICVV_SERVICE_CODE = '999';
/** Service code that makes the value printed on the card (CVV2, CVC2). */
export const CVV2_SERVICE_CODE = '000';

export interface CardVerificationInput {
  readonly pan: string;
  /** Four digits in the order the scheme takes them: YYMM on stripe and chip. */
  readonly expiry: string;
  /** The card's own for CVV, {@link ICVV_SERVICE_CODE} for iCVV, {@link CVV2_SERVICE_CODE} for CVV2. */
  readonly serviceCode: string;
}

/**
 * CVV, iCVV or CVV2 (Visa Payment Technology Standards; the same calculation as Mastercard CVC 1 and CVC 2): the first
 * three decimal digits of the MAC of number, expiry and service code.
 * @param key the CVK pair, 16 bytes.
 * @returns three digits.
 */
export function cardVerificationValue(key: Uint8Array, input: CardVerificationInput): string {
  const { pan, expiry, serviceCode } = input;
  assert(/^\d{4}$/.test(expiry), 'an expiry is four digits');
  assert(/^\d{3}$/.test(serviceCode), 'a service code is three digits');
  assert(/^\d{1,19}$/.test(pan), 'a card number is 1 to 19 digits');
  const block = fromHex((pan + expiry + serviceCode).padEnd(32, '0'));
  return decimalise(toHex(retailMac(key, block, { padding: 'method-1' }))).slice(0, 3);
}
