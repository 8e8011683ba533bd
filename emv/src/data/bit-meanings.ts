/** One bit of a byte string, counted as EMV does: byte 1 is the first, bit 8 the highest. */
export interface BitMeaning {
  readonly byte: number;
  readonly bit: number;
  readonly meaning: string;
}

type BitTable = Readonly<Record<string, BitMeaning>>;

/** Application interchange profile, tag 82 (EMV 4.4 Book 3, annex C1, table 41). */
export const AIP_BITS = {
  xdaSupported: { byte: 1, bit: 8, meaning: 'XDA supported' },
  sdaSupported: { byte: 1, bit: 7, meaning: 'SDA supported' },
  ddaSupported: { byte: 1, bit: 6, meaning: 'DDA supported' },
  cardholderVerificationSupported: { byte: 1, bit: 5, meaning: 'Cardholder verification is supported' },
  terminalRiskManagement: { byte: 1, bit: 4, meaning: 'Terminal risk management is to be performed' },
  issuerAuthenticationSupported: { byte: 1, bit: 3, meaning: 'Issuer authentication is supported' },
  cdaSupported: { byte: 1, bit: 1, meaning: 'CDA supported' },
} as const satisfies BitTable;

/** Application usage control, tag 9F07 (EMV 4.4 Book 3, annex C2, table 42). */
export const AUC_BITS = {
  domesticCash: { byte: 1, bit: 8, meaning: 'Valid for domestic cash transactions' },
  internationalCash: { byte: 1, bit: 7, meaning: 'Valid for international cash transactions' },
  domesticGoods: { byte: 1, bit: 6, meaning: 'Valid for domestic goods' },
  internationalGoods: { byte: 1, bit: 5, meaning: 'Valid for international goods' },
  domesticServices: { byte: 1, bit: 4, meaning: 'Valid for domestic services' },
  internationalServices: { byte: 1, bit: 3, meaning: 'Valid for international services' },
  atm: { byte: 1, bit: 2, meaning: 'Valid at ATMs' },
  notAtm: { byte: 1, bit: 1, meaning: 'Valid at terminals other than ATMs' },
  domesticCashback: { byte: 2, bit: 8, meaning: 'Domestic cashback allowed' },
  internationalCashback: { byte: 2, bit: 7, meaning: 'International cashback allowed' },
} as const satisfies BitTable;

/** Terminal verification results, tag 95, and the action codes (EMV 4.4 Book 3, annex C5, table 46). */
export const TVR_BITS = {
  odaNotPerformed: { byte: 1, bit: 8, meaning: 'Offline data authentication was not performed' },
  sdaFailed: { byte: 1, bit: 7, meaning: 'SDA failed' },
  iccDataMissing: { byte: 1, bit: 6, meaning: 'ICC data missing' },
  exceptionFile: { byte: 1, bit: 5, meaning: 'Card appears on terminal exception file' },
  ddaFailed: { byte: 1, bit: 4, meaning: 'DDA failed' },
  cdaFailed: { byte: 1, bit: 3, meaning: 'CDA failed' },
  sdaSelected: { byte: 1, bit: 2, meaning: 'SDA selected' },
  xdaSelected: { byte: 1, bit: 1, meaning: 'XDA selected' },
  versionsDiffer: { byte: 2, bit: 8, meaning: 'ICC and terminal have different application versions' },
  expired: { byte: 2, bit: 7, meaning: 'Expired application' },
  notYetEffective: { byte: 2, bit: 6, meaning: 'Application not yet effective' },
  serviceNotAllowed: { byte: 2, bit: 5, meaning: 'Requested service not allowed for card product' },
  newCard: { byte: 2, bit: 4, meaning: 'New card' },
  cardholderVerificationFailed: { byte: 3, bit: 8, meaning: 'Cardholder verification was not successful' },
  unrecognisedCvm: { byte: 3, bit: 7, meaning: 'Unrecognised CVM' },
  pinTryLimitExceeded: { byte: 3, bit: 6, meaning: 'PIN Try Limit exceeded' },
  pinPadMissing: {
    byte: 3,
    bit: 5,
    meaning: 'PIN entry required and PIN pad not present or not working',
  },
  pinNotEntered: {
    byte: 3,
    bit: 4,
    meaning: 'PIN entry required, PIN pad present, but PIN was not entered',
  },
  // Version 4.4 widened it to "Online CVM captured"; here the online method is always a PIN.
  onlinePinEntered: { byte: 3, bit: 3, meaning: 'Online PIN entered' },
  floorLimitExceeded: { byte: 4, bit: 8, meaning: 'Transaction exceeds floor limit' },
  lowerOfflineLimitExceeded: { byte: 4, bit: 7, meaning: 'Lower consecutive offline limit exceeded' },
  upperOfflineLimitExceeded: { byte: 4, bit: 6, meaning: 'Upper consecutive offline limit exceeded' },
  randomlySelected: {
    byte: 4,
    bit: 5,
    meaning: 'Transaction selected randomly for online processing',
  },
  merchantForcedOnline: { byte: 4, bit: 4, meaning: 'Merchant forced transaction online' },
  defaultTdolUsed: { byte: 5, bit: 8, meaning: 'Default TDOL used' },
  issuerAuthenticationFailed: { byte: 5, bit: 7, meaning: 'Issuer authentication failed' },
  scriptFailedBeforeFinalAc: {
    byte: 5,
    bit: 6,
    meaning: 'Script processing failed before final GENERATE AC',
  },
  scriptFailedAfterFinalAc: {
    byte: 5,
    bit: 5,
    meaning: 'Script processing failed after final GENERATE AC',
  },
} as const satisfies BitTable;

/** Transaction status information, tag 9B (EMV 4.4 Book 3, annex C6, table 47). */
export const TSI_BITS = {
  odaPerformed: { byte: 1, bit: 8, meaning: 'Offline data authentication was performed' },
  cardholderVerificationPerformed: {
    byte: 1,
    bit: 7,
    meaning: 'Cardholder verification was performed',
  },
  cardRiskManagementPerformed: { byte: 1, bit: 6, meaning: 'Card risk management was performed' },
  issuerAuthenticationPerformed: { byte: 1, bit: 5, meaning: 'Issuer authentication was performed' },
  terminalRiskManagementPerformed: {
    byte: 1,
    bit: 4,
    meaning: 'Terminal risk management was performed',
  },
  scriptProcessingPerformed: { byte: 1, bit: 3, meaning: 'Script processing was performed' },
} as const satisfies BitTable;

/** Terminal capabilities, tag 9F33 (EMV 4.4 Book 4, annex A2, tables 25 to 27). */
export const TERMINAL_CAPABILITY_BITS = {
  manualKeyEntry: { byte: 1, bit: 8, meaning: 'Manual key entry' },
  magneticStripe: { byte: 1, bit: 7, meaning: 'Magnetic stripe' },
  contacts: { byte: 1, bit: 6, meaning: 'IC with contacts' },
  plaintextOfflinePin: { byte: 2, bit: 8, meaning: 'Plaintext PIN for ICC verification' },
  onlinePin: { byte: 2, bit: 7, meaning: 'Enciphered PIN for online verification' },
  signature: { byte: 2, bit: 6, meaning: 'Signature (paper)' },
  encipheredOfflinePin: { byte: 2, bit: 5, meaning: 'Enciphered PIN for offline verification' },
  noCvm: { byte: 2, bit: 4, meaning: 'No CVM required' },
  sda: { byte: 3, bit: 8, meaning: 'SDA' },
  dda: { byte: 3, bit: 7, meaning: 'DDA' },
  cardCapture: { byte: 3, bit: 6, meaning: 'Card capture' },
  cda: { byte: 3, bit: 4, meaning: 'CDA' },
} as const satisfies BitTable;

/** Whether a bit is set; a byte that is not there is zero. */
export function hasBit(bytes: Uint8Array, { byte, bit }: BitMeaning): boolean {
  return ((bytes[byte - 1] ?? 0) & (1 << (bit - 1))) !== 0;
}

/** The same bytes with one bit set. */
export function withBit(bytes: Uint8Array, { byte, bit }: BitMeaning): Uint8Array {
  return bytes.map((value, index) => (index === byte - 1 ? value | (1 << (bit - 1)) : value));
}

/** `byte 3 bit 3 'Online PIN entered'`: how decisions name a bit. */
export function bitLabel({ byte, bit, meaning }: BitMeaning): string {
  return `byte ${byte} bit ${bit} '${meaning}'`;
}

/** The meanings of all bits that are set, in the order of the table. */
export function describeBits(table: BitTable, bytes: Uint8Array): string[] {
  return Object.values(table)
    .filter((meaning) => hasBit(bytes, meaning))
    .map(({ meaning }) => meaning);
}
