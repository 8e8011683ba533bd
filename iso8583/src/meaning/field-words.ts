import { formatTenge, KZT_NUMERIC, ProtocolError } from '@kassa/primitives';
import type { Message } from '../codec/message.ts';
import { actionCodeText } from './action-code.ts';
import { type Amount, amountOf, parseAdditionalAmounts } from './amounts.ts';
import { describeMti } from './mti.ts';
import { pointOfServiceWords } from './point-of-service-data.ts';
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

/** DE 24 of ISO 8583:1993, annex A. */
const FUNCTION_CODES: Words = {
  100: 'original authorization, amount accurate',
  101: 'original authorization, amount estimated',
  102: 'replacement authorization, amount accurate',
  103: 'replacement authorization, amount estimated',
  104: 'resubmission, amount accurate',
  105: 'resubmission, amount estimated',
  106: 'supplementary authorization, amount accurate',
  107: 'supplementary authorization, amount estimated',
  108: 'inquiry',
  200: 'original financial request or advice',
  201: 'previously approved authorization, amount the same',
  202: 'previously approved authorization, amount differs',
  301: 'add record',
  302: 'change record',
  303: 'delete record',
  304: 'replace record',
  305: 'inquiry',
  400: 'full reversal, transaction did not complete as approved',
  401: 'partial reversal, transaction did not complete for the full amount',
  500: 'final reconciliation',
  501: 'checkpoint reconciliation',
  801: 'sign-on',
  802: 'sign-off',
  811: 'key change',
  812: 'security alert',
  821: 'cutover',
  822: 'checkpoint',
  831: 'echo test',
};

/** DE 54, positions 3 and 4 of each entry (ISO 8583:1987, table 9; 40 as the networks use it). */
const AMOUNT_TYPES: Words = {
  '01': 'ledger balance',
  '02': 'available balance',
  '03': 'amount owing',
  '04': 'amount due',
  20: 'remaining this cycle',
  40: 'cash back',
  57: 'original amount',
};

const AMOUNTS = new Set([4, 5, 6]);

/** What a coded element says in the edition of its message, in English. */
type Describer = (value: string, message: Message) => string | undefined;

/** What is written the same in all editions, of the elements that have words. */
const ALL_EDITIONS: Readonly<Record<number, Describer>> = {
  3: processingCodeWords,
};

const EDITION_1987: Readonly<Record<number, Describer>> = {
  ...ALL_EDITIONS,
  22: (value) => joined(ENTRY_MODES[value.slice(0, 2)], PIN_CAPABILITIES[value.slice(2, 3)]),
  25: (value) => CONDITIONS[value],
  39: responseCodeText,
  54: additionalAmountWords,
  70: (value) => NETWORK_CODES[value],
};

const EDITION_1993: Readonly<Record<number, Describer>> = {
  ...ALL_EDITIONS,
  22: pointOfServiceWords,
  24: (value) => FUNCTION_CODES[value],
  39: actionCodeText,
  54: additionalAmountWords,
};

const EDITION_2003: Readonly<Record<number, Describer>> = {
  ...ALL_EDITIONS,
  24: (value) => FUNCTION_CODES[value],
  39: actionCodeText,
};

/** By the first digit of the MTI; national and private messages have no words. */
const EDITIONS: Readonly<Record<string, Readonly<Record<number, Describer>>>> = {
  0: EDITION_1987,
  1: EDITION_1993,
  2: EDITION_2003,
};

/**
 * What a coded element says, in English; undefined where there is nothing to add. Only elements whose value may be
 * shown have words.
 */
export function fieldWords(number: number, value: string, message: Message): string | undefined {
  const edition = EDITIONS[message.mti.slice(0, 1)];
  if (edition === undefined) return undefined;
  return AMOUNTS.has(number) ? amountWords(number, message) : edition[number]?.(value, message);
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

function amountWords(number: number, message: Message): string | undefined {
  const amount = valueOrNothing(() => amountOf(message, number));
  return amount && tengeWords(amount);
}

/** Minor units need the currency's exponent: tenge is the one this system moves. */
function tengeWords({ minorUnits, currency, exponent = 2 }: Amount): string | undefined {
  return currency === KZT_NUMERIC && exponent === 2 ? `${formatTenge(minorUnits)} KZT` : undefined;
}

function additionalAmountWords(value: string): string | undefined {
  const amounts = valueOrNothing(() => parseAdditionalAmounts(value)) ?? [];
  const words = amounts.map(({ accountType, amountType, amount }) => {
    const name = AMOUNT_TYPES[amountType] ?? `amount type ${amountType}`;
    const of = ACCOUNT_TYPES[accountType] ?? `account type ${accountType}`;
    return `${name} of ${of}: ${tengeWords(amount) ?? `${amount.minorUnits} minor units of ${amount.currency}`}`;
  });
  return words.join('; ') || undefined;
}

/** What cannot be read has no words; the codec has said that it is in its place and of its length. */
function valueOrNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ProtocolError) return undefined;
    throw cause;
  }
}

function joined(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined).join(', ') || undefined;
}
