import type { Message } from '../codec/message.ts';
import { countOf, problem } from '../codec/protocol-problem.ts';

/** An amount in minor units of its currency. */
export interface Amount {
  /** Below zero for a debit of a signed element (`D`). */
  readonly minorUnits: bigint;
  /** Number of ISO 4217 where the message says it: DE 49, 50 or 51, or the element itself (2003). */
  readonly currency?: string;
  /** Digits after the point, only where the element itself says it (2003). */
  readonly exponent?: number;
}

/** The currency element of each amount element (ISO 8583:1987, 4.3): of the transaction, of settlement, of billing. */
const CURRENCY_OF: Readonly<Record<number, number>> = {
  4: 49,
  5: 50,
  6: 51,
  8: 51,
  28: 49,
  29: 50,
  30: 49,
  31: 50,
  97: 50,
};

const VERSION_2003 = '2';
/** ISO 8583-1:2003: currency (n 3), exponent (n 1) and amount (n 12) in one element. */
const AMOUNT_2003 = /^(\d{3})(\d)(\d{12})$/;
const AMOUNT = /^([CD]?)(\d+)$/;

/**
 * An amount element as a number; undefined where the message has none.
 * @param number 4, 5, 6 or another element of an amount: digits, or C or D and digits.
 * @throws ProtocolError `bad-value` where its value is no amount.
 */
export function amountOf(message: Message, number: number): Amount | undefined {
  const value = message.fields[number];
  if (value === undefined) return undefined;
  const composite = message.mti.startsWith(VERSION_2003) ? AMOUNT_2003.exec(value) : null;
  if (composite !== null && number <= 6) {
    const [, currency = '', exponent = '', digits = ''] = composite;
    return { minorUnits: BigInt(digits), currency, exponent: Number(exponent) };
  }
  const match = AMOUNT.exec(value);
  if (match === null) {
    const expected = 'digits, or C or D and digits';
    throw problem('bad-value', String(number), 0, expected, countOf(value.length, 'character'));
  }
  const [, sign, digits = ''] = match;
  const minorUnits = sign === 'D' ? -BigInt(digits) : BigInt(digits);
  const currency = message.fields[CURRENCY_OF[number] ?? 0];
  return currency === undefined ? { minorUnits } : { minorUnits, currency };
}

/** One entry of DE 54. */
export interface AdditionalAmount {
  /** Two digits, as in DE 3. */
  readonly accountType: string;
  /** Two digits: `01` ledger balance, `02` available balance, `40` cash of a purchase with cash. */
  readonly amountType: string;
  readonly amount: Amount;
}

const ADDITIONAL = /^(\d{2})(\d{2})([A-Za-z0-9]{3})([CD])(\d{12})$/;
const ADDITIONAL_LENGTH = 20;

/**
 * DE 54 of 1987 and 1993: up to six amounts of twenty characters.
 * @throws ProtocolError `bad-value` with the offset of the entry that is none.
 */
export function parseAdditionalAmounts(value: string): AdditionalAmount[] {
  const amounts: AdditionalAmount[] = [];
  for (let offset = 0; offset < value.length; offset += ADDITIONAL_LENGTH) {
    const match = ADDITIONAL.exec(value.slice(offset, offset + ADDITIONAL_LENGTH));
    if (match === null) {
      const expected = 'account type, amount type, currency, C or D and twelve digits';
      throw problem('bad-value', '54', offset, expected, 'something else');
    }
    const [, accountType = '', amountType = '', currency = '', sign, digits = ''] = match;
    const minorUnits = sign === 'D' ? -BigInt(digits) : BigInt(digits);
    amounts.push({ accountType, amountType, amount: { minorUnits, currency } });
  }
  return amounts;
}
