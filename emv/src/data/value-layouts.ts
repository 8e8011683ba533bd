import {
  ADDITIONAL_TERMINAL_CAPABILITY_BITS,
  AIP_BITS,
  APPLICATION_CAPABILITY_BITS,
  AUC_BITS,
  type BitTable,
  CARD_STATUS_UPDATE_BITS,
  CCD_CVR_BITS,
  CID_BITS,
  CTQ_BITS,
  FORM_FACTOR_BITS,
  KERNEL_CONFIGURATION_BITS,
  MCHIP_CVR_BITS,
  MOBILE_SUPPORT_BITS,
  OUTCOME_BITS,
  POS_INTERACTION_BITS,
  PRIORITY_BITS,
  REFERENCE_CONTROL_BITS,
  TERMINAL_CAPABILITY_BITS,
  TERMINAL_RISK_MANAGEMENT_BITS,
  TSI_BITS,
  TTQ_BITS,
  TVR_BITS,
  VISA_CVR_BITS,
  VISA_MOBILE_CVR_BITS,
} from './bit-meanings.ts';
import {
  COUNTER_UPDATES,
  type CodeTable,
  CRYPTOGRAM_REASONS,
  CRYPTOGRAM_TYPES,
  FIRST_CRYPTOGRAMS,
  FORM_FACTORS,
  KERNEL_KINDS,
  MAG_STRIPE_METHODS,
  NOT_APPLICABLE,
  OUTCOME_METHODS,
  OUTCOME_STARTS,
  OUTCOME_STATUSES,
  PAYMENT_TECHNOLOGIES,
  SECOND_CRYPTOGRAMS,
  TERMINAL_CONTROLS,
  TERMINAL_ENVIRONMENTS,
  VERIFICATION_TYPES,
  VERIFYING_ENTITIES,
} from './coded-values.ts';

/** Several bits of one byte that make a number, with meanings or without. */
export interface FieldMeaning {
  readonly byte: number;
  readonly high: number;
  readonly low: number;
  readonly meaning: string;
  readonly values?: CodeTable;
}

/** What each bit of a value is: a flag, part of a field, or reserved; a test holds that it is one of them once. */
export interface ValueLayout {
  readonly bytes: number;
  readonly flags: BitTable;
  readonly fields: readonly FieldMeaning[];
  /** Reserved bits as `byte.high-low`, by spaces. */
  readonly reserved: string;
}

const SECOND = {
  byte: 1,
  high: 8,
  low: 7,
  meaning: 'Second GENERATE AC',
  values: SECOND_CRYPTOGRAMS,
} as const;
const FIRST = { byte: 1, high: 6, low: 5, meaning: 'First GENERATE AC', values: FIRST_CRYPTOGRAMS } as const;
const SCRIPTS = { byte: 4, high: 8, low: 5, meaning: 'Script counter' } as const;
const TRIES = { byte: 1, high: 4, low: 1, meaning: 'PIN try counter' } as const;
const MAG_STRIPE = { byte: 1, high: 8, low: 5, meaning: 'CVM', values: MAG_STRIPE_METHODS } as const;
const tvr = { bytes: 5, flags: TVR_BITS, fields: [], reserved: '2.3-3' } as const;

/** Layouts by what they describe; sources stand at the tables of bits. */
export const VALUE_LAYOUTS = {
  aip: { bytes: 2, flags: AIP_BITS, fields: [], reserved: '2.5-2' },
  auc: { bytes: 2, flags: AUC_BITS, fields: [], reserved: '2.6-1' },
  tvr,
  tsi: { bytes: 2, flags: TSI_BITS, fields: [], reserved: '1.2-1 2.8-1' },
  terminalCapabilities: {
    bytes: 3,
    flags: TERMINAL_CAPABILITY_BITS,
    fields: [],
    reserved: '1.5-1 3.5-5 3.2-1',
  },
  additionalTerminalCapabilities: {
    bytes: 5,
    flags: ADDITIONAL_TERMINAL_CAPABILITY_BITS,
    fields: [],
    reserved: '2.7-1 3.4-1 4.4-3',
  },
  ttq: { bytes: 4, flags: TTQ_BITS, fields: [], reserved: '1.7-7 2.5-1 3.6-5 3.3-1 4.7-1' },
  ctq: { bytes: 2, flags: CTQ_BITS, fields: [], reserved: '2.6-1' },
  formFactor: {
    bytes: 4,
    flags: FORM_FACTOR_BITS,
    fields: [
      { byte: 1, high: 8, low: 6, meaning: 'Version' },
      { byte: 1, high: 5, low: 1, meaning: 'Form factor', values: FORM_FACTORS },
      { byte: 4, high: 4, low: 1, meaning: 'Payment technology', values: PAYMENT_TECHNOLOGIES },
    ],
    reserved: '2.1-1 3.8-1 4.8-5',
  },
  cryptogramInformation: {
    bytes: 1,
    flags: CID_BITS,
    fields: [
      { byte: 1, high: 8, low: 7, meaning: 'Cryptogram', values: CRYPTOGRAM_TYPES },
      { byte: 1, high: 6, low: 5, meaning: 'Payment system specific cryptogram' },
      { byte: 1, high: 3, low: 1, meaning: 'Reason', values: CRYPTOGRAM_REASONS },
    ],
    reserved: '',
  },
  priority: {
    bytes: 1,
    flags: PRIORITY_BITS,
    fields: [{ byte: 1, high: 4, low: 1, meaning: 'Priority, 1 being the highest' }],
    reserved: '1.7-5',
  },
  terminalType: {
    bytes: 1,
    flags: {},
    fields: [
      { byte: 1, high: 8, low: 5, meaning: 'Controlled by', values: TERMINAL_CONTROLS },
      { byte: 1, high: 4, low: 1, meaning: 'Environment', values: TERMINAL_ENVIRONMENTS },
    ],
    reserved: '',
  },
  terminalRiskManagement: {
    bytes: 8,
    flags: TERMINAL_RISK_MANAGEMENT_BITS,
    fields: [],
    reserved: '2.1-1 3.5-1 4.6-1 5.8-1 6.8-1 7.8-1 8.8-1',
  },
  visaCvr: {
    bytes: 4,
    flags: VISA_CVR_BITS,
    fields: [
      { byte: 1, high: 8, low: 1, meaning: 'Length' },
      { ...SECOND, byte: 2 },
      { ...FIRST, byte: 2 },
      SCRIPTS,
    ],
    reserved: '',
  },
  visaMobileCvr: {
    bytes: 5,
    flags: VISA_MOBILE_CVR_BITS,
    fields: [
      { byte: 1, high: 8, low: 5, meaning: 'Verified by', values: VERIFYING_ENTITIES },
      { byte: 1, high: 4, low: 1, meaning: 'Verified with', values: VERIFICATION_TYPES },
      { ...SECOND, byte: 2 },
      { ...FIRST, byte: 2 },
      SCRIPTS,
    ],
    reserved: '2.2-2',
  },
  mchipCvr: {
    bytes: 6,
    flags: MCHIP_CVR_BITS,
    fields: [SECOND, FIRST, { ...SCRIPTS, byte: 3 }, { ...TRIES, byte: 3 }],
    // M/Chip Advance leaves bits 2 and 1 of byte 2 to the issuer.
    reserved: '2.2-1',
  },
  ccdCvr: {
    bytes: 5,
    flags: CCD_CVR_BITS,
    fields: [SECOND, FIRST, { ...TRIES, byte: 2, high: 8, low: 5 }, SCRIPTS],
    reserved: '5.8-1',
  },
  cardStatusUpdate: {
    bytes: 4,
    flags: CARD_STATUS_UPDATE_BITS,
    fields: [
      TRIES,
      { byte: 2, high: 2, low: 1, meaning: 'Counters', values: COUNTER_UPDATES },
      { byte: 4, high: 8, low: 1, meaning: 'Issuer discretionary' },
    ],
    reserved: '1.7-5 3.8-1',
  },
  // M/Chip 4, ARPC Response Code.
  mchipArpcResponse: {
    bytes: 2,
    flags: {
      approves: { byte: 2, bit: 5, meaning: 'Issuer approves online transaction' },
      updatePinTryCounter: { byte: 2, bit: 4, meaning: 'Update PIN try counter' },
      goOnlineNext: { byte: 2, bit: 3, meaning: 'Set go online on next transaction' },
    },
    fields: [TRIES, { byte: 2, high: 2, low: 1, meaning: 'Counters', values: COUNTER_UPDATES }],
    reserved: '1.8-5 2.8-6',
  },
  kernelConfiguration: { bytes: 1, flags: KERNEL_CONFIGURATION_BITS, fields: [], reserved: '1.2-1' },
  mobileSupport: { bytes: 1, flags: MOBILE_SUPPORT_BITS, fields: [], reserved: '1.8-3' },
  applicationCapabilities: {
    bytes: 3,
    flags: APPLICATION_CAPABILITY_BITS,
    fields: [
      { byte: 1, high: 8, low: 5, meaning: 'Version' },
      { byte: 1, high: 4, low: 1, meaning: 'Data storage version' },
      { byte: 3, high: 8, low: 1, meaning: 'Data storage scheme' },
    ],
    reserved: '2.8-4',
  },
  posInteraction: {
    bytes: 3,
    flags: POS_INTERACTION_BITS,
    fields: [{ byte: 1, high: 8, low: 1, meaning: 'Version' }],
    reserved: '2.8-6 3.8-1',
  },
  referenceControl: {
    bytes: 1,
    flags: REFERENCE_CONTROL_BITS,
    fields: [{ byte: 1, high: 8, low: 7, meaning: 'Cryptogram', values: CRYPTOGRAM_TYPES }],
    reserved: '1.6-6 1.4-1',
  },
  magStripeMethod: { bytes: 1, flags: {}, fields: [MAG_STRIPE], reserved: '1.4-1' },
  kernelIdentifier: {
    bytes: 1,
    flags: {},
    fields: [
      { byte: 1, high: 8, low: 7, meaning: 'Kernel', values: KERNEL_KINDS },
      { byte: 1, high: 6, low: 1, meaning: 'Number' },
    ],
    reserved: '',
  },
  outcome: {
    bytes: 8,
    flags: OUTCOME_BITS,
    fields: [
      { byte: 1, high: 8, low: 5, meaning: 'Outcome', values: OUTCOME_STATUSES },
      { byte: 2, high: 8, low: 5, meaning: 'Start', values: OUTCOME_STARTS },
      { byte: 3, high: 8, low: 5, meaning: 'Online response data', values: NOT_APPLICABLE },
      { byte: 4, high: 8, low: 5, meaning: 'CVM', values: OUTCOME_METHODS },
      { byte: 6, high: 8, low: 5, meaning: 'Alternate interface', values: NOT_APPLICABLE },
      { byte: 7, high: 8, low: 1, meaning: 'Field off, 100 ms', values: NOT_APPLICABLE },
      { byte: 8, high: 8, low: 1, meaning: 'Removal timeout, 100 ms' },
    ],
    reserved: '1.4-1 2.4-1 3.4-1 4.4-1 5.3-1 6.4-1',
  },
} as const satisfies Readonly<Record<string, ValueLayout>>;

export type LayoutName = keyof typeof VALUE_LAYOUTS;
