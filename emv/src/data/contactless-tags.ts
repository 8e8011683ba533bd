import { definitions, type TagDefinition, type TagRow } from './tags.ts';

type Rows = Readonly<Record<string, TagRow>>;

/** Schemes that give tags a meaning of their own. */
export type TagScheme = 'visa' | 'mastercard';

// EMV Contactless Book B, 3.2 and annex A: the entry point, for every kernel.
const ENTRY_POINT_CARD = {
  '9F29': ['Extended Selection', 'b', 0, 16, '61'],
  '9F2A': ['Kernel Identifier', 'b', 1, 8, '61'],
} as const satisfies Rows;

// Visa Contactless Payment Specification 2.2, annex D, and EMV Contactless Book C-3, annex A; counters and limits of
// Visa Integrated Circuit Card Specification 1.5, appendix A.
const VISA_CARD = {
  '9F51': ['Application Currency Code (card risk management)', 'n', 2, 2, 'BF0C'],
  '9F52': ['Application Default Action (ADA)', 'b', 2, 6],
  '9F53': ['Consecutive Transaction Limit (International)', 'b', 1, 1],
  '9F54': ['Cumulative Total Transaction Amount Limit', 'n', 6, 6],
  '9F55': ['Geographic Indicator', 'b', 1, 1],
  '9F56': ['Issuer Authentication Indicator', 'b', 1, 1],
  '9F57': ['Issuer Country Code (card risk management)', 'n', 2, 2],
  '9F58': ['Consecutive Transaction Counter Limit (Lower)', 'b', 1, 1],
  '9F59': ['Consecutive Transaction Counter Limit (Upper)', 'b', 1, 1],
  '9F5A': ['Application Program Identifier', 'b', 1, 16, 'BF0C'],
  '9F5C': ['Cumulative Total Transaction Amount Upper Limit', 'n', 6, 6],
  '9F5D': ['Available Offline Spending Amount (AOSA)', 'n', 6, 6],
  '9F68': ['Card Additional Processes', 'b', 4, 4],
  '9F69': ['Card Authentication Related Data', 'b', 5, 16, '70 77'],
  '9F6B': ['Card CVM Limit', 'n', 6, 6],
  '9F6C': ['Card Transaction Qualifiers (CTQ)', 'b', 2, 2, '77'],
  '9F6E': ['Form Factor Indicator (FFI)', 'b', 4, 4, '77'],
  '9F7C': ['Customer Exclusive Data (CED)', 'b', 0, 32, '77', 'hidden'],
} as const satisfies Rows;

const VISA_TERMINAL = {
  '9F66': ['Terminal Transaction Qualifiers (TTQ)', 'b', 4, 4],
} as const satisfies Rows;

// EMV Contactless Book C-2, annex A.1: data objects of the card.
const MASTERCARD_CARD = {
  '56': ['Track 1 Data', 'ans', 0, 76, '70', 'hidden'],
  '9F50': ['Offline Accumulator Balance', 'n', 6, 6],
  '9F51': ['Dynamic Reader Data Object List (DRDOL)', 'b', 0, 250],
  '9F54': ['DS ODS Card', 'b', 0, 160, '', 'hidden'],
  '9F5B': ['Data Storage Data Object List (DSDOL)', 'b', 0, 250],
  '9F5D': ['Application Capabilities Information', 'b', 3, 3, 'BF0C'],
  '9F5E': ['Data Storage Identifier', 'n', 8, 11, 'BF0C', 'hidden'],
  '9F5F': ['DS Slot Availability', 'b', 1, 1],
  '9F60': ['CVC3 (Track 1)', 'b', 2, 2, '77', 'hidden'],
  '9F61': ['CVC3 (Track 2)', 'b', 2, 2, '77', 'hidden'],
  '9F62': ['Track 1 Bit Map for CVC3 (PCVC3)', 'b', 6, 6, '70'],
  '9F63': ['Track 1 Bit Map for UN and ATC (PUNATC)', 'b', 6, 6, '70'],
  '9F64': ['Track 1 Number of ATC Digits (NATC)', 'b', 1, 1, '70'],
  '9F65': ['Track 2 Bit Map for CVC3 (PCVC3)', 'b', 2, 2, '70'],
  '9F66': ['Track 2 Bit Map for UN and ATC (PUNATC)', 'b', 2, 2, '70'],
  '9F67': ['Track 2 Number of ATC Digits (NATC)', 'b', 1, 1, '70'],
  '9F69': ['Unpredictable Number Data Object List (UDOL)', 'b', 0, 250, '70'],
  '9F6B': ['Track 2 Data', 'b', 0, 19, '70', 'track'],
  '9F6C': ['Mag-stripe Application Version Number (Card)', 'b', 2, 2, '70'],
  '9F6E': ['Third Party Data', 'b', 5, 32, 'BF0C 70'],
  '9F6F': ['DS Slot Management Control', 'b', 1, 1],
  '9F70': ['Protected Data Envelope 1', 'b', 0, 192, '', 'hidden'],
  '9F71': ['Protected Data Envelope 2', 'b', 0, 192, '', 'hidden'],
  '9F72': ['Protected Data Envelope 3', 'b', 0, 192, '', 'hidden'],
  '9F73': ['Protected Data Envelope 4', 'b', 0, 192, '', 'hidden'],
  '9F74': ['Protected Data Envelope 5', 'b', 0, 192, '', 'hidden'],
  '9F75': ['Unprotected Data Envelope 1', 'b', 0, 192, '', 'hidden'],
  '9F76': ['Unprotected Data Envelope 2', 'b', 0, 192, '', 'hidden'],
  '9F77': ['Unprotected Data Envelope 3', 'b', 0, 192, '', 'hidden'],
  '9F78': ['Unprotected Data Envelope 4', 'b', 0, 192, '', 'hidden'],
  '9F79': ['Unprotected Data Envelope 5', 'b', 0, 192, '', 'hidden'],
  '9F7D': ['DS Summary 1', 'b', 8, 16],
  '9F7F': ['DS Unpredictable Number', 'b', 4, 4],
  DF4B: ['POS Cardholder Interaction Information', 'b', 3, 3],
  DF60: ['DS Input (Card)', 'b', 8, 8, '', 'hidden'],
  DF61: ['DS Digest H', 'b', 8, 8],
  DF8101: ['DS Summary 2', 'b', 8, 16],
  DF8102: ['DS Summary 3', 'b', 8, 16],
  DF8302: ['Device Relay Resistance Entropy', 'b', 4, 4],
  DF8303: ['Min Time For Processing Relay Resistance APDU', 'b', 2, 2],
  DF8304: ['Max Time For Processing Relay Resistance APDU', 'b', 2, 2],
  DF8305: ['Device Estimated Transmission Time For Relay Resistance R-APDU', 'b', 2, 2],
} as const satisfies Rows;

// EMV Contactless Book C-2, annex A.1: data objects of the reader, its configuration and its results.
const MASTERCARD_TERMINAL = {
  '9F53': ['Transaction Category Code', 'an', 1, 1],
  '9F5C': ['DS Requested Operator ID', 'b', 8, 8],
  '9F6A': ['Unpredictable Number (Numeric)', 'n', 4, 4],
  '9F6D': ['Mag-stripe Application Version Number (Reader)', 'b', 2, 2],
  '9F7C': ['Merchant Custom Data', 'b', 20, 20],
  '9F7E': ['Mobile Support Indicator', 'b', 1, 1],
  DF62: ['DS ODS Info', 'b', 1, 1],
  DF63: ['DS ODS Term', 'b', 0, 160, '', 'hidden'],
  DF8104: ['Balance Read Before Gen AC', 'n', 6, 6],
  DF8105: ['Balance Read After Gen AC', 'n', 6, 6],
  DF8106: ['Data Needed', 'b', 0, 252],
  DF8107: ['CDOL1 Related Data', 'b', 0, 252, '', 'hidden'],
  DF8108: ['DS AC Type', 'b', 1, 1],
  DF8109: ['DS Input (Term)', 'b', 8, 8, '', 'hidden'],
  DF810A: ['DS ODS Info For Reader', 'b', 1, 1],
  DF810B: ['DS Summary Status', 'b', 1, 1],
  DF810C: ['Kernel ID', 'b', 1, 1],
  DF810D: ['DSVN Term', 'b', 0, 252],
  DF810E: ['Post-Gen AC Put Data Status', 'b', 1, 1],
  DF810F: ['Pre-Gen AC Put Data Status', 'b', 1, 1],
  DF8110: ['Proceed To First Write Flag', 'b', 1, 1],
  DF8111: ['PDOL Related Data', 'b', 0, 252, '', 'hidden'],
  DF8112: ['Tags To Read', 'b', 0, 252],
  DF8113: ['DRDOL Related Data', 'b', 0, 252, '', 'hidden'],
  DF8114: ['Reference Control Parameter', 'b', 1, 1],
  DF8115: ['Error Indication', 'b', 6, 6],
  DF8116: ['User Interface Request Data', 'b', 22, 22],
  DF8117: ['Card Data Input Capability', 'b', 1, 1],
  DF8118: ['CVM Capability - CVM Required', 'b', 1, 1],
  DF8119: ['CVM Capability - No CVM Required', 'b', 1, 1],
  DF811A: ['Default UDOL', 'b', 3, 3],
  DF811B: ['Kernel Configuration', 'b', 1, 1],
  DF811C: ['Max Lifetime of Torn Transaction Log Record', 'b', 2, 2],
  DF811D: ['Max Number of Torn Transaction Log Records', 'b', 1, 1],
  DF811E: ['Mag-stripe CVM Capability - CVM Required', 'b', 1, 1],
  DF811F: ['Security Capability', 'b', 1, 1],
  DF8120: ['Terminal Action Code - Default', 'b', 5, 5],
  DF8121: ['Terminal Action Code - Denial', 'b', 5, 5],
  DF8122: ['Terminal Action Code - Online', 'b', 5, 5],
  DF8123: ['Reader Contactless Floor Limit', 'n', 6, 6],
  DF8124: ['Reader Contactless Transaction Limit (No On-device CVM)', 'n', 6, 6],
  DF8125: ['Reader Contactless Transaction Limit (On-device CVM)', 'n', 6, 6],
  DF8126: ['Reader CVM Required Limit', 'n', 6, 6],
  DF8127: ['Time Out Value', 'b', 2, 2],
  DF8128: ['IDS Status', 'b', 1, 1],
  DF8129: ['Outcome Parameter Set', 'b', 8, 8],
  DF812A: ['DD Card (Track 1)', 'ans', 0, 56, '', 'hidden'],
  DF812B: ['DD Card (Track 2)', 'cn', 0, 11, '', 'hidden'],
  DF812C: ['Mag-stripe CVM Capability - No CVM Required', 'b', 1, 1],
  DF812D: ['Message Hold Time', 'n', 3, 3],
  DF8130: ['Hold Time Value', 'b', 1, 1],
  DF8131: ['Phone Message Table', 'b', 0, 252],
  DF8132: ['Minimum Relay Resistance Grace Period', 'b', 2, 2],
  DF8133: ['Maximum Relay Resistance Grace Period', 'b', 2, 2],
  DF8134: ['Terminal Expected Transmission Time For Relay Resistance C-APDU', 'b', 2, 2],
  DF8135: ['Terminal Expected Transmission Time For Relay Resistance R-APDU', 'b', 2, 2],
  DF8136: ['Relay Resistance Accuracy Threshold', 'b', 2, 2],
  DF8137: ['Relay Resistance Transmission Time Mismatch Threshold', 'b', 1, 1],
  DF8301: ['Terminal Relay Resistance Entropy', 'b', 4, 4],
  DF8306: ['Measured Relay Resistance Processing Time', 'b', 2, 2],
  DF8307: ['RRP Counter', 'b', 1, 1],
  FF8101: ['Torn Record', 'var', 0, 65_535],
  FF8102: ['Tags To Write Before Gen AC', 'var', 0, 65_535],
  FF8103: ['Tags To Write After Gen AC', 'var', 0, 65_535],
  FF8104: ['Data To Send', 'var', 0, 65_535],
  FF8105: ['Data Record', 'var', 0, 65_535],
  FF8106: ['Discretionary Data', 'var', 0, 65_535],
} as const satisfies Rows;

export type EntryPointTag = keyof typeof ENTRY_POINT_CARD;
export type VisaTag = keyof typeof VISA_CARD | keyof typeof VISA_TERMINAL;
export type MastercardTag = keyof typeof MASTERCARD_CARD | keyof typeof MASTERCARD_TERMINAL;

/** The entry point's own tags, the same for every scheme. */
export const ENTRY_POINT_TAGS: ReadonlyMap<string, TagDefinition> = new Map(
  definitions(ENTRY_POINT_CARD, 'card'),
);

/** What a scheme's kernel and cards add, or mean otherwise than EMV. */
export const SCHEME_TAGS: Readonly<Record<TagScheme, ReadonlyMap<string, TagDefinition>>> = {
  visa: new Map([...definitions(VISA_CARD, 'card'), ...definitions(VISA_TERMINAL, 'terminal')]),
  mastercard: new Map([
    ...definitions(MASTERCARD_CARD, 'card'),
    ...definitions(MASTERCARD_TERMINAL, 'terminal'),
  ]),
};
