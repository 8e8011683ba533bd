import type {
  AuthorityKey,
  ContactlessApplication,
  ContactlessConfig,
  TerminalApplication,
  TerminalConfig,
  TransactionData,
} from '@kassa/emv';
import {
  ALMATY_OFFSET_MS,
  calendarParts,
  fromHex,
  KZT_EXPONENT,
  KZT_NUMERIC,
  type Tiyn,
} from '@kassa/primitives';

/**
 * Every payment goes online: the floor limit is zero. Denial: an expired application, one not yet in effect, or one not
 * allowed for this kind of payment is declined without asking. Default: without the bank nothing is approved.
 * (EMV 4.4 Book 3, 10.7 and annex C5: TVR byte 2 bits 7, 6 and 5.)
 */
const ACTION_CODES = {
  denial: fromHex('0070000000'),
  online: fromHex('FFFFFFFFFF'),
  default: fromHex('FFFFFFFFFF'),
};

function application(aid: string, version: string): TerminalApplication {
  return {
    aid: fromHex(aid),
    partialSelection: true,
    version: fromHex(version),
    actionCodes: ACTION_CODES,
    floorLimit: 0n,
  };
}

/** Visa (version 1.5: 0096) and Mastercard (0002) credit and debit (their terminal guides). */
const APPLICATIONS = [application('A0000000031010', '0096'), application('A0000000041010', '0002')];

/** What this terminal is to a card (EMV 4.4 Book 4, annex A). */
export function kernelConfig(serial: string, authorityKeys: readonly AuthorityKey[] = []): TerminalConfig {
  return {
    // 22: merchant, attended, online and offline capable.
    terminalType: '22',
    // 9F33: manual, stripe, chip; every PIN, signature, no CVM; SDA, DDA, CDA.
    capabilities: fromHex('E0F8C8'),
    // 9F40: goods and services; numeric, command and function keys; prints and shows for both sides; code table 5 (Cyrillic).
    additionalCapabilities: fromHex('6000B0F010'),
    countryCode: KZT_NUMERIC,
    ifdSerialNumber: serial,
    applications: APPLICATIONS,
    authorityKeys,
  };
}

/**
 * The reader over the air: every payment goes online; from 10 000 tenge on the cardholder is verified, from 1 000 000 on the
 * card is inserted. These are this emulator's own limits, not a rule of a scheme or a country.
 */
const CONTACTLESS_LIMITS = {
  floorLimit: 0n,
  cvmLimit: 1_000_000n,
  transactionLimit: 100_000_000n,
  transactionLimitOnDevice: 1_000_000_000n,
};

/** The reader of a terminal (EMV Contactless Book A). */
export function contactlessConfig(terminal: TerminalConfig): ContactlessConfig {
  const [visa, mastercard] = [
    contactless('A0000000031010', '0096', 'visa'),
    contactless('A0000000041010', '0002', 'mastercard'),
  ];
  return { terminal, applications: [visa, mastercard] };
}

function contactless(
  aid: string,
  version: string,
  kernel: ContactlessApplication['kernel'],
): ContactlessApplication {
  return { ...application(aid, version), kernel, limits: CONTACTLESS_LIMITS };
}

/** One purchase; randomness is given: four bytes, and a number from 1 to 99. */
export function purchaseData(
  amount: Tiyn,
  stan: string,
  nowMs: number,
  random: { readonly unpredictableNumber: Uint8Array; readonly selection: number },
): TransactionData {
  const { year, month, day, hour, minute, second } = calendarParts(nowMs, ALMATY_OFFSET_MS);
  return {
    amount,
    currencyCode: KZT_NUMERIC,
    currencyExponent: KZT_EXPONENT,
    type: '00',
    date: `${year.slice(2)}${month}${day}`,
    time: `${hour}${minute}${second}`,
    sequenceCounter: Number(stan),
    unpredictableNumber: random.unpredictableNumber,
    randomSelectionNumber: random.selection,
  };
}
