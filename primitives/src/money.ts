/** Minor units of the tenge: 1 tenge = 100 tiyn. Made only by the parsers of this file. */
export type Tiyn = bigint & { readonly __unit: 'tiyn' };

/** ISO 4217 numeric code of the tenge. */
export const KZT_NUMERIC = '398';

/** ISO 4217: the tenge has two decimals. */
export const KZT_EXPONENT = 2;

/** DE 4 is n 12 (ISO 8583:1987, 4.3): twelve digits of tiyn. */
export const AMOUNT_MAX_TIYN = 999_999_999_999n as Tiyn;

export const ZERO_TIYN = 0n as Tiyn;

/** A sum that is not a decimal number of tenge, or is out of range. */
export class AmountError extends Error {
  override readonly name = 'AmountError';
}

/**
 * Parses tenge as a person or a cash register writes them: `1500`, `1500.5`, `1500.00`, a comma for the point,
 * spaces (also U+00A0) between groups of three.
 * @throws AmountError saying what is wrong; nothing is rounded.
 */
export function parseTenge(text: string): Tiyn {
  const compact = text.trim().replace(/(?<=\d)[ \u00a0\u202f](?=\d{3}(?:\D|$))/g, '');
  const match = /^(\d{1,10})(?:[.,](\d{1,2}))?$/.exec(compact);
  if (!match) {
    throw new AmountError(
      `"${text.slice(0, 40)}" is not an amount in tenge: write 1500 or 1500.50, at most 9999999999.99`,
    );
  }
  const [, tenge = '0', decimals = ''] = match;
  return tiyn(BigInt(tenge) * 100n + BigInt(decimals.padEnd(2, '0')));
}

/**
 * Brands a count of tiyn.
 * @throws AmountError when negative or above twelve digits.
 */
export function tiyn(count: bigint): Tiyn {
  if (count < 0n || count > AMOUNT_MAX_TIYN) {
    throw new AmountError(`${count} tiyn is outside 0 to ${AMOUNT_MAX_TIYN}`);
  }
  return count as Tiyn;
}

/** Plain decimal for machines: `1500.00`. Takes totals too, so any bigint. */
export function formatTenge(amount: bigint): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** For people, as in ru-KZ and kk-KZ: `1 500,00 ₸` with no-break spaces. */
export function displayTenge(amount: bigint): string {
  const [whole = '0', decimals = '00'] = formatTenge(amount).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, '\u00a0')},${decimals}\u00a0₸`;
}

/** DE 4 and tag 9F02: twelve digits. */
export function toAmountDigits(amount: Tiyn): string {
  return amount.toString().padStart(12, '0');
}

/** @throws AmountError when the text is not twelve digits. */
export function fromAmountDigits(digits: string): Tiyn {
  if (!/^\d{12}$/.test(digits)) throw new AmountError('an amount on the wire is twelve digits');
  return tiyn(BigInt(digits));
}
