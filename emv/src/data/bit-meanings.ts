/** One bit of a byte string, counted as EMV does: byte 1 is the first, bit 8 the highest. */
export interface BitMeaning {
  readonly byte: number;
  readonly bit: number;
  readonly meaning: string;
}

export type BitTable = Readonly<Record<string, BitMeaning>>;

/** Application interchange profile, tag 82 (EMV 4.4 Book 3, annex C1, table 41). */
export const AIP_BITS = {
  xdaSupported: { byte: 1, bit: 8, meaning: 'XDA supported' },
  sdaSupported: { byte: 1, bit: 7, meaning: 'SDA supported' },
  ddaSupported: { byte: 1, bit: 6, meaning: 'DDA supported' },
  cardholderVerificationSupported: { byte: 1, bit: 5, meaning: 'Cardholder verification is supported' },
  terminalRiskManagement: { byte: 1, bit: 4, meaning: 'Terminal risk management is to be performed' },
  issuerAuthenticationSupported: { byte: 1, bit: 3, meaning: 'Issuer authentication is supported' },
  // Byte 1 bit 2 and byte 2: EMV Contactless Book C-2, annex A.1.16.
  onDeviceVerificationSupported: {
    byte: 1,
    bit: 2,
    meaning: 'On device cardholder verification is supported',
  },
  cdaSupported: { byte: 1, bit: 1, meaning: 'CDA supported' },
  emvModeSupported: { byte: 2, bit: 8, meaning: 'Contactless EMV mode is supported' },
  mobilePhone: { byte: 2, bit: 7, meaning: 'Mobile phone' },
  contactlessTransaction: { byte: 2, bit: 6, meaning: 'Contactless transaction' },
  relayResistanceSupported: { byte: 2, bit: 1, meaning: 'Relay resistance protocol is supported' },
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
  biometricSuccessful: { byte: 2, bit: 2, meaning: 'Biometric performed and successful' },
  biometricFormatNotSupported: { byte: 2, bit: 1, meaning: 'Biometric template format not supported' },
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
  biometricDeviceNotWorking: {
    byte: 3,
    bit: 2,
    meaning: 'Biometric required but biometric capture device not working',
  },
  biometricBypassed: {
    byte: 3,
    bit: 1,
    meaning: 'Biometric required, capture device present, but biometric subtype entry was bypassed',
  },
  floorLimitExceeded: { byte: 4, bit: 8, meaning: 'Transaction exceeds floor limit' },
  lowerOfflineLimitExceeded: { byte: 4, bit: 7, meaning: 'Lower consecutive offline limit exceeded' },
  upperOfflineLimitExceeded: { byte: 4, bit: 6, meaning: 'Upper consecutive offline limit exceeded' },
  randomlySelected: {
    byte: 4,
    bit: 5,
    meaning: 'Transaction selected randomly for online processing',
  },
  merchantForcedOnline: { byte: 4, bit: 4, meaning: 'Merchant forced transaction online' },
  biometricTryLimitExceeded: { byte: 4, bit: 3, meaning: 'Biometric Try Limit exceeded' },
  biometricTypeNotSupported: { byte: 4, bit: 2, meaning: 'A selected biometric type is not supported' },
  xdaFailed: { byte: 4, bit: 1, meaning: 'XDA signature verification failed' },
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
  // Bits 4 to 1: EMV Contactless Book C-2, annex A.1.172; bits 3 and 2 are ECC's in contact transactions.
  relayResistanceThresholdExceeded: {
    byte: 5,
    bit: 4,
    meaning: 'Contactless: relay resistance threshold exceeded',
  },
  caEccKeyMissing: {
    byte: 5,
    bit: 3,
    meaning: 'CA ECC key missing; contactless: relay resistance time limits exceeded',
  },
  eccKeyRecoveryFailed: {
    byte: 5,
    bit: 2,
    meaning: 'ECC key recovery failed; contactless: relay resistance performed',
  },
  relayResistanceNotPerformed: {
    byte: 5,
    bit: 1,
    meaning: 'Contactless: relay resistance not performed',
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

/** Cryptogram information data, tag 9F27 (EMV 4.4 Book 3, 6.5.5.4, table 15). */
export const CID_BITS = {
  adviceRequired: { byte: 1, bit: 4, meaning: 'advice required' },
} as const satisfies BitTable;

/** Application priority indicator, tag 87 (EMV 4.4 Book 1, 12.2.3, table 13). */
export const PRIORITY_BITS = {
  confirmationRequired: {
    byte: 1,
    bit: 8,
    meaning: 'Application cannot be selected without confirmation by the cardholder',
  },
} as const satisfies BitTable;

/** Reference control parameter, tag DF8114, and P1 of GENERATE AC (EMV Contactless Book C-2, annex A.1). */
export const REFERENCE_CONTROL_BITS = {
  cdaRequested: { byte: 1, bit: 5, meaning: 'CDA signature requested' },
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
  onlineBiometric: { byte: 2, bit: 3, meaning: 'Online biometric' },
  offlineBiometric: { byte: 2, bit: 2, meaning: 'Offline biometric' },
  encipheredOfflinePinEcc: {
    byte: 2,
    bit: 1,
    meaning: 'Enciphered PIN for offline verification (ECC)',
  },
  sda: { byte: 3, bit: 8, meaning: 'SDA' },
  dda: { byte: 3, bit: 7, meaning: 'DDA' },
  cardCapture: { byte: 3, bit: 6, meaning: 'Card capture' },
  cda: { byte: 3, bit: 4, meaning: 'CDA' },
  xda: { byte: 3, bit: 3, meaning: 'XDA' },
} as const satisfies BitTable;

/** Additional terminal capabilities, tag 9F40 (EMV 4.4 Book 4, annex A3, tables 28 to 32). */
export const ADDITIONAL_TERMINAL_CAPABILITY_BITS = {
  cash: { byte: 1, bit: 8, meaning: 'Cash' },
  goods: { byte: 1, bit: 7, meaning: 'Goods' },
  services: { byte: 1, bit: 6, meaning: 'Services' },
  cashback: { byte: 1, bit: 5, meaning: 'Cashback' },
  inquiry: { byte: 1, bit: 4, meaning: 'Inquiry' },
  transfer: { byte: 1, bit: 3, meaning: 'Transfer' },
  payment: { byte: 1, bit: 2, meaning: 'Payment' },
  administrative: { byte: 1, bit: 1, meaning: 'Administrative' },
  cashDeposit: { byte: 2, bit: 8, meaning: 'Cash deposit' },
  numericKeys: { byte: 3, bit: 8, meaning: 'Numeric keys' },
  alphabeticKeys: { byte: 3, bit: 7, meaning: 'Alphabetic and special characters keys' },
  commandKeys: { byte: 3, bit: 6, meaning: 'Command keys' },
  functionKeys: { byte: 3, bit: 5, meaning: 'Function keys' },
  printAttendant: { byte: 4, bit: 8, meaning: 'Print or electronic, attendant' },
  printCardholder: { byte: 4, bit: 7, meaning: 'Print or electronic, cardholder' },
  displayAttendant: { byte: 4, bit: 6, meaning: 'Display, attendant' },
  displayCardholder: { byte: 4, bit: 5, meaning: 'Display, cardholder' },
  codeTable10: { byte: 4, bit: 2, meaning: 'Code table 10' },
  codeTable9: { byte: 4, bit: 1, meaning: 'Code table 9' },
  codeTable8: { byte: 5, bit: 8, meaning: 'Code table 8' },
  codeTable7: { byte: 5, bit: 7, meaning: 'Code table 7' },
  codeTable6: { byte: 5, bit: 6, meaning: 'Code table 6' },
  codeTable5: { byte: 5, bit: 5, meaning: 'Code table 5' },
  codeTable4: { byte: 5, bit: 4, meaning: 'Code table 4' },
  codeTable3: { byte: 5, bit: 3, meaning: 'Code table 3' },
  codeTable2: { byte: 5, bit: 2, meaning: 'Code table 2' },
  codeTable1: { byte: 5, bit: 1, meaning: 'Code table 1' },
} as const satisfies BitTable;

/** Terminal transaction qualifiers, tag 9F66 (EMV Contactless Book A, 5.7, table 5-4). */
export const TTQ_BITS = {
  magStripeMode: { byte: 1, bit: 8, meaning: 'Mag-stripe mode supported' },
  emvMode: { byte: 1, bit: 6, meaning: 'EMV mode supported' },
  contactChip: { byte: 1, bit: 5, meaning: 'EMV contact chip supported' },
  offlineOnly: { byte: 1, bit: 4, meaning: 'Offline-only reader' },
  onlinePin: { byte: 1, bit: 3, meaning: 'Online PIN supported' },
  signature: { byte: 1, bit: 2, meaning: 'Signature supported' },
  odaForOnline: {
    byte: 1,
    bit: 1,
    meaning: 'Offline data authentication for online authorisations supported',
  },
  onlineCryptogramRequired: { byte: 2, bit: 8, meaning: 'Online cryptogram required' },
  cvmRequired: { byte: 2, bit: 7, meaning: 'CVM required' },
  contactOfflinePin: { byte: 2, bit: 6, meaning: '(Contact chip) Offline PIN supported' },
  issuerUpdateProcessing: { byte: 3, bit: 8, meaning: 'Issuer update processing supported' },
  consumerDeviceCvm: { byte: 3, bit: 7, meaning: 'Consumer device CVM supported' },
  // Book C-6 and C-7 alone; reserved in C-3.
  consumerDeviceCvmRequired: { byte: 3, bit: 4, meaning: 'Consumer device CVM required' },
  fdda: { byte: 4, bit: 8, meaning: 'fDDA v1.0 supported' },
} as const satisfies BitTable;

/** Card transaction qualifiers, tag 9F6C (EMV Contactless Book C-3, annex A.2). */
export const CTQ_BITS = {
  onlinePinRequired: { byte: 1, bit: 8, meaning: 'Online PIN required' },
  signatureRequired: { byte: 1, bit: 7, meaning: 'Signature required' },
  onlineIfOdaFails: {
    byte: 1,
    bit: 6,
    meaning: 'Go online if offline data authentication fails and reader is online capable',
  },
  switchIfOdaFails: {
    byte: 1,
    bit: 5,
    meaning: 'Switch interface if offline data authentication fails and reader supports contact chip',
  },
  onlineIfExpired: { byte: 1, bit: 4, meaning: 'Go online if application expired' },
  switchForCash: { byte: 1, bit: 3, meaning: 'Switch interface for cash transactions' },
  switchForCashback: { byte: 1, bit: 2, meaning: 'Switch interface for cashback transactions' },
  notAtAtm: { byte: 1, bit: 1, meaning: 'Not valid for contactless ATM transactions' },
  consumerDeviceCvmPerformed: { byte: 2, bit: 8, meaning: 'Consumer device CVM performed' },
  issuerUpdateProcessing: {
    byte: 2,
    bit: 7,
    meaning: 'Card supports issuer update processing at the POS',
  },
} as const satisfies BitTable;

/** Form factor indicator of Visa, tag 9F6E, byte 2 (Visa Contactless Payment Specification 2.2, annex D). */
export const FORM_FACTOR_BITS = {
  passcode: { byte: 2, bit: 8, meaning: 'Passcode capable' },
  signaturePanel: { byte: 2, bit: 7, meaning: 'Signature panel' },
  hologram: { byte: 2, bit: 6, meaning: 'Hologram' },
  cvv2: { byte: 2, bit: 5, meaning: 'CVV2' },
  twoWayMessaging: { byte: 2, bit: 4, meaning: 'Two-way messaging' },
  cloudCredentials: { byte: 2, bit: 3, meaning: 'Cloud based payment credentials' },
  biometric: { byte: 2, bit: 2, meaning: 'Biometric cardholder verification capable' },
} as const satisfies BitTable;

/** Terminal risk management data, tag 9F1D (EMV Contactless Book C-2, annex A.1.161). */
export const TERMINAL_RISK_MANAGEMENT_BITS = {
  restart: { byte: 1, bit: 8, meaning: 'Restart supported' },
  onlinePinContactless: { byte: 1, bit: 7, meaning: 'Enciphered PIN verified online (contactless)' },
  signatureContactless: { byte: 1, bit: 6, meaning: 'Signature (contactless)' },
  encipheredPinContactless: {
    byte: 1,
    bit: 5,
    meaning: 'Enciphered PIN verification performed by ICC (contactless)',
  },
  noCvmContactless: { byte: 1, bit: 4, meaning: 'No CVM required (contactless)' },
  cdcvmContactless: { byte: 1, bit: 3, meaning: 'Consumer device CVM (contactless)' },
  plaintextPinContactless: {
    byte: 1,
    bit: 2,
    meaning: 'Plaintext PIN verification performed by ICC (contactless)',
  },
  presentAndHold: { byte: 1, bit: 1, meaning: 'Present and hold supported' },
  cvmLimitExceeded: { byte: 2, bit: 8, meaning: 'CVM limit exceeded' },
  onlinePinContact: { byte: 2, bit: 7, meaning: 'Enciphered PIN verified online (contact)' },
  signatureContact: { byte: 2, bit: 6, meaning: 'Signature (contact)' },
  encipheredPinContact: {
    byte: 2,
    bit: 5,
    meaning: 'Enciphered PIN verification performed by ICC (contact)',
  },
  noCvmContact: { byte: 2, bit: 4, meaning: 'No CVM required (contact)' },
  cdcvmContact: { byte: 2, bit: 3, meaning: 'Consumer device CVM (contact)' },
  plaintextPinContact: {
    byte: 2,
    bit: 2,
    meaning: 'Plaintext PIN verification performed by ICC (contact)',
  },
  noMagStripeMode: {
    byte: 3,
    bit: 8,
    meaning: 'Mag-stripe mode contactless transactions not supported',
  },
  noEmvMode: { byte: 3, bit: 7, meaning: 'EMV mode contactless transactions not supported' },
  cdcvmWithoutCda: { byte: 3, bit: 6, meaning: 'Consumer device CVM without CDA supported' },
  cdcvmBypass: { byte: 4, bit: 8, meaning: 'Consumer device CVM bypass requested' },
  scaExempt: { byte: 4, bit: 7, meaning: 'SCA exempt' },
} as const satisfies BitTable;

/** Kernel configuration, tag DF811B (EMV Contactless Book C-2, annex A.1). */
export const KERNEL_CONFIGURATION_BITS = {
  noMagStripeMode: {
    byte: 1,
    bit: 8,
    meaning: 'Mag-stripe mode contactless transactions not supported',
  },
  noEmvMode: { byte: 1, bit: 7, meaning: 'EMV mode contactless transactions not supported' },
  onDeviceVerification: { byte: 1, bit: 6, meaning: 'On device cardholder verification is supported' },
  relayResistance: { byte: 1, bit: 5, meaning: 'Relay resistance protocol is supported' },
  paymentSystem: { byte: 1, bit: 4, meaning: 'Reserved for the payment system' },
  readAllRecords: { byte: 1, bit: 3, meaning: 'Read all records even when no CDA' },
} as const satisfies BitTable;

/** Outcome parameter set, tag DF8129, byte 5 (EMV Contactless Book C-2, annex A.1). */
export const OUTCOME_BITS = {
  uiOnOutcome: { byte: 5, bit: 8, meaning: 'User interface request on outcome present' },
  uiOnRestart: { byte: 5, bit: 7, meaning: 'User interface request on restart present' },
  dataRecord: { byte: 5, bit: 6, meaning: 'Data record present' },
  discretionaryData: { byte: 5, bit: 5, meaning: 'Discretionary data present' },
  receipt: { byte: 5, bit: 4, meaning: 'Receipt requested' },
} as const satisfies BitTable;

/** Mobile support indicator, tag 9F7E (EMV Contactless Book C-2, annex A.1). */
export const MOBILE_SUPPORT_BITS = {
  offlinePinRequired: { byte: 1, bit: 2, meaning: 'Offline PIN required by reader' },
  mobileSupported: { byte: 1, bit: 1, meaning: 'Mobile supported' },
} as const satisfies BitTable;

/** Application capabilities information, tag 9F5D, byte 2 (EMV Contactless Book C-2, annex A.1). */
export const APPLICATION_CAPABILITY_BITS = {
  fieldOff: { byte: 2, bit: 3, meaning: 'Field off detection supported' },
  balanceReading: { byte: 2, bit: 2, meaning: 'Balance reading supported' },
  cdaOverAll: { byte: 2, bit: 1, meaning: 'CDA supported over TC, ARQC and AAC' },
} as const satisfies BitTable;

/** POS cardholder interaction information, tag DF4B, byte 2 (EMV Contactless Book C-2, annex A.1). */
export const POS_INTERACTION_BITS = {
  verified: { byte: 2, bit: 5, meaning: 'On device cardholder verification successful' },
  contextConflicting: { byte: 2, bit: 4, meaning: 'Context is conflicting' },
  changePinRequired: { byte: 2, bit: 3, meaning: 'Offline change PIN required' },
  acknowledgementRequired: { byte: 2, bit: 2, meaning: 'Acknowledgement required' },
  verificationRequired: { byte: 2, bit: 1, meaning: 'On device cardholder verification required' },
} as const satisfies BitTable;

/**
 * Visa CVR: a length byte 03 and three bytes, counted from the length byte (Visa Integrated Circuit Card
 * Specification 1.5, appendix A). The two cryptogram types in byte 2 and the script counter in byte 4 are fields.
 */
export const VISA_CVR_BITS = {
  issuerAuthenticationFailed: { byte: 2, bit: 4, meaning: 'Issuer authentication performed and failed' },
  offlinePinPerformed: { byte: 2, bit: 3, meaning: 'Offline PIN verification performed' },
  offlinePinFailed: { byte: 2, bit: 2, meaning: 'Offline PIN verification failed' },
  unableToGoOnline: { byte: 2, bit: 1, meaning: 'Unable to go online' },
  lastOnlineNotCompleted: { byte: 3, bit: 8, meaning: 'Last online transaction not completed' },
  pinTryLimitExceeded: { byte: 3, bit: 7, meaning: 'PIN try limit exceeded' },
  velocityExceeded: { byte: 3, bit: 6, meaning: 'Exceeded velocity checking counters' },
  newCard: { byte: 3, bit: 5, meaning: 'New card' },
  issuerAuthenticationFailedBefore: {
    byte: 3,
    bit: 4,
    meaning: 'Issuer authentication failure on last online transaction',
  },
  issuerAuthenticationMissing: {
    byte: 3,
    bit: 3,
    meaning: 'Issuer authentication not performed after online authorisation',
  },
  applicationBlocked: {
    byte: 3,
    bit: 2,
    meaning: 'Application blocked by card because PIN try limit exceeded',
  },
  sdaFailedBefore: {
    byte: 3,
    bit: 1,
    meaning: 'Offline static data authentication failed on last transaction',
  },
  scriptFailed: { byte: 4, bit: 4, meaning: 'Issuer script processing failed' },
  ddaFailedBefore: {
    byte: 4,
    bit: 3,
    meaning: 'Offline dynamic data authentication failed on last transaction',
  },
  ddaPerformed: { byte: 4, bit: 2, meaning: 'Offline dynamic data authentication performed' },
  pinCommandMissing: {
    byte: 4,
    bit: 1,
    meaning: 'PIN verification command not received for a PIN-expecting card',
  },
} as const satisfies BitTable;

/** Visa CVR of IAD formats 2 and 4, five bytes without a length (mobile credentials), where it differs. */
export const VISA_MOBILE_CVR_BITS = {
  issuerAuthenticationFailed: VISA_CVR_BITS.issuerAuthenticationFailed,
  consumerDeviceCvm: { byte: 2, bit: 3, meaning: 'Consumer device CVM successfully performed' },
  unableToGoOnline: VISA_CVR_BITS.unableToGoOnline,
  lastOnlineNotCompleted: VISA_CVR_BITS.lastOnlineNotCompleted,
  pinTryLimitExceeded: VISA_CVR_BITS.pinTryLimitExceeded,
  velocityExceeded: VISA_CVR_BITS.velocityExceeded,
  newCard: VISA_CVR_BITS.newCard,
  issuerAuthenticationFailedBefore: VISA_CVR_BITS.issuerAuthenticationFailedBefore,
  issuerAuthenticationMissing: VISA_CVR_BITS.issuerAuthenticationMissing,
  applicationBlocked: VISA_CVR_BITS.applicationBlocked,
  sdaFailedBefore: VISA_CVR_BITS.sdaFailedBefore,
  scriptFailed: VISA_CVR_BITS.scriptFailed,
  ddaFailedBefore: VISA_CVR_BITS.ddaFailedBefore,
  ddaPerformed: VISA_CVR_BITS.ddaPerformed,
  pinCommandMissing: VISA_CVR_BITS.pinCommandMissing,
  notInDebugMode: { byte: 5, bit: 8, meaning: 'Consumer device is not in debug mode' },
  notRooted: { byte: 5, bit: 7, meaning: 'Consumer device is not rooted' },
  notHooked: { byte: 5, bit: 6, meaning: 'Mobile application is not hooked' },
  integrityIntact: { byte: 5, bit: 5, meaning: 'Mobile application integrity is intact' },
  connected: { byte: 5, bit: 4, meaning: 'Consumer device has data connectivity' },
  genuine: { byte: 5, bit: 3, meaning: 'Consumer device is genuine' },
  verified: { byte: 5, bit: 2, meaning: 'Consumer device CVM successfully performed' },
  emvSessionKey: {
    byte: 5,
    bit: 1,
    meaning: 'Secure messaging uses EMV session key derivation',
  },
} as const satisfies BitTable;

/** M/Chip CVR: six bytes (M/Chip 4 and M/Chip Advance, Card Verification Results); bits of Advance alone say so. */
export const MCHIP_CVR_BITS = {
  dateCheckFailed: { byte: 1, bit: 4, meaning: 'Date check failed (M/Chip Advance)' },
  offlinePinPerformed: { byte: 1, bit: 3, meaning: 'Offline PIN verification performed' },
  encipheredPinPerformed: {
    byte: 1,
    bit: 2,
    meaning: 'Offline enciphered PIN verification performed',
  },
  offlinePinSuccessful: { byte: 1, bit: 1, meaning: 'Offline PIN verification successful' },
  ddaReturned: { byte: 2, bit: 8, meaning: 'DDA returned' },
  cdaInFirst: { byte: 2, bit: 7, meaning: 'CDA returned in first GENERATE AC' },
  cdaInSecond: { byte: 2, bit: 6, meaning: 'CDA returned in second GENERATE AC' },
  issuerAuthenticationPerformed: { byte: 2, bit: 5, meaning: 'Issuer authentication performed' },
  ciacSkipped: { byte: 2, bit: 4, meaning: 'CIAC-default skipped on CAT3' },
  pinChanged: { byte: 2, bit: 3, meaning: 'Offline PIN change successful (M/Chip Advance)' },
  lastOnlineNotCompleted: {
    byte: 4,
    bit: 8,
    meaning: 'Last online transaction not completed (M/Chip Advance)',
  },
  unableToGoOnline: { byte: 4, bit: 7, meaning: 'Unable to go online indicated' },
  offlinePinNotPerformed: { byte: 4, bit: 6, meaning: 'Offline PIN verification not performed' },
  offlinePinFailed: { byte: 4, bit: 5, meaning: 'Offline PIN verification failed' },
  pinTryLimitExceeded: { byte: 4, bit: 4, meaning: 'PIN try limit exceeded' },
  international: { byte: 4, bit: 3, meaning: 'International transaction' },
  domestic: { byte: 4, bit: 2, meaning: 'Domestic transaction' },
  pinWronglyOk: { byte: 4, bit: 1, meaning: 'Terminal erroneously considers offline PIN OK' },
  lowerOfflineLimitExceeded: { byte: 5, bit: 8, meaning: 'Lower consecutive offline limit exceeded' },
  upperOfflineLimitExceeded: { byte: 5, bit: 7, meaning: 'Upper consecutive offline limit exceeded' },
  lowerAmountLimitExceeded: { byte: 5, bit: 6, meaning: 'Lower cumulative offline limit exceeded' },
  upperAmountLimitExceeded: { byte: 5, bit: 5, meaning: 'Upper cumulative offline limit exceeded' },
  goOnlineWasSet: { byte: 5, bit: 4, meaning: 'Go online on next transaction was set' },
  issuerAuthenticationFailed: { byte: 5, bit: 3, meaning: 'Issuer authentication failed' },
  scriptReceived: { byte: 5, bit: 2, meaning: 'Script received' },
  scriptFailed: { byte: 5, bit: 1, meaning: 'Script failed' },
  lowerCounter2Exceeded: {
    byte: 6,
    bit: 8,
    meaning: 'Lower consecutive counter 2 limit exceeded (M/Chip Advance)',
  },
  upperCounter2Exceeded: {
    byte: 6,
    bit: 7,
    meaning: 'Upper consecutive counter 2 limit exceeded (M/Chip Advance)',
  },
  lowerAccumulator2Exceeded: {
    byte: 6,
    bit: 6,
    meaning: 'Lower cumulative accumulator 2 limit exceeded (M/Chip Advance)',
  },
  upperAccumulator2Exceeded: {
    byte: 6,
    bit: 5,
    meaning: 'Upper cumulative accumulator 2 limit exceeded (M/Chip Advance)',
  },
  transactionAmountExceeded: {
    byte: 6,
    bit: 4,
    meaning: 'Maximum transaction amount exceeded (M/Chip Advance)',
  },
  offlineDaysExceeded: {
    byte: 6,
    bit: 3,
    meaning: 'Number of days offline limit exceeded (M/Chip Advance)',
  },
  checkTableMatch: { byte: 6, bit: 2, meaning: 'Match found in additional check table' },
  checkTableNoMatch: { byte: 6, bit: 1, meaning: 'No match found in additional check table' },
} as const satisfies BitTable;

/** CVR of common core definitions, five bytes (EMV 4.4 Book 3, annex C9.3, table CCD 10). */
export const CCD_CVR_BITS = {
  cdaPerformed: { byte: 1, bit: 4, meaning: 'CDA performed' },
  ddaPerformed: { byte: 1, bit: 3, meaning: 'Offline DDA performed' },
  issuerAuthenticationNotPerformed: { byte: 1, bit: 2, meaning: 'Issuer authentication not performed' },
  issuerAuthenticationFailed: { byte: 1, bit: 1, meaning: 'Issuer authentication failed' },
  offlinePinPerformed: { byte: 2, bit: 4, meaning: 'Offline PIN verification performed' },
  offlinePinFailed: { byte: 2, bit: 3, meaning: 'Offline PIN verification failed' },
  pinTryLimitExceeded: { byte: 2, bit: 2, meaning: 'PIN try limit exceeded' },
  lastOnlineNotCompleted: { byte: 2, bit: 1, meaning: 'Last online transaction not completed' },
  lowerCountLimitExceeded: { byte: 3, bit: 8, meaning: 'Lower offline transaction count limit exceeded' },
  upperCountLimitExceeded: { byte: 3, bit: 7, meaning: 'Upper offline transaction count limit exceeded' },
  lowerAmountLimitExceeded: { byte: 3, bit: 6, meaning: 'Lower cumulative offline amount limit exceeded' },
  upperAmountLimitExceeded: { byte: 3, bit: 5, meaning: 'Upper cumulative offline amount limit exceeded' },
  issuerBit1: { byte: 3, bit: 4, meaning: 'Issuer-discretionary bit 1' },
  issuerBit2: { byte: 3, bit: 3, meaning: 'Issuer-discretionary bit 2' },
  issuerBit3: { byte: 3, bit: 2, meaning: 'Issuer-discretionary bit 3' },
  issuerBit4: { byte: 3, bit: 1, meaning: 'Issuer-discretionary bit 4' },
  scriptFailed: { byte: 4, bit: 4, meaning: 'Issuer script processing failed' },
  odaFailedBefore: {
    byte: 4,
    bit: 3,
    meaning: 'Offline data authentication failed on previous transaction',
  },
  goOnlineWasSet: { byte: 4, bit: 2, meaning: 'Go online on next transaction was set' },
  unableToGoOnline: { byte: 4, bit: 1, meaning: 'Unable to go online' },
} as const satisfies BitTable;

/** Card status update in tag 91 (EMV 4.4 Book 3, annex C10, table CCD 11). */
export const CARD_STATUS_UPDATE_BITS = {
  proprietaryData: { byte: 1, bit: 8, meaning: 'Proprietary authentication data included' },
  approves: { byte: 2, bit: 8, meaning: 'Issuer approves online transaction' },
  cardBlock: { byte: 2, bit: 7, meaning: 'Card block' },
  applicationBlock: { byte: 2, bit: 6, meaning: 'Application block' },
  updatePinTryCounter: { byte: 2, bit: 5, meaning: 'Update PIN try counter' },
  goOnlineNext: { byte: 2, bit: 4, meaning: 'Set go online on next transaction' },
  madeByProxy: { byte: 2, bit: 3, meaning: 'CSU created by proxy for the issuer' },
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
