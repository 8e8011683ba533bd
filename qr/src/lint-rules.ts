import type { ProtocolErrorCode } from '@kassa/primitives';

/**
 * `error`: the payload is not valid. `warning`: it is, and something will fail somewhere. `note`: worth knowing, or
 * allowed by a national profile only.
 */
export type Severity = 'error' | 'warning' | 'note';

/**
 * `strict`: the EMVCo specification to the letter. `tolerant`: what wallets have to accept because it circulates, each
 * deviation still said. `national`: strict, but for what the profile of a scheme says otherwise.
 */
export type LintLevel = 'strict' | 'tolerant' | 'national';

/** One row: what is checked, where it is said, what to do. */
export interface LintRule {
  readonly title: string;
  readonly code: ProtocolErrorCode;
  readonly strict: Severity;
  readonly tolerant: Severity;
  /** Document and section. */
  readonly source: string;
  readonly remedy: string;
}

const MPM = 'EMVCo MPM 1.1';
const CPM = 'EMVCo CPM 1.1';
const ROOT_TABLE = `${MPM}, 3, Data Objects Under the Root`;
const TABLES = `${MPM}, 3, tables of data objects`;
const ADDITIONAL_TABLE = `${MPM}, 3, Additional Data Field Template (ID 62)`;

const rule = (
  title: string,
  code: ProtocolErrorCode,
  [strict, tolerant]: readonly [Severity, Severity],
  source: string,
  remedy: string,
): LintRule => ({ title, code, strict, tolerant, source, remedy });

const ALWAYS = ['error', 'error'] as const;
const STRICT_ONLY = ['error', 'warning'] as const;
const ADVICE = ['warning', 'note'] as const;

/** Every rule there is, by the name a finding carries. */
export const LINT_RULES = {
  'payload-length': rule(
    'the payload takes at most 512 bytes of UTF-8',
    'too-large',
    STRICT_ONLY,
    `${MPM}, 4, Payload Length`,
    'leave out optional data objects, or put them behind the reference label 62.05',
  ),
  'code-capacity': rule(
    'no QR code holds more than 2953 bytes',
    'too-large',
    ALWAYS,
    'ISO/IEC 18004, symbol capacities',
    'check where this text comes from: it was not read from a code',
  ),
  unicode: rule(
    'the text is Unicode: no half of a surrogate pair',
    'bad-encoding',
    ALWAYS,
    `${MPM}, 1, Data Element Format Conventions`,
    'decode the bytes of the code as UTF-8',
  ),
  tag: rule(
    'a tag is two digits',
    'bad-tlv',
    ALWAYS,
    `${MPM}, 3, Data Organization`,
    'count the length of the value before: in characters, not in bytes',
  ),
  length: rule(
    'a length is two digits, from 01 to 99',
    'bad-length',
    ALWAYS,
    `${MPM}, 3, Data Organization`,
    'write the number of characters of the value with two digits; leave out what is empty',
  ),
  truncated: rule(
    'a value is as long as its length says',
    'truncated',
    ALWAYS,
    `${MPM}, 3, Data Organization`,
    'count lengths in characters (Unicode code points), not in bytes or UTF-16 units',
  ),
  'first-object': rule(
    'the payload format indicator (00) comes first',
    'bad-tlv',
    STRICT_ONLY,
    `${MPM}, 4, Position of Data Objects`,
    'move data object 00 to the start',
  ),
  'trailing-data': rule(
    'nothing follows the CRC (63)',
    'trailing-data',
    ALWAYS,
    `${MPM}, 4, Position of Data Objects`,
    'move data object 63 to the end and calculate it again; cut line ends off',
  ),
  'crc-missing': rule(
    'the CRC (63) is there',
    'truncated',
    ALWAYS,
    `${MPM}, 4, CRC (ID 63)`,
    'append 6304 and the CRC',
  ),
  'crc-form': rule(
    'the CRC is four hexadecimal digits, leading zeros kept',
    'bad-length',
    ALWAYS,
    `${MPM}, 4, CRC (ID 63)`,
    'write four digits: 007B, not 7B',
  ),
  'crc-lower-case': rule(
    'the CRC is in upper case',
    'bad-value',
    STRICT_ONLY,
    `${MPM}, 4, CRC (ID 63)`,
    'write the CRC in upper case',
  ),
  'crc-mismatch': rule(
    'the CRC is that of the bytes before it',
    'bad-value',
    ALWAYS,
    `${MPM}, 4, CRC (ID 63)`,
    'read the code again; a generator calculates CRC-16/CCITT-FALSE over UTF-8 bytes, 6304 among them',
  ),
  'repeated-tag': rule(
    'a tag stands once in its template',
    'bad-tlv',
    ALWAYS,
    `${MPM}, 3, Data Organization`,
    'keep one: readers disagree which of the two counts',
  ),
  'missing-currency': rule(
    'the currency (53) is there',
    'bad-tlv',
    ALWAYS,
    ROOT_TABLE,
    'add 5303 and the numeric code of ISO 4217, 398 for tenge',
  ),
  missing: rule(
    'what is mandatory is there',
    'bad-tlv',
    STRICT_ONLY,
    TABLES,
    'add the data object; a scheme that goes without it is a national profile',
  ),
  'no-account': rule(
    'there is a merchant account, one of 02 to 51',
    'bad-tlv',
    ALWAYS,
    ROOT_TABLE,
    'add an account template, 26 to 51, with the identifier of the scheme',
  ),
  'account-identifier': rule(
    'a template of a scheme starts with its globally unique identifier (00)',
    'bad-tlv',
    STRICT_ONLY,
    `${MPM}, 3, Merchant Account Information Template (IDs 26 to 51)`,
    'put the identifier of the scheme into sub-tag 00',
  ),
  'identifier-form': rule(
    'a globally unique identifier is an application identifier, a UUID without hyphens or a reversed domain name',
    'bad-value',
    ADVICE,
    `${MPM}, 3, Globally Unique Identifier (ID 00)`,
    'take an identifier nobody else can have, like kz.example.scheme',
  ),
  'format-indicator': rule(
    'the payload format indicator is 01',
    'bad-value',
    STRICT_ONLY,
    `${MPM}, 4, Payload Format Indicator (ID 00)`,
    'write 000201',
  ),
  'initiation-method': rule(
    'the point of initiation method is 11 (static) or 12 (dynamic)',
    'bad-value',
    STRICT_ONLY,
    `${MPM}, 4, Point of Initiation Method (ID 01)`,
    'write 11 for a code shown more than once, 12 for one made for a payment, or leave it out',
  ),
  'static-amount': rule(
    'a code shown more than once has no amount',
    'bad-value',
    ADVICE,
    `${MPM}, 4, Point of Initiation Method (ID 01)`,
    'write 12 where each payment gets its own code',
  ),
  amount: rule(
    'an amount is digits with at most one point, above zero, at most 13 characters',
    'bad-value',
    ALWAYS,
    `${MPM}, 4, Transaction Amount (ID 54)`,
    'write 1500.00: no spaces, no comma, no sign; leave 54 out where the payer types the amount',
  ),
  'amount-decimals': rule(
    'an amount has no more decimals than its currency',
    'bad-value',
    ADVICE,
    `${MPM}, 4, Transaction Amount (ID 54); ISO 4217`,
    'round the amount to the smallest unit of the currency',
  ),
  fee: rule(
    'the convenience fee is of its form: above zero, a percentage from 00.01 to 99.99',
    'bad-value',
    STRICT_ONLY,
    `${MPM}, 4, Value of Convenience Fee (IDs 56, 57)`,
    'write 56 like an amount, 57 like 2.5 without a percent sign',
  ),
  'fee-indicator': rule(
    '55 says which fee there is: 02 with 56, 03 with 57, otherwise neither',
    'bad-tlv',
    STRICT_ONLY,
    `${MPM}, 4, Tip or Convenience Indicator (ID 55)`,
    'make 55, 56 and 57 agree, or leave all of them out',
  ),
  value: rule(
    'a coded value is of its form',
    'bad-value',
    ALWAYS,
    TABLES,
    'write the code as its standard does: ISO 18245, ISO 4217 (numeric), ISO 3166-1 (capitals)',
  ),
  'text-length': rule(
    'a text is no longer than its data object allows',
    'bad-length',
    STRICT_ONLY,
    TABLES,
    'shorten it',
  ),
  'text-characters': rule(
    'a text of format ans is printable ASCII',
    'bad-value',
    STRICT_ONLY,
    `${MPM}, 1, Data Element Format Conventions; EMV Book 4, annex B`,
    'write it in Latin letters here and in its own script in the language template (64)',
  ),
  'data-request': rule(
    '62.09 asks for A (address), M (mobile), E (e-mail), each once',
    'bad-value',
    ADVICE,
    ADDITIONAL_TABLE,
    'write some of the letters A, M, E',
  ),
  reserved: rule(
    'what is reserved for future use is left out',
    'unknown-field',
    ADVICE,
    `${MPM}, 3, Data Object ID Allocation`,
    'use 80 to 99, or 62.50 to 62.99, which are free for schemes',
  ),
  'template-content': rule(
    'a template holds data objects',
    'bad-tlv',
    ADVICE,
    `${MPM}, 3, Data Organization`,
    'write the content as data objects with the identifier of the scheme in 00',
  ),
  'consumer-base64': rule(
    'a consumer-presented payload is base64 with padding',
    'bad-encoding',
    ALWAYS,
    `${CPM}, QR code payload; RFC 4648, 4`,
    'encode the bytes with the standard alphabet and padding, without line ends',
  ),
  'consumer-length': rule(
    'a consumer-presented payload takes at most 512 bytes before base64',
    'too-large',
    ALWAYS,
    'a limit of this library, see limits.ts',
    'leave out optional data objects',
  ),
  'consumer-tlv': rule(
    'the bytes are BER-TLV data objects',
    'bad-tlv',
    ALWAYS,
    `${CPM}, data objects; EMV Book 3, annex B`,
    'write lengths above 127 in two bytes: 81 and the length',
  ),
  'consumer-one-byte-length': rule(
    'a length above 127 in one byte is read where the profile knows it',
    'bad-tlv',
    ['note', 'note'],
    'EMV Book 3, annex B2',
    'write 81 and the length: any other reader refuses this code',
  ),
  'consumer-indicator': rule(
    'the payload starts with the payload format indicator 85, CPV01',
    'bad-value',
    ALWAYS,
    `${CPM}, Payload Format Indicator (tag 85)`,
    'start with 85 05 4350563031',
  ),
  'consumer-application': rule(
    'there is an application template (61)',
    'bad-tlv',
    ALWAYS,
    `${CPM}, Application Template (tag 61)`,
    'add a template 61 with the application identifier',
  ),
  'consumer-aid': rule(
    'an application template has an application identifier (4F) of 5 to 16 bytes',
    'bad-tlv',
    STRICT_ONLY,
    `${CPM}, Application Template (tag 61); ISO/IEC 7816-4`,
    'put the ADF name into 4F',
  ),
  'consumer-place': rule(
    'every data object stands in its template',
    'bad-tlv',
    STRICT_ONLY,
    `${CPM}, tables of data objects`,
    'move 63 into 61, 64 into 62, card data into one of them',
  ),
  'consumer-repeated': rule(
    'a tag stands once in its template, 61 aside',
    'bad-tlv',
    ALWAYS,
    'EMV Book 3, annex B',
    'keep one',
  ),
  'consumer-value': rule(
    'a value is of its size and form',
    'bad-length',
    STRICT_ONLY,
    'EMV Book 3, annex A',
    'write the value in the format and length of its tag',
  ),
  'consumer-cryptogram': rule(
    'an application cryptogram (9F26) comes with what checks it: 9F10, 9F36, 9F37',
    'bad-tlv',
    ADVICE,
    `${CPM}, transparent templates (tags 63, 64)`,
    'add issuer application data, transaction counter and unpredictable number',
  ),
  'profile-unknown': rule(
    'the payload is of a scheme there is a profile for',
    'bad-value',
    ALWAYS,
    'docs/qr.md, profiles',
    'name the profile, or check at level strict or tolerant',
  ),
  'profile-account': rule(
    'the account template of the scheme is there',
    'bad-tlv',
    ALWAYS,
    'the profile',
    'add the template with the identifier of the scheme',
  ),
  'profile-field': rule(
    'the data objects of the scheme are there and of its form',
    'bad-value',
    ALWAYS,
    'the profile',
    'write the data object as the scheme says',
  ),
  'profile-value': rule(
    'country and currency are those of the scheme',
    'bad-value',
    ALWAYS,
    'the profile',
    'write country and currency of the scheme, or choose another profile',
  ),
  'profile-language': rule(
    'the name in the local script is there',
    'bad-value',
    ['warning', 'note'],
    'the profile',
    'add a language template (64) in the language of the country',
  ),
} as const satisfies Readonly<Record<string, LintRule>>;

export type LintRuleName = keyof typeof LINT_RULES;
