import { formatTenge, KZT_NUMERIC } from '@kassa/primitives';
import type { Message } from './message.ts';
import { describeMti } from './mti.ts';
import { responseCodeText } from './response-code.ts';

type Words = Readonly<Record<string, string>>;

/** DE 3, positions 1 and 2 (ISO 8583:1987, table 8). */
const TRANSACTION_TYPES: Words = {
  '00': 'purchase',
  '01': 'cash withdrawal',
  '02': 'debit adjustment',
  '03': 'cheque guarantee',
  '04': 'cheque verification',
  '05': 'eurocheque',
  '06': "traveller's cheque",
  '07': 'letter of credit',
  '08': 'giro',
  '09': 'purchase with cash',
  '20': 'refund',
  '21': 'deposit',
  '22': 'credit adjustment',
  '23': 'cheque deposit guarantee',
  '24': 'cheque deposit',
  '30': 'available funds inquiry',
  '31': 'balance inquiry',
  '40': 'transfer between accounts',
};

/** DE 3, positions 3 and 4, and 5 and 6. */
const ACCOUNT_TYPES: Words = {
  '00': 'default account',
  '10': 'savings account',
  '20': 'cheque account',
  '30': 'credit account',
  '40': 'universal account',
  '50': 'investment account',
};

/** DE 22, positions 1 and 2 (ISO 8583:1987, table 10; from 07 on as the networks use it). */
const ENTRY_MODES: Words = {
  '00': 'unspecified',
  '01': 'manual',
  '02': 'magnetic stripe',
  '03': 'bar code or QR',
  '04': 'optical character reading',
  '05': 'chip',
  '07': 'contactless chip',
  '09': 'e-commerce',
  10: 'credential on file',
  79: 'chip fallback, keyed',
  80: 'chip fallback, magnetic stripe',
  81: 'e-commerce',
  90: 'magnetic stripe, whole track',
  91: 'contactless magnetic stripe',
  95: 'chip, card data unreliable',
};

/** DE 22, position 3. */
const PIN_CAPABILITIES: Words = {
  0: 'PIN entry unspecified',
  1: 'PIN entry possible',
  2: 'no PIN entry',
};

/** DE 25 (ISO 8583:1987, table 12). */
const CONDITIONS: Words = {
  '00': 'normal presentment',
  '01': 'customer not present',
  '02': 'unattended terminal, can retain the card',
  '03': 'merchant suspicious',
  '04': 'electronic cash register',
  '05': 'customer present, card not present',
  '06': 'pre-authorised request',
  '07': 'telephone device required',
  '08': 'mail or telephone order',
  '09': 'security alert',
  10: 'customer identity verified',
  11: 'suspected fraud',
  12: 'security reasons',
  13: 'representment',
  14: 'public utility terminal',
  15: "customer's terminal",
  16: 'administrative terminal',
  17: 'returned item',
  59: 'e-commerce (networks)',
};

/** DE 70: the numbers networks agree on; 001 to 099 system, 100 to 199 security, 200 to 299 accounting, 300 audit. */
const NETWORK_CODES: Words = {
  '001': 'sign-on',
  '002': 'sign-off',
  101: 'key change',
  161: 'key exchange',
  201: 'cutover',
  301: 'echo test',
};

const AMOUNTS = new Set([4, 5, 6]);

/**
 * What a coded element of a 1987 message says, in English; undefined where there is nothing to add. Only elements whose
 * value may be shown have words.
 */
export function fieldWords(number: number, value: string, message: Message): string | undefined {
  if (!message.mti.startsWith('0')) return undefined;
  if (AMOUNTS.has(number)) return amountWords(value, message.fields[49]);
  switch (number) {
    case 3:
      return processingCodeWords(value);
    case 22:
      return joined(ENTRY_MODES[value.slice(0, 2)], PIN_CAPABILITIES[value.slice(2, 3)]);
    case 25:
      return CONDITIONS[value];
    case 39:
      return responseCodeText(value);
    case 70:
      return NETWORK_CODES[value];
    default:
      return undefined;
  }
}

/** `financial request, acquirer, ISO 8583:1987`; undefined for what is no MTI. */
export function mtiWords(mti: string): string | undefined {
  if (!/^\d{4}$/.test(mti)) return undefined;
  const { version, messageClass, messageFunction, origin } = describeMti(mti);
  return `${messageClass} ${messageFunction}, ${origin}, ${version}`;
}

function processingCodeWords(value: string): string | undefined {
  const [type, from, to] = [value.slice(0, 2), value.slice(2, 4), value.slice(4, 6)];
  const known = TRANSACTION_TYPES[type];
  if (known === undefined || value.length !== 6) return undefined;
  return `${known}, from ${ACCOUNT_TYPES[from] ?? `account type ${from}`}, to ${ACCOUNT_TYPES[to] ?? `account type ${to}`}`;
}

/** Minor units need the currency's exponent: tenge is the one this system moves. */
function amountWords(value: string, currency: string | undefined): string | undefined {
  if (currency !== KZT_NUMERIC || !/^\d+$/.test(value)) return undefined;
  return `${formatTenge(BigInt(value))} KZT`;
}

function joined(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined).join(', ') || undefined;
}
