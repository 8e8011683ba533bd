/**
 * Value formats of EMV 4.4 Book 3, 4.3: `n` digits two a byte filled with zeros on the left, `cn` digits two a byte
 * filled with F on the right, `a`, `an` and `ans` one character a byte, `b` binary, `var` a structure of its own.
 */
export type TagFormat = 'a' | 'an' | 'ans' | 'b' | 'cn' | 'n' | 'var';

/** Who sets the value: the card, the terminal, or the issuer in its answer. */
export type TagSource = 'card' | 'terminal' | 'issuer';

export interface TagDefinition {
  readonly name: string;
  readonly format: TagFormat;
  /** Length of the value in bytes. */
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly source: TagSource;
  /** Templates it may stand in, as hexadecimal tags. */
  readonly templates: readonly string[];
  /** How the value is hidden from those who did not ask for card data; null: it may be shown. */
  readonly mask: TagMask | null;
}

/** `pan` shows the first six and last four digits, `track` the same of its card number alone, `hidden` nothing. */
export type TagMask = 'pan' | 'track' | 'hidden';

/** A row: name, format, shortest, longest, templates, mask. */
export type TagRow = readonly [
  name: string,
  format: TagFormat,
  min: number,
  max: number,
  templates?: string,
  mask?: TagMask,
];
type Rows = Readonly<Record<string, TagRow>>;

// EMV 4.4 Book 3, annex A1 and A2; selection data of Book 1, annex B. The longest value of a record is 252 bytes:
// a record holds at most 254 with its template (Book 3, 6.5.11).
const CARD = {
  '42': ['Issuer Identification Number (IIN)', 'n', 3, 3, 'BF0C 73'],
  '4F': ['Application Dedicated File (ADF) Name', 'b', 5, 16, '61'],
  '50': ['Application Label', 'ans', 1, 16, '61 A5'],
  '57': ['Track 2 Equivalent Data', 'b', 0, 19, '70 77', 'track'],
  '5A': ['Application Primary Account Number (PAN)', 'cn', 0, 10, '70 77', 'pan'],
  '5F20': ['Cardholder Name', 'ans', 2, 26, '70 77', 'hidden'],
  '5F24': ['Application Expiration Date', 'n', 3, 3, '70 77', 'hidden'],
  '5F25': ['Application Effective Date', 'n', 3, 3, '70 77'],
  '5F28': ['Issuer Country Code', 'n', 2, 2, '70 77'],
  '5F2D': ['Language Preference', 'an', 2, 8, 'A5'],
  '5F30': ['Service Code', 'n', 2, 2, '70 77'],
  '5F34': ['Application Primary Account Number (PAN) Sequence Number', 'n', 1, 1, '70 77'],
  '5F50': ['Issuer URL', 'ans', 0, 252, 'BF0C 73'],
  '5F53': ['International Bank Account Number (IBAN)', 'var', 0, 34, 'BF0C 73', 'hidden'],
  '5F54': ['Bank Identifier Code (BIC)', 'var', 8, 11, 'BF0C 73'],
  '5F55': ['Issuer Country Code (alpha2 format)', 'a', 2, 2, 'BF0C 73'],
  '5F56': ['Issuer Country Code (alpha3 format)', 'a', 3, 3, 'BF0C 73'],
  '61': ['Application Template', 'var', 0, 252, '70'],
  '6F': ['File Control Information (FCI) Template', 'var', 0, 252],
  '70': ['READ RECORD Response Message Template', 'var', 0, 252],
  '73': ['Directory Discretionary Template', 'var', 0, 252, '61'],
  '77': ['Response Message Template Format 2', 'var', 0, 253],
  '80': ['Response Message Template Format 1', 'var', 0, 253],
  '82': ['Application Interchange Profile (AIP)', 'b', 2, 2, '77 80'],
  '84': ['Dedicated File (DF) Name', 'b', 5, 16, '6F'],
  '87': ['Application Priority Indicator', 'b', 1, 1, '61 A5'],
  '88': ['Short File Identifier (SFI)', 'b', 1, 1, 'A5'],
  '8C': ['Card Risk Management Data Object List 1 (CDOL1)', 'b', 0, 252, '70 77'],
  '8D': ['Card Risk Management Data Object List 2 (CDOL2)', 'b', 0, 252, '70 77'],
  '8E': ['Cardholder Verification Method (CVM) List', 'b', 10, 252, '70 77'],
  '8F': ['Certification Authority Public Key Index', 'b', 1, 1, '70 77'],
  '90': ['Issuer Public Key Certificate', 'b', 0, 248, '70 77'],
  '92': ['Issuer Public Key Remainder', 'b', 0, 248, '70 77'],
  '93': ['Signed Static Application Data', 'b', 0, 248, '70 77'],
  '94': ['Application File Locator (AFL)', 'var', 0, 252, '77 80'],
  '97': ['Transaction Certificate Data Object List (TDOL)', 'b', 0, 252, '70 77'],
  '9D': ['Directory Definition File (DDF) Name', 'b', 5, 16, '61'],
  '9F05': ['Application Discretionary Data', 'b', 1, 32, '70 77'],
  '9F07': ['Application Usage Control', 'b', 2, 2, '70 77'],
  '9F08': ['Application Version Number', 'b', 2, 2, '70 77'],
  '9F0A': ['Application Selection Registered Proprietary Data', 'b', 0, 252, 'BF0C 73'],
  '9F0B': ['Cardholder Name Extended', 'ans', 27, 45, '70 77', 'hidden'],
  '9F0C': ['Issuer Identification Number Extended (IINE)', 'n', 3, 4, 'BF0C 73'],
  '9F0D': ['Issuer Action Code - Default', 'b', 5, 5, '70 77'],
  '9F0E': ['Issuer Action Code - Denial', 'b', 5, 5, '70 77'],
  '9F0F': ['Issuer Action Code - Online', 'b', 5, 5, '70 77'],
  '9F10': ['Issuer Application Data', 'b', 0, 32, '77 80'],
  '9F11': ['Issuer Code Table Index', 'n', 1, 1, 'A5'],
  '9F12': ['Application Preferred Name', 'ans', 1, 16, '61 A5'],
  '9F13': ['Last Online Application Transaction Counter (ATC) Register', 'b', 2, 2],
  '9F14': ['Lower Consecutive Offline Limit', 'b', 1, 1, '70 77'],
  '9F17': ['Personal Identification Number (PIN) Try Counter', 'b', 1, 1],
  '9F19': ['Token Requestor ID', 'n', 6, 6, '70 77'],
  '9F1F': ['Track 1 Discretionary Data', 'ans', 0, 252, '70 77', 'hidden'],
  '9F20': ['Track 2 Discretionary Data', 'cn', 0, 252, '70 77', 'hidden'],
  '9F23': ['Upper Consecutive Offline Limit', 'b', 1, 1, '70 77'],
  '9F24': ['Payment Account Reference (PAR)', 'an', 29, 29, '70 77'],
  '9F25': ['Last 4 Digits of PAN', 'n', 2, 2, '70 77'],
  '9F26': ['Application Cryptogram', 'b', 8, 8, '77 80'],
  '9F27': ['Cryptogram Information Data', 'b', 1, 1, '77 80'],
  '9F2D': ['ICC PIN Encipherment Public Key Certificate', 'b', 0, 248, '70 77', 'hidden'],
  '9F2E': ['ICC PIN Encipherment Public Key Exponent', 'b', 1, 3, '70 77'],
  '9F2F': ['ICC PIN Encipherment Public Key Remainder', 'b', 0, 248, '70 77'],
  '9F32': ['Issuer Public Key Exponent', 'b', 1, 3, '70 77'],
  '9F36': ['Application Transaction Counter (ATC)', 'b', 2, 2, '77 80'],
  '9F38': ['Processing Options Data Object List (PDOL)', 'b', 0, 252, 'A5'],
  '9F3B': ['Application Reference Currency', 'n', 2, 8, '70 77'],
  '9F42': ['Application Currency Code', 'n', 2, 2, '70 77'],
  '9F43': ['Application Reference Currency Exponent', 'n', 1, 4, '70 77'],
  '9F44': ['Application Currency Exponent', 'n', 1, 1, '70 77'],
  '9F45': ['Data Authentication Code', 'b', 2, 2],
  '9F46': ['ICC Public Key Certificate', 'b', 0, 248, '70 77', 'hidden'],
  '9F47': ['ICC Public Key Exponent', 'b', 1, 3, '70 77'],
  '9F48': ['ICC Public Key Remainder', 'b', 0, 248, '70 77'],
  '9F49': ['Dynamic Data Authentication Data Object List (DDOL)', 'b', 0, 252, '70 77'],
  '9F4A': ['Static Data Authentication Tag List', 'b', 0, 252, '70 77'],
  '9F4B': ['Signed Dynamic Application Data', 'b', 0, 248, '77 80'],
  '9F4C': ['ICC Dynamic Number', 'b', 2, 8],
  '9F4D': ['Log Entry', 'b', 2, 2, 'BF0C 73'],
  '9F4F': ['Log Format', 'b', 0, 252],
  A5: ['File Control Information (FCI) Proprietary Template', 'var', 0, 252, '6F'],
  BF0C: ['File Control Information (FCI) Issuer Discretionary Data', 'var', 0, 222, 'A5'],
  BF4A: ['Offline BIT Group Template', 'var', 0, 252],
  BF4B: ['Online BIT Group Template', 'var', 0, 252],
  BF4C: ['Biometric Try Counters Template', 'var', 0, 252],
  BF4D: ['Preferred Attempts Template', 'var', 0, 252],
  BF4E: ['Biometric Verification Data Template', 'var', 0, 252, '', 'hidden'],
  '7F60': ['Biometric Information Template (BIT)', 'var', 0, 252, 'BF4A BF4B'],
} as const satisfies Rows;

const TERMINAL = {
  '5F2A': ['Transaction Currency Code', 'n', 2, 2],
  '5F36': ['Transaction Currency Exponent', 'n', 1, 1],
  '5F57': ['Account Type', 'n', 1, 1],
  '81': ['Amount, Authorised (Binary)', 'b', 4, 4],
  '83': ['Command Template', 'b', 0, 252, '', 'hidden'],
  '95': ['Terminal Verification Results', 'b', 5, 5],
  '98': ['Transaction Certificate (TC) Hash Value', 'b', 20, 20],
  '99': ['Transaction Personal Identification Number (PIN) Data', 'b', 0, 252, '', 'hidden'],
  '9A': ['Transaction Date', 'n', 3, 3],
  '9B': ['Transaction Status Information', 'b', 2, 2],
  '9C': ['Transaction Type', 'n', 1, 1],
  '9F01': ['Acquirer Identifier', 'n', 6, 6],
  '9F02': ['Amount, Authorised (Numeric)', 'n', 6, 6],
  '9F03': ['Amount, Other (Numeric)', 'n', 6, 6],
  '9F04': ['Amount, Other (Binary)', 'b', 4, 4],
  '9F06': ['Application Identifier (AID) - terminal', 'b', 5, 16],
  '9F09': ['Application Version Number - terminal', 'b', 2, 2],
  '9F15': ['Merchant Category Code', 'n', 2, 2],
  '9F16': ['Merchant Identifier', 'ans', 15, 15],
  '9F1A': ['Terminal Country Code', 'n', 2, 2],
  '9F1B': ['Terminal Floor Limit', 'b', 4, 4],
  '9F1C': ['Terminal Identification', 'an', 8, 8],
  '9F1D': ['Terminal Risk Management Data', 'b', 1, 8],
  '9F1E': ['Interface Device (IFD) Serial Number', 'an', 8, 8],
  '9F21': ['Transaction Time', 'n', 3, 3],
  '9F22': ['Certification Authority Public Key Index - terminal', 'b', 1, 1],
  '9F30': ['Biometric Terminal Capabilities', 'b', 3, 3],
  '9F33': ['Terminal Capabilities', 'b', 3, 3],
  '9F34': ['Cardholder Verification Method (CVM) Results', 'b', 3, 3],
  '9F35': ['Terminal Type', 'n', 1, 1],
  '9F37': ['Unpredictable Number', 'b', 4, 4],
  '9F39': ['Point-of-Service (POS) Entry Mode', 'n', 1, 1],
  '9F3A': ['Amount, Reference Currency', 'b', 4, 4],
  '9F3C': ['Transaction Reference Currency Code', 'n', 2, 2],
  '9F3D': ['Transaction Reference Currency Exponent', 'n', 1, 1],
  '9F40': ['Additional Terminal Capabilities', 'b', 5, 5],
  '9F41': ['Transaction Sequence Counter', 'n', 2, 4],
  '9F4E': ['Merchant Name and Location', 'ans', 0, 252],
  '9F5B': ['Issuer Script Results', 'b', 0, 252],
} as const satisfies Rows;

const ISSUER = {
  '71': ['Issuer Script Template 1', 'b', 0, 252],
  '72': ['Issuer Script Template 2', 'b', 0, 252],
  '86': ['Issuer Script Command', 'b', 0, 261, '71 72', 'hidden'],
  '89': ['Authorisation Code', 'an', 6, 6],
  // The terminal sets it too when the issuer gave no answer: Y1, Z1, Y3, Z3 (Book 4, annex A6).
  '8A': ['Authorisation Response Code', 'an', 2, 2],
  '91': ['Issuer Authentication Data', 'b', 8, 16],
  '9F18': ['Issuer Script Identifier', 'b', 4, 4, '71 72'],
} as const satisfies Rows;

/** What EMV itself defines; a scheme may give a tag another meaning. */
export const EMV_TAG_ROWS = { card: CARD, terminal: TERMINAL, issuer: ISSUER } as const;
export type EmvTag = keyof typeof CARD | keyof typeof TERMINAL | keyof typeof ISSUER;

/** The dictionary of EMV by tag in upper-case hexadecimal; schemes' own tags are in {@link tagDefinition}. */
export const TAGS: ReadonlyMap<string, TagDefinition> = new Map([
  ...definitions(CARD, 'card'),
  ...definitions(TERMINAL, 'terminal'),
  ...definitions(ISSUER, 'issuer'),
]);

export function definitions(rows: Rows, source: TagSource): [string, TagDefinition][] {
  return Object.entries(rows).map(
    ([tag, [name, format, minBytes, maxBytes, templates = '', mask = null]]) => [
      tag,
      {
        name,
        format,
        minBytes,
        maxBytes,
        source,
        templates: templates.split(' ').filter((template) => template !== ''),
        mask,
      },
    ],
  );
}
