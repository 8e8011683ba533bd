import type { LintRuleName } from './lint-rules.ts';

/** What a value may be: so many characters, all of them of one kind. */
export interface ValueFormat {
  readonly charactersMin: number;
  readonly charactersMax: number;
  readonly pattern: RegExp;
  /** In words, for an error: `4 digits`. */
  readonly says: string;
  /** The rule a value breaks that is too short or too long. */
  readonly lengthRule: LintRuleName;
  /** The rule a value of other characters breaks. */
  readonly patternRule: LintRuleName;
}

/** One row of the tables of data objects: a value, or a template of others. */
export interface ObjectRule {
  readonly name: string;
  readonly format?: ValueFormat;
  readonly template?: TemplateRule;
  /** A template of a scheme's own: what cannot be read as one stays text. */
  readonly isLoose?: true;
  /** Reserved for future use: not to be written. */
  readonly isReserved?: true;
  /** May hold a card number: the networks identify merchants by numbers of the same form. */
  readonly mayHoldPan?: true;
}

export interface TemplateRule {
  /** Tags that must be there, in the order they are missed. */
  readonly mandatory: readonly string[];
  /** The rule a payload breaks where one of them is missing. */
  readonly missingRule: LintRuleName;
  readonly ruleOf: (tag: string) => ObjectRule;
}

// EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1 (November 2020): section 3 for the
// data objects of the root and of the templates, section 4 for what their values may be.

const format = (
  [charactersMin, charactersMax]: readonly [number, number],
  pattern: RegExp,
  says: string,
  lengthRule: LintRuleName,
  patternRule: LintRuleName = lengthRule,
): ValueFormat => ({ charactersMin, charactersMax, pattern, says, lengthRule, patternRule });

/** Numeric. */
const n = (length: number): ValueFormat => format([length, length], /^\d*$/, `${length} digits`, 'value');

/** Alphanumeric special: the common character set of EMV Book 4, annex B, which is printable ASCII. */
const ans = (max: number): ValueFormat =>
  format([1, max], /^[ -~]*$/, `1 to ${max} printable ASCII characters`, 'text-length', 'text-characters');

/** String: any Unicode. */
const s = (max: number): ValueFormat => format([1, max], /^/, `1 to ${max} characters`, 'text-length');

const oneOf = (rule: LintRuleName, ...codes: readonly string[]): ValueFormat =>
  format([2, 2], new RegExp(`^(?:${codes.join('|')})$`), codes.join(' or '), rule);

const AMOUNT_CHARACTERS_MAX = 13;

/** Digits with at most one point, at least one of them before it; a sum of nothing is left out, not written. */
const amount = (rule: LintRuleName): ValueFormat =>
  format(
    [1, AMOUNT_CHARACTERS_MAX],
    /^(?=.*[1-9])\d+(?:\.\d*)?$/,
    'an amount above zero of at most 13 characters, like 1500.00',
    rule,
  );

const PERCENTAGE = format(
  [1, 5],
  /^(?=.*[1-9])\d{1,2}(?:\.\d{0,2})?$/,
  'a percentage from 00.01 to 99.99, like 2.5',
  'fee',
);

const GUID: ObjectRule = { name: 'globally unique identifier', format: ans(32) };
const RESERVED: ObjectRule = { name: 'reserved for future use', isReserved: true };

/** Rows by tag; a tag without a row gets what its range says. */
const table =
  (rows: Readonly<Record<string, ObjectRule>>, otherwise: (tag: number) => ObjectRule) =>
  (tag: string): ObjectRule =>
    rows[tag] ?? otherwise(Number(tag));

const ACCOUNT: TemplateRule = {
  mandatory: ['00'],
  missingRule: 'account-identifier',
  ruleOf: table({ '00': GUID }, () => ({ name: 'payment network specific' })),
};

/** A template inside an account, which only the scheme knows. */
export const SCHEME_SPECIFIC: TemplateRule = {
  mandatory: [],
  missingRule: 'missing',
  ruleOf: () => ({ name: 'payment network specific' }),
};

const UNRESERVED: TemplateRule = {
  mandatory: ['00'],
  missingRule: 'account-identifier',
  ruleOf: table({ '00': GUID }, () => ({ name: 'context specific data' })),
};

const SYSTEM: TemplateRule = {
  mandatory: ['00'],
  missingRule: 'template-content',
  ruleOf: table({ '00': GUID }, () => ({ name: 'payment system specific' })),
};

const ADDITIONAL_DATA: TemplateRule = {
  mandatory: [],
  missingRule: 'missing',
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
    (tag) => {
      // Not EMVCo's: schemes put their identifier here, QR Ph among them.
      if (tag === 0) return { name: 'identifier of a scheme', format: ans(32) };
      if (tag < FIRST_SYSTEM_TEMPLATE) return RESERVED;
      return { name: 'payment system specific template', template: SYSTEM, isLoose: true };
    },
  ),
};

const LANGUAGE: TemplateRule = {
  mandatory: ['00', '01'],
  missingRule: 'missing',
  ruleOf: table(
    {
      '00': { name: 'language preference', format: format([2, 2], /^[A-Za-z]*$/, 'two letters', 'value') },
      '01': { name: 'merchant name in that language', format: s(25) },
      '02': { name: 'merchant city in that language', format: s(15) },
    },
    () => RESERVED,
  ),
};

/** First and last tag of the merchant accounts without and with a template. */
const FIRST_ACCOUNT = 2;
const FIRST_ACCOUNT_TEMPLATE = 26;
const LAST_ACCOUNT_TEMPLATE = 51;
const FIRST_UNRESERVED = 80;
/** 62.50 to 62.99 are for payment systems. */
const FIRST_SYSTEM_TEMPLATE = 50;

/** The root: every data object of a payload. */
export const ROOT: TemplateRule = {
  mandatory: ['52', '53', '58', '59', '60'],
  missingRule: 'missing',
  ruleOf: table(
    {
      '00': { name: 'payload format indicator', format: oneOf('format-indicator', '01') },
      '01': { name: 'point of initiation method', format: oneOf('initiation-method', '11', '12') },
      '52': { name: 'merchant category code', format: n(4) },
      '53': { name: 'transaction currency', format: n(3) },
      '54': { name: 'transaction amount', format: amount('amount') },
      '55': { name: 'tip or convenience indicator', format: oneOf('fee-indicator', '01', '02', '03') },
      '56': { name: 'value of convenience fee fixed', format: amount('fee') },
      '57': { name: 'value of convenience fee percentage', format: PERCENTAGE },
      '58': { name: 'country code', format: format([2, 2], /^[A-Z]*$/, 'two capital letters', 'value') },
      '59': { name: 'merchant name', format: ans(25) },
      '60': { name: 'merchant city', format: ans(15) },
      '61': { name: 'postal code', format: ans(10) },
      '62': { name: 'additional data field template', template: ADDITIONAL_DATA },
      '63': {
        name: 'cyclic redundancy check',
        format: format([4, 4], /^[0-9A-Fa-f]*$/, '4 upper-case hexadecimal digits', 'crc-form'),
      },
      '64': { name: 'merchant information, language template', template: LANGUAGE },
    },
    (tag) => {
      if (isAccountTemplate(tag)) return { name: 'merchant account information', template: ACCOUNT };
      if (isAccount(tag)) return { name: networkAccount(tag), mayHoldPan: true };
      if (tag >= FIRST_UNRESERVED) {
        return { name: 'unreserved template', template: UNRESERVED, isLoose: true };
      }
      return RESERVED;
    },
  ),
};

/** 02 to 25: to whom EMVCo gave the tag. MPM 1.1, 3, Merchant Account Information (IDs 02 to 51). */
const NETWORKS: readonly (readonly [first: number, last: number, name: string])[] = [
  [2, 3, 'Visa'],
  [4, 5, 'Mastercard'],
  [9, 10, 'Discover'],
  [11, 12, 'American Express'],
  [13, 14, 'JCB'],
  [15, 16, 'UnionPay'],
];

function networkAccount(tag: number): string {
  const network = NETWORKS.find(([first, last]) => tag >= first && tag <= last)?.[2];
  return network ? `merchant account, ${network}` : 'merchant account information';
}

/** 02 to 51: at least one of them stands in every payload. */
export function isAccount(tag: number): boolean {
  return tag >= FIRST_ACCOUNT && tag <= LAST_ACCOUNT_TEMPLATE;
}

/** 26 to 51: an account as a template that starts with a globally unique identifier. */
export function isAccountTemplate(tag: number): boolean {
  return tag >= FIRST_ACCOUNT_TEMPLATE && tag <= LAST_ACCOUNT_TEMPLATE;
}
