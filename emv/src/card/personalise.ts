import { concatBytes, encodeTlv, fromHex, fromLatin1 } from '@kassa/primitives';
import {
  type CardScheme,
  type CryptogramVersion,
  cardDataObjectLists,
  cryptogramProfile,
} from '../cryptogram/cryptogram-profile.ts';
import { AIP_BITS, type BitMeaning, withBit } from '../data/bit-meanings.ts';
import { parseCvmList } from '../data/cvm-list.ts';
import { authenticationData } from './authentication-records.ts';
import { type CardData, type CardProfile, CVM_LISTS } from './card-data.ts';
import {
  applicationRecords,
  DEFAULT_ACTION_CODES,
  digits,
  fileLocator,
  KAZAKHSTAN,
  names,
  staticData,
  TENGE,
  template,
} from './card-records.ts';
import { contactlessProfile } from './personalise-contactless.ts';

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
  const aip = interchangeProfile(card, externalAuthenticate);
  const plain = applicationRecords(card, defaults.applicationVersion, lists);
  const proof = card.authentication && authenticationData(card, card.authentication, staticData(plain, aip));
  const records = new Map([...plain, ...(proof?.records ?? [])]);
  return {
    cryptogramVersion,
    aid,
    pseFci: pseFci(card.language),
    applicationFci: applicationFci(card, aid, defaults.label),
    processingOptions: template(
      '77',
      encodeTlv('82', aip),
      encodeTlv('94', fileLocator(records, proof !== undefined)),
    ),
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
    signer: proof?.signer ?? null,
    pin: card.pin ?? null,
    scriptKeys: card.scriptKeys ?? null,
    distrustsIssuer: card.distrustsIssuer ?? false,
    contactless: card.contactless
      ? contactlessProfile(card, card.contactless, { aid, label: defaults.label, records: plain })
      : null,
  };
}

/** Tag 82: cardholder verification and terminal risk management, and how the card proves itself. */
function interchangeProfile({ authentication }: CardData, externalAuthenticate: boolean): Uint8Array {
  const method = authentication?.method;
  const bits: readonly (readonly [BitMeaning, boolean])[] = [
    [AIP_BITS.cardholderVerificationSupported, true],
    [AIP_BITS.terminalRiskManagement, true],
    [AIP_BITS.issuerAuthenticationSupported, externalAuthenticate],
    [AIP_BITS.sdaSupported, method === 'sda'],
    [AIP_BITS.ddaSupported, method === 'dda' || method === 'cda'],
    [AIP_BITS.cdaSupported, method === 'cda'],
  ];
  let aip: Uint8Array = new Uint8Array(2);
  for (const [bit, set] of bits) if (set) aip = withBit(aip, bit);
  return aip;
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
  require(/^\d{4,12}$/.test(card.pin ?? '0000'), 'pin is 4 to 12 digits');
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
