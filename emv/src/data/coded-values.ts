/** Values with a meaning each, by code; English, translated in words-ru.ts and words-kk.ts. */
export type CodeTable = Readonly<Record<number | string, string>>;

/** Methods by code (EMV 4.4 Book 3, annex C3, table 43). */
export const CVM_METHODS = {
  0: 'Fail CVM processing',
  1: 'Plaintext PIN verification performed by ICC',
  2: 'Enciphered PIN verified online',
  3: 'Plaintext PIN verification performed by ICC and signature',
  4: 'Enciphered PIN verification performed by ICC',
  5: 'Enciphered PIN verification performed by ICC and signature',
  6: 'Facial biometric verified offline (by ICC)',
  7: 'Facial biometric verified online',
  8: 'Finger biometric verified offline (by ICC)',
  9: 'Finger biometric verified online',
  10: 'Palm biometric verified offline (by ICC)',
  11: 'Palm biometric verified online',
  12: 'Iris biometric verified offline (by ICC)',
  13: 'Iris biometric verified online',
  14: 'Voice biometric verified offline (by ICC)',
  15: 'Voice biometric verified online',
  30: 'Signature (paper)',
  31: 'No CVM required',
} as const satisfies CodeTable;

/** Conditions by code (EMV 4.4 Book 3, annex C3, table 44). */
export const CVM_CONDITIONS = {
  0: 'Always',
  1: 'If unattended cash',
  2: 'If not unattended cash and not manual cash and not purchase with cashback',
  3: 'If terminal supports the CVM',
  4: 'If manual cash',
  5: 'If purchase with cashback',
  6: 'If transaction is in the application currency and is under X value',
  7: 'If transaction is in the application currency and is over X value',
  8: 'If transaction is in the application currency and is under Y value',
  9: 'If transaction is in the application currency and is over Y value',
} as const satisfies CodeTable;

/** Byte 3 of tag 9F34 (EMV 4.4 Book 4, annex A4). */
export const CVM_RESULTS = { 0: 'unknown', 1: 'failed', 2: 'successful' } as const satisfies CodeTable;

/** Bits 3 to 1 of the cryptogram information data (EMV 4.4 Book 3, 6.5.5.4). */
export const CRYPTOGRAM_REASONS = {
  0: 'no information given',
  1: 'service not allowed',
  2: 'PIN try limit exceeded',
  3: 'issuer authentication failed',
} as const satisfies CodeTable;

/** Bits 8 and 7 of the cryptogram information data (EMV 4.4 Book 3, 6.5.5.4). */
export const CRYPTOGRAM_TYPES = {
  0: 'AAC (transaction declined)',
  1: 'TC (transaction approved)',
  2: 'ARQC (online authorisation requested)',
} as const satisfies CodeTable;

export const FIRST_CRYPTOGRAMS = { 0: 'AAC', 1: 'TC', 2: 'ARQC' } as const satisfies CodeTable;
export const SECOND_CRYPTOGRAMS = { 0: 'AAC', 1: 'TC', 2: 'not requested' } as const satisfies CodeTable;

/** Terminal type, tag 9F35, its two digits (EMV 4.4 Book 4, annex A1, table 24). */
export const TERMINAL_CONTROLS = {
  1: 'Financial institution',
  2: 'Merchant',
  3: 'Cardholder',
} as const satisfies CodeTable;
export const TERMINAL_ENVIRONMENTS = {
  1: 'Attended, online only',
  2: 'Attended, offline with online capability',
  3: 'Attended, offline only',
  4: 'Unattended, online only',
  5: 'Unattended, offline with online capability',
  6: 'Unattended, offline only',
} as const satisfies CodeTable;

/** Transaction type, tag 9C: first two digits of the processing code (ISO 8583:1987, 4.3.8). */
export const TRANSACTION_TYPES = {
  '00': 'Purchase of goods or services',
  '01': 'Cash withdrawal',
  '09': 'Purchase with cashback',
  '20': 'Refund',
  '21': 'Deposit',
  '30': 'Available funds inquiry',
  '31': 'Balance inquiry',
  '40': 'Account transfer',
  '50': 'Payment',
} as const satisfies CodeTable;

/** Authorisation response code, tag 8A: ISO 8583:1987, annex A, and the terminal's own (EMV 4.4 Book 4, annex A6). */
export const RESPONSE_CODES = {
  '00': 'Approved',
  '01': 'Refer to card issuer',
  '03': 'Invalid merchant',
  '04': 'Pick up card',
  '05': 'Do not honour',
  '08': 'Honour with identification',
  '10': 'Approved for partial amount',
  '11': 'Approved (VIP)',
  '12': 'Invalid transaction',
  '13': 'Invalid amount',
  '14': 'Invalid card number',
  '15': 'No such issuer',
  '30': 'Format error',
  '41': 'Lost card',
  '43': 'Stolen card',
  '51': 'Not sufficient funds',
  '54': 'Expired card',
  '55': 'Incorrect PIN',
  '57': 'Transaction not permitted to cardholder',
  '58': 'Transaction not permitted to terminal',
  '59': 'Suspected fraud',
  '61': 'Exceeds withdrawal amount limit',
  '62': 'Restricted card',
  '63': 'Security violation',
  '65': 'Exceeds withdrawal frequency limit',
  '75': 'Allowable number of PIN tries exceeded',
  '91': 'Issuer or switch is inoperative',
  '94': 'Duplicate transmission',
  '96': 'System malfunction',
  Y1: 'Offline approved',
  Z1: 'Offline declined',
  Y2: 'Approved after card-initiated referral',
  Z2: 'Declined after card-initiated referral',
  Y3: 'Unable to go online, offline approved',
  Z3: 'Unable to go online, offline declined',
} as const satisfies CodeTable;

/** Service code, tag 5F30, digit by digit (ISO/IEC 7813, table 1). */
export const SERVICE_INTERCHANGES = {
  1: 'International interchange',
  2: 'International interchange, IC to be used where feasible',
  5: 'National interchange only',
  6: 'National interchange only, IC to be used where feasible',
  7: 'No interchange except under bilateral agreement',
  9: 'Test card',
} as const satisfies CodeTable;
export const SERVICE_AUTHORISATIONS = {
  0: 'Normal authorisation',
  2: 'Authorisation by the issuer online',
  4: 'Authorisation by the issuer online except under bilateral agreement',
} as const satisfies CodeTable;
export const SERVICE_RANGES = {
  0: 'No restrictions, PIN required',
  1: 'No restrictions',
  2: 'Goods and services only',
  3: 'ATM only, PIN required',
  4: 'Cash only',
  5: 'Goods and services only, PIN required',
  6: 'No restrictions, PIN where feasible',
  7: 'Goods and services only, PIN where feasible',
} as const satisfies CodeTable;

/** Account type, tag 5F57 (EMV 4.4 Book 3, annex G, table 56). */
export const ACCOUNT_TYPES = {
  '00': 'Default account',
  '10': 'Savings account',
  '20': 'Cheque or debit account',
  '30': 'Credit account',
} as const satisfies CodeTable;

/** Point-of-service entry mode, tag 9F39 (ISO 8583:1987, 4.3.14, first two digits, as schemes extend it). */
export const ENTRY_MODES = {
  '00': 'Not known',
  '01': 'Typed by hand',
  '02': 'Magnetic stripe, card verification value may not be checked',
  '03': 'Optical code',
  '04': 'Optical character reading',
  '05': 'Chip',
  '07': 'Contactless chip',
  '10': 'Credentials on file',
  '80': 'Magnetic stripe, fallback from chip',
  '90': 'Magnetic stripe',
  '91': 'Contactless magnetic stripe',
  '95': 'Chip, card verification value may not be checked',
} as const satisfies CodeTable;

/** Currencies and countries a terminal in Kazakhstan meets most (ISO 4217, ISO 3166-1, numeric). */
export const CURRENCIES = {
  '156': 'yuan',
  '398': 'tenge',
  '417': 'som (Kyrgyzstan)',
  '643': 'rouble',
  '840': 'US dollar',
  '860': 'sum (Uzbekistan)',
  '978': 'euro',
} as const satisfies CodeTable;
export const COUNTRIES = {
  '156': 'China',
  '398': 'Kazakhstan',
  '417': 'Kyrgyzstan',
  '643': 'Russia',
  '840': 'United States',
  '860': 'Uzbekistan',
} as const satisfies CodeTable;

/** Counters of M/Chip and of the CSU, two bits (EMV 4.4 Book 3, annex C10). */
export const COUNTER_UPDATES = {
  0: 'do not update',
  1: 'set to upper limits',
  2: 'reset to zero',
  3: 'add transaction to counters',
} as const satisfies CodeTable;

/** Form factor of Visa, tag 9F6E byte 1 (Visa Contactless Payment Specification 2.2, annex D). */
export const FORM_FACTORS = {
  0: 'card',
  1: 'mini-card',
  2: 'other than a card',
  3: 'mobile phone',
  4: 'wrist-worn device',
} as const satisfies CodeTable;
export const PAYMENT_TECHNOLOGIES = { 0: 'contactless, ISO/IEC 14443' } as const satisfies CodeTable;

/** Visa CVR of formats 2 and 4, byte 1: who verified the cardholder, and how. */
export const VERIFYING_ENTITIES = {
  0: 'none',
  1: 'Visa mobile payment application',
  2: 'MG',
  3: 'application in the same secure element',
  4: 'application in a trusted execution environment',
  5: 'mobile application',
  6: 'terminal',
  7: 'cloud',
  8: 'operating system of the device',
} as const satisfies CodeTable;
export const VERIFICATION_TYPES = {
  0: 'none',
  1: 'passcode',
  2: 'finger biometric',
  3: 'pattern',
  4: 'facial biometric',
  5: 'iris biometric',
  6: 'voice biometric',
  7: 'palm biometric',
  13: 'signature',
  14: 'online PIN',
} as const satisfies CodeTable;

/** Outcome parameter set, tag DF8129 (EMV Contactless Book C-2, annex A.1). */
export const OUTCOME_STATUSES = {
  1: 'approved',
  2: 'declined',
  3: 'online request',
  4: 'end application',
  5: 'select next',
  6: 'try another interface',
  7: 'try again',
  15: 'not applicable',
} as const satisfies CodeTable;
export const OUTCOME_STARTS = {
  0: 'A',
  1: 'B',
  2: 'C',
  3: 'D',
  15: 'not applicable',
} as const satisfies CodeTable;
export const OUTCOME_METHODS = {
  0: 'No CVM required',
  1: 'signature',
  2: 'online PIN',
  3: 'confirmation code verified',
  15: 'not applicable',
} as const satisfies CodeTable;
export const NOT_APPLICABLE = { 15: 'not applicable', 255: 'not applicable' } as const satisfies CodeTable;

/** Mag-stripe CVM capability, tags DF811E and DF812C, bits 8 to 5 (EMV Contactless Book C-2, annex A.1). */
export const MAG_STRIPE_METHODS = {
  0: 'No CVM required',
  1: 'signature',
  2: 'online PIN',
  15: 'not applicable',
} as const satisfies CodeTable;

/** Kernel identifier, tag 9F2A, bits 8 and 7 (EMV Contactless Book B, 3.3.2). */
export const KERNEL_KINDS = {
  0: 'international kernel',
  2: 'domestic kernel, EMVCo format',
  3: 'domestic kernel, own format',
} as const satisfies CodeTable;

/** Sentences around values; `{0}`, `{1}`… stand for them. */
export const SENTENCES = {
  flag: 'byte {0} bit {1}: {2}',
  reservedBit: 'reserved, but set',
  reservedValue: 'reserved value {0}',
  pair: '{0}: {1}',
  thenNext: 'else the next rule',
  thenFail: 'else cardholder verification fails',
  noCvmPerformed: 'No CVM performed',
  amountX: 'amount X: {0}',
  amountY: 'amount Y: {0}',
  minorUnits: '{0} in minor units of the currency',
  reserved: 'reserved',
  files: 'SFI {0}, records {1} to {2}, {3} of them for offline data authentication',
  wrongLength: 'wrong length: expected {0}, found {1} bytes',
  bytesRange: '{0} to {1} bytes',
  bytesExact: '{0} bytes',
  keyIndex: 'Key index {0}',
  cryptogramVersion: 'Cryptogram version {0} ({1} hex)',
  formatVisa: 'Visa, IAD format {0}',
  formatCcd: 'Common core definitions',
  dynamicNumber: 'Data authentication code or ICC dynamic number {0}',
  counters: 'Counters {0}',
  issuerData: 'Issuer discretionary data {0}',
  arpc: 'ARPC {0}',
  responseCode: 'Response code {0}',
  proprietary: 'Proprietary authentication data {0}',
  uniqueIdentifier: 'unique identifier {0}',
  deviceType: 'device type {0}',
  country: 'country {0}',
} as const satisfies CodeTable;
