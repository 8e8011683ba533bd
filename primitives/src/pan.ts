/** A primary account number: 12 to 19 digits with a valid check digit (ISO/IEC 7812-1). Made only by {@link parsePan}. */
export type Pan = string & { readonly __kind: 'pan' };

/** A text that should be a card number and is not. Never holds the text itself. */
export class PanError extends Error {
  override readonly name = 'PanError';
}

/** Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1, annex B). */
export function luhnValid(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (digit < 0 || digit > 9) return false;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** @throws PanError when the length or the check digit is wrong. */
export function parsePan(text: string): Pan {
  if (!/^\d{12,19}$/.test(text)) throw new PanError('a card number is 12 to 19 digits');
  if (!luhnValid(text)) throw new PanError('the check digit of the card number is wrong');
  return text as Pan;
}

/**
 * First six and last four digits, the rest as asterisks (PCI DSS 3.4.1); fails closed: what is too short to hide
 * is hidden whole.
 */
export function maskPan(text: string): string {
  if (!/^\d{13,19}$/.test(text)) return '***';
  return `${text.slice(0, 6)}${'*'.repeat(text.length - 10)}${text.slice(-4)}`;
}

/** Last four digits, as receipts show them. */
export function lastFour(pan: Pan): string {
  return pan.slice(-4);
}
