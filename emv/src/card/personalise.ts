import { concatBytes, encodeTlv, fromHex, fromLatin1 } from '@kassa/primitives';
import {
  type CardScheme,
  type CryptogramVersion,
  cardDataObjectLists,
  cryptogramProfile,
} from '../cryptogram/cryptogram-profile.ts';
import { AIP_BITS, withBit } from '../data/bit-meanings.ts';
import { parseCvmList } from '../data/cvm-list.ts';
import { type CardData, type CardProfile, CVM_LISTS, type IssuerActionCodes } from './card-data.ts';

/** Card data no card can be made from. Names the field, never its value. */
export class PersonalisationError extends Error {
  override readonly name = 'PersonalisationError';
}

interface SchemeDefaults {
  readonly aid: string;
  readonly label: string;
  readonly applicationVersion: string;
  readonly cryptogramVersion: CryptogramVersion;
}

const SCHEME_DEFAULTS: Readonly<Record<CardScheme, SchemeDefaults>> = {
  visa: {
    aid: 'A0000000031010',
    label: 'VISA DEBIT',
    applicationVersion: '0096',
    cryptogramVersion: 'cvn18',
  },
  mastercard: {
    aid: 'A0000000041010',
    label: 'MASTERCARD',
    applicationVersion: '0002',
    cryptogramVersion: 'cvn20',
  },
};

/**
 * Refuse at once only a service the card is not for; go online for anything unusual, among it "Online PIN entered";
 * when the issuer cannot be reached, refuse what was not authenticated, verified, in date and within limits.
 */
const DEFAULT_ACTION_CODES: IssuerActionCodes = {
  denial: fromHex('0010000000'),
  online: fromHex('FC78FCF800'),
  default: fromHex('FC50ACA000'),
};

const KAZAKHSTAN = '398';
const TENGE = '398';

/** EMV 4.4 Book 1, 12.2.2: name of the payment system environment of contact cards. */
export const PSE_NAME: Uint8Array = fromLatin1('1PAY.SYS.DDF01');
/** Directory file of the payment system environment. */
const PSE_SFI = 1;

/**
 * Makes a contact card from plain data: file control information, directory, processing options, records
 * (EMV 4.4 Book 1, 11 and 12; Book 3, 7 and 10).
 * @throws PersonalisationError naming the field that is wrong.
 */
export function personalise(card: CardData): CardProfile {
  checkCardData(card);
  const defaults = SCHEME_DEFAULTS[card.scheme];
  const cryptogramVersion = card.cryptogramVersion ?? defaults.cryptogramVersion;
  if (cryptogramProfile(cryptogramVersion).scheme !== card.scheme) {
    throw new PersonalisationError(`cryptogramVersion ${cryptogramVersion} is not one of ${card.scheme}`);
  }
  const externalAuthenticate = card.externalAuthenticate ?? false;
  const aid = fromHex(defaults.aid);
  const lists = cardDataObjectLists(cryptogramVersion, !externalAuthenticate);
  const aip = interchangeProfile(externalAuthenticate);
  const records = applicationRecords(card, defaults.applicationVersion, lists);
  return {
    cryptogramVersion,
    aid,
    pseFci: pseFci(card.language),
    applicationFci: applicationFci(card, aid, defaults.label),
    processingOptions: template('77', encodeTlv('82', aip), encodeTlv('94', fileLocator(records))),
    aip,
    pseRecords: new Map([[`${PSE_SFI}.1`, directoryRecord(card, aid, defaults.label)]]),
    applicationRecords: records,
    cdol1: lists.cdol1,
    cdol2: lists.cdol2,
    issuerCountry: digits(card.issuerCountry ?? KAZAKHSTAN, 2),
    udk: Uint8Array.from(card.udk),
    keyIndex: card.keyIndex,
    offlineLimits: card.offlineLimits ?? { lower: 0, upper: 0 },
    externalAuthenticate,
  };
}

/** Tag 82: cardholder verification and terminal risk management, no offline data authentication. */
function interchangeProfile(externalAuthenticate: boolean): Uint8Array {
  let aip: Uint8Array = new Uint8Array(2);
  aip = withBit(aip, AIP_BITS.cardholderVerificationSupported);
  aip = withBit(aip, AIP_BITS.terminalRiskManagement);
  return externalAuthenticate ? withBit(aip, AIP_BITS.issuerAuthenticationSupported) : aip;
}

/** EMV 4.4 Book 1, 11.3.4, table 6: answer of SELECT for the payment system environment. */
function pseFci(language: string): Uint8Array {
  const proprietary = concatBytes(
    encodeTlv('88', Uint8Array.of(PSE_SFI)),
    encodeTlv('5F2D', fromLatin1(language)),
    encodeTlv('9F11', Uint8Array.of(0x01)),
  );
  return template('6F', encodeTlv('84', PSE_NAME), encodeTlv('A5', proprietary));
}

/** EMV 4.4 Book 1, 12.2.3: a directory record with one application template. */
function directoryRecord(card: CardData, aid: Uint8Array, label: string): Uint8Array {
  return template('70', template('61', encodeTlv('4F', aid), ...names(card, label)));
}

/** EMV 4.4 Book 1, 11.3.4, table 8: answer of SELECT for an application; there is no PDOL. */
function applicationFci(card: CardData, aid: Uint8Array, label: string): Uint8Array {
  const proprietary = concatBytes(
    ...names(card, label),
    encodeTlv('5F2D', fromLatin1(card.language)),
    encodeTlv('9F11', Uint8Array.of(0x01)),
  );
  return template('6F', encodeTlv('84', aid), encodeTlv('A5', proprietary));
}

function names(card: CardData, label: string): Uint8Array[] {
  return [
    encodeTlv('50', fromLatin1(card.label ?? label)),
    encodeTlv('87', Uint8Array.of(0x01)),
    encodeTlv('9F12', fromLatin1(card.preferredName ?? card.label ?? label)),
  ];
}

/** Records by `SFI.record`, each in template 70 (EMV 4.4 Book 3, 6.5.11). */
function applicationRecords(
  card: CardData,
  applicationVersion: string,
  lists: { readonly cdol1: Uint8Array; readonly cdol2: Uint8Array },
): Map<string, Uint8Array> {
  const actionCodes = card.actionCodes ?? DEFAULT_ACTION_CODES;
  const limits = card.offlineLimits
    ? [
        encodeTlv('9F14', Uint8Array.of(card.offlineLimits.lower)),
        encodeTlv('9F23', Uint8Array.of(card.offlineLimits.upper)),
      ]
    : [];
  return new Map([
    [
      '1.1',
      template('70', encodeTlv('57', track2(card)), encodeTlv('5F20', fromLatin1(card.cardholderName))),
    ],
    [
      '2.1',
      template(
        '70',
        encodeTlv('5A', compressed(card.pan)),
        encodeTlv('5F34', digits(card.psn, 1)),
        encodeTlv('5F24', fromHex(card.expiry + lastDay(card.expiry))),
        encodeTlv('5F25', fromHex(`${card.effective}01`)),
        encodeTlv('5F28', digits(card.issuerCountry ?? KAZAKHSTAN, 2)),
        encodeTlv('9F07', card.usageControl ?? fromHex('FFC0')),
      ),
    ],
    [
      '2.2',
      template(
        '70',
        encodeTlv('8C', lists.cdol1),
        encodeTlv('8D', lists.cdol2),
        encodeTlv('8E', cvmListBytes(card.cvmList)),
      ),
    ],
    [
      '3.1',
      template(
        '70',
        encodeTlv('9F0D', actionCodes.default),
        encodeTlv('9F0E', actionCodes.denial),
        encodeTlv('9F0F', actionCodes.online),
        encodeTlv('9F08', fromHex(applicationVersion)),
        encodeTlv('9F42', digits(card.currency ?? TENGE, 2)),
        encodeTlv('5F30', digits(card.serviceCode, 2)),
        ...limits,
      ),
    ],
  ]);
}

/** Tag 94: one entry of four bytes for each file (EMV 4.4 Book 3, 10.2); no record takes part in data authentication. */
function fileLocator(records: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const lastRecordOfFile = new Map<number, number>();
  for (const key of records.keys()) {
    const [sfi = 0, record = 0] = key.split('.').map(Number);
    lastRecordOfFile.set(sfi, Math.max(record, lastRecordOfFile.get(sfi) ?? 0));
  }
  return concatBytes(...[...lastRecordOfFile].map(([sfi, last]) => Uint8Array.of(sfi << 3, 1, last, 0)));
}

/** Tag 57: number, separator, expiry, service code, discretionary data (ISO/IEC 7813), filled with F. */
function track2(card: CardData): Uint8Array {
  const text = `${card.pan}D${card.expiry}${card.serviceCode}${card.track2Discretionary ?? ''}`;
  return fromHex(text.length % 2 === 0 ? text : `${text}F`);
}

function cvmListBytes(cvmList: string): Uint8Array {
  const named = Object.entries(CVM_LISTS).find(([name]) => name === cvmList);
  return fromHex(named ? named[1] : cvmList);
}

function lastDay(yymm: string): string {
  const year = 2000 + Number(yymm.slice(0, 2));
  return new Date(Date.UTC(year, Number(yymm.slice(2)), 0)).getUTCDate().toString();
}

function digits(text: string, bytes: number): Uint8Array {
  return fromHex(text.padStart(bytes * 2, '0'));
}

function compressed(text: string): Uint8Array {
  return fromHex(text.length % 2 === 0 ? text : `${text}F`);
}

function template(tag: string, ...parts: Uint8Array[]): Uint8Array {
  return encodeTlv(tag, concatBytes(...parts));
}

function checkCardData(card: CardData): void {
  const yymm = /^\d{2}(0[1-9]|1[0-2])$/;
  const require = (right: boolean, rule: string): void => {
    if (!right) throw new PersonalisationError(rule);
  };
  require(yymm.test(card.expiry), 'expiry is YYMM');
  require(yymm.test(card.effective), 'effective is YYMM');
  require(/^\d{2}$/.test(card.psn), 'psn is two digits');
  require(/^\d{3}$/.test(card.serviceCode), 'serviceCode is three digits');
  require(/^(?:[a-z]{2}){1,4}$/.test(card.language), 'language is one to four codes of two letters');
  require(/^[\x20-\x7e]{2,26}$/.test(card.cardholderName), 'cardholderName is 2 to 26 Latin characters');
  require(/^[\x20-\x7e]{1,16}$/.test(card.label ?? 'label'), 'label is 1 to 16 Latin characters');
  require(/^[\x20-\x7e]{1,16}$/.test(
    card.preferredName ?? 'name',
  ), 'preferredName is 1 to 16 Latin characters');
  require(card.udk.length === 16, 'udk is 16 bytes');
  require(isByte(card.keyIndex), 'keyIndex is 0 to 255');
  require(/^\d*$/.test(card.track2Discretionary ?? ''), 'track2Discretionary is digits');
  require(track2Fits(card), 'track 2 is at most 37 characters (ISO/IEC 7813): shorten track2Discretionary');
  require(/^\d{3}$/.test(card.issuerCountry ?? KAZAKHSTAN), 'issuerCountry is three digits');
  require(/^\d{3}$/.test(card.currency ?? TENGE), 'currency is three digits');
  require((card.usageControl?.length ?? 2) === 2, 'usageControl is 2 bytes');
  const codes = card.actionCodes ?? DEFAULT_ACTION_CODES;
  require([codes.denial, codes.online, codes.default].every(
    ({ length }) => length === 5,
  ), 'each of actionCodes is 5 bytes');
  const { lower, upper } = card.offlineLimits ?? { lower: 0, upper: 0 };
  require(isByte(lower) && isByte(upper) && lower <= upper, 'offlineLimits are 0 to 255, lower first');
  require(isCvmList(
    card.cvmList,
  ), `cvmList is ${Object.keys(CVM_LISTS).join(', ')} or tag 8E in hexadecimal`);
}

function track2Fits(card: CardData): boolean {
  return card.pan.length + 1 + 7 + (card.track2Discretionary ?? '').length <= 37;
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}

function isCvmList(cvmList: string): boolean {
  if (cvmList in CVM_LISTS) return true;
  if (!/^(?:[0-9A-Fa-f]{2}){10,252}$/.test(cvmList) || cvmList.length % 4 !== 0) return false;
  return parseCvmList(fromHex(cvmList)).rules.length > 0;
}
