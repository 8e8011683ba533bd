/** What a value may be: so many characters, all of them of one kind. */
export interface ValueFormat {
  readonly charactersMin: number;
  readonly charactersMax: number;
  readonly pattern: RegExp;
  /** In words, for an error: `4 digits`. */
  readonly says: string;
}

/** One row of the tables of data objects: a value, or a template of others. */
export interface ObjectRule {
  readonly name: string;
  readonly format?: ValueFormat;
  readonly template?: TemplateRule;
  /** May hold a card number: the networks identify merchants by numbers of the same form. */
  readonly mayHoldPan?: true;
}

export interface TemplateRule {
  /** Tags that must be there, in the order they are missed. */
  readonly mandatory: readonly string[];
  readonly ruleOf: (tag: string) => ObjectRule;
}

// EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1 (November 2020): section 3 for the
// data objects of the root and of the templates, section 4 for what their values may be.

const format = (
  charactersMin: number,
  charactersMax: number,
  pattern: RegExp,
  says: string,
): ValueFormat => ({ charactersMin, charactersMax, pattern, says });

/** Numeric. */
const n = (length: number): ValueFormat => format(length, length, /^\d*$/, `${length} digits`);

/** Alphanumeric special: the common character set of EMV Book 4, annex B, which is printable ASCII. */
const ans = (max: number): ValueFormat =>
  format(1, max, /^[ -~]*$/, `1 to ${max} printable ASCII characters`);

/** String: any Unicode. */
const s = (max: number): ValueFormat => format(1, max, /^/, `1 to ${max} characters`);

const oneOf = (...codes: readonly string[]): ValueFormat =>
  format(2, 2, new RegExp(`^(?:${codes.join('|')})$`), codes.join(' or '));

/** Digits with at most one point, at least one of them before it; a sum of nothing is left out, not written. */
const AMOUNT = format(
  1,
  13,
  /^(?=.*[1-9])\d+(?:\.\d*)?$/,
  'an amount above zero of at most 13 characters, like 1500.00',
);

const GUID: ObjectRule = { name: 'globally unique identifier', format: ans(32) };

/** Rows by tag; a tag without a row gets what its range says. */
const table =
  (rows: Readonly<Record<string, ObjectRule>>, otherwise: (tag: number) => ObjectRule) =>
  (tag: string): ObjectRule =>
    rows[tag] ?? otherwise(Number(tag));

const ACCOUNT: TemplateRule = {
  mandatory: ['00'],
  ruleOf: table({ '00': GUID }, () => ({ name: 'payment network specific' })),
};

const UNRESERVED: TemplateRule = {
  mandatory: ['00'],
  ruleOf: table({ '00': GUID }, () => ({ name: 'context specific data' })),
};

const ADDITIONAL_DATA: TemplateRule = {
  mandatory: [],
  ruleOf: table(
    {
      '01': { name: 'bill number', format: ans(25) },
      '02': { name: 'mobile number', format: ans(25) },
      '03': { name: 'store label', format: ans(25) },
      '04': { name: 'loyalty number', format: ans(25) },
      '05': { name: 'reference label', format: ans(25) },
      '06': { name: 'customer label', format: ans(25) },
      '07': { name: 'terminal label', format: ans(25) },
      '08': { name: 'purpose of transaction', format: ans(25) },
      '09': { name: 'additional consumer data request', format: ans(3) },
      '10': { name: 'merchant tax ID', format: ans(20) },
      '11': { name: 'merchant channel', format: ans(3) },
    },
    (tag) => ({ name: tag >= 50 ? 'payment system specific template' : 'reserved for future use' }),
  ),
};

const LANGUAGE: TemplateRule = {
  mandatory: ['00', '01'],
  ruleOf: table(
    {
      '00': { name: 'language preference', format: format(2, 2, /^[A-Za-z]*$/, 'two letters') },
      '01': { name: 'merchant name in that language', format: s(25) },
      '02': { name: 'merchant city in that language', format: s(15) },
    },
    () => ({ name: 'reserved for future use' }),
  ),
};

/** First and last tag of the merchant accounts without and with a template. */
const FIRST_ACCOUNT = 2;
const FIRST_ACCOUNT_TEMPLATE = 26;
const LAST_ACCOUNT_TEMPLATE = 51;
const FIRST_UNRESERVED = 80;

/** The root: every data object of a payload. */
export const ROOT: TemplateRule = {
  mandatory: ['52', '53', '58', '59', '60'],
  ruleOf: table(
    {
      '00': { name: 'payload format indicator', format: oneOf('01') },
      '01': { name: 'point of initiation method', format: oneOf('11', '12') },
      '52': { name: 'merchant category code', format: n(4) },
      '53': { name: 'transaction currency', format: n(3) },
      '54': { name: 'transaction amount', format: AMOUNT },
      '55': { name: 'tip or convenience indicator', format: oneOf('01', '02', '03') },
      '56': { name: 'value of convenience fee fixed', format: AMOUNT },
      '57': { name: 'value of convenience fee percentage', format: ans(5) },
      '58': { name: 'country code', format: format(2, 2, /^[A-Z]*$/, 'two capital letters') },
      '59': { name: 'merchant name', format: ans(25) },
      '60': { name: 'merchant city', format: ans(15) },
      '61': { name: 'postal code', format: ans(10) },
      '62': { name: 'additional data field template', template: ADDITIONAL_DATA },
      '63': {
        name: 'cyclic redundancy check',
        format: format(4, 4, /^[0-9A-F]*$/, '4 upper-case hexadecimal digits'),
      },
      '64': { name: 'merchant information, language template', template: LANGUAGE },
    },
    (tag) => {
      if (isAccountTemplate(tag)) return { name: 'merchant account information', template: ACCOUNT };
      if (isAccount(tag)) return { name: 'merchant account information', mayHoldPan: true };
      if (tag >= FIRST_UNRESERVED) return { name: 'unreserved template', template: UNRESERVED };
      return { name: 'reserved for future use' };
    },
  ),
};

/** 02 to 51: at least one of them stands in every payload. */
export function isAccount(tag: number): boolean {
  return tag >= FIRST_ACCOUNT && tag <= LAST_ACCOUNT_TEMPLATE;
}

/** 26 to 51: an account as a template that starts with a globally unique identifier. */
export function isAccountTemplate(tag: number): boolean {
  return tag >= FIRST_ACCOUNT_TEMPLATE && tag <= LAST_ACCOUNT_TEMPLATE;
}
