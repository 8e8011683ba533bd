import { assert, fromHex, toHex } from '@kassa/primitives';
import { desEncrypt, tdesEncrypt } from './des.ts';

export interface Ibm3624Input {
  /** Digits taken from the card number, at most 16. */
  readonly validationData: string;
  /** Hexadecimal digit that fills them to 16. */
  readonly pad: string;
  /** 16 decimal digits: what each hexadecimal digit 0 to F becomes. */
  readonly decimalisationTable: string;
}

/** The table that maps letters to 0 to 5, as most issuers have it. */
export const COMMON_DECIMALISATION_TABLE = '0123456789012345';

/**
 * The natural PIN of the IBM 3624 method (IBM 3624 Consumer Transaction Facility; ICSF "IBM-PIN"): validation data under
 * the PIN verification key, decimalised.
 * @param key 8, 16 or 24 bytes.
 * @returns the first `pinDigits` digits, 4 to 16.
 */
export function ibm3624NaturalPin(key: Uint8Array, input: Ibm3624Input, pinDigits = 4): string {
  const { validationData, pad, decimalisationTable } = input;
  assert(/^\d{1,16}$/.test(validationData), 'validation data is 1 to 16 digits');
  assert(/^[0-9A-Fa-f]$/.test(pad), 'a pad is one hexadecimal digit');
  assert(/^\d{16}$/.test(decimalisationTable), 'a decimalisation table is 16 digits');
  assert(pinDigits >= 4 && pinDigits <= 16, 'a PIN of this method is 4 to 16 digits');
  const block = fromHex(validationData.padEnd(16, pad));
  const cipher = toHex(key.length === 8 ? desEncrypt(key, block) : tdesEncrypt(key, block));
  return cipher
    .slice(0, pinDigits)
    .replace(/./g, (digit) => decimalisationTable.charAt(Number.parseInt(digit, 16)));
}

/** The customer's PIN: the natural PIN plus the offset, digit by digit modulo 10 (ICSF "IBM-PINO"). */
export function ibm3624Pin(key: Uint8Array, input: Ibm3624Input, offset: string): string {
  assert(/^\d{4,16}$/.test(offset), 'an offset is 4 to 16 digits');
  const natural = ibm3624NaturalPin(key, input, offset.length);
  return byDigit(natural, offset, (left, right) => left + right);
}

/** The offset that turns the natural PIN into the customer's: the PIN less the natural PIN, digit by digit modulo 10. */
export function ibm3624Offset(key: Uint8Array, input: Ibm3624Input, pin: string): string {
  assert(/^\d{4,16}$/.test(pin), 'a PIN of this method is 4 to 16 digits');
  const natural = ibm3624NaturalPin(key, input, pin.length);
  return byDigit(pin, natural, (left, right) => left + 10 - right);
}

function byDigit(left: string, right: string, combine: (left: number, right: number) => number): string {
  return left.replace(/\d/g, (digit, index: number) =>
    String(combine(Number(digit), Number(right.charAt(index))) % 10),
  );
}
