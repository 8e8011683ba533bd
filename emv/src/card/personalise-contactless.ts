import { concatBytes, encodeTlv, fromHex, fromLatin1 } from '@kassa/primitives';
import { AIP_BITS, type BitMeaning, withBit } from '../data/bit-meanings.ts';
import { authenticationData } from './authentication-records.ts';
import type { CardData, ContactlessData, ContactlessProfile } from './card-data.ts';
import { digits, fileLocator, names, staticData, template, track2 } from './card-records.ts';

/** EMV Contactless Book B, combination selection: name of the payment system environment of contactless cards. */
export const PPSE_NAME: Uint8Array = fromLatin1('2PAY.SYS.DDF01');

/** EMV Contactless Book B, combination selection: kernels of Mastercard (2) and Visa (3), in tag 9F2A. */
const KERNEL_IDENTIFIERS = { mastercard: 0x02, visa: 0x03 } as const;

/**
 * What a Visa card asks for (EMV Contactless Book C-3, data dictionary): the terminal transaction qualifiers, then
 * all its cryptogram
 * covers.
 */
export const VISA_PDOL: Uint8Array = fromHex('9F66049F02069F03069F1A0295055F2A029A039C019F3704');

/**
 * Tag 9F51 of M/Chip: which data tell a torn transaction from another (EMV Contactless Book C-2, data dictionary:
 * DRDOL).
 */
const DRDOL = fromHex('9F02069F3704');

/** The contactless side of a card: a directory of its own, and another interchange profile over the same records. */
export function contactlessProfile(
  card: CardData,
  contactless: ContactlessData,
  contact: {
    readonly aid: Uint8Array;
    readonly label: string;
    readonly records: ReadonlyMap<string, Uint8Array>;
  },
): ContactlessProfile {
  const { aid, label } = contact;
  const aip = interchangeProfile(card, contactless);
  const plain = contactlessRecords(card, contact.records);
  const proof = card.authentication && authenticationData(card, card.authentication, staticData(plain, aip));
  const records = new Map([...plain, ...(proof?.records ?? [])]);
  const locator = fileLocator(records, proof !== undefined);
  return {
    data: contactless,
    aip,
    ppseFci: ppseFci(card, aid, label),
    applicationFci: applicationFci(card, aid, label),
    processingOptions: template('77', encodeTlv('82', aip), encodeTlv('94', locator)),
    fileLocator: locator,
    records,
    track2: track2(card),
    psn: digits(card.psn, 1),
    drdol: DRDOL,
  };
}

/**
 * EMV Contactless Book C-2, data dictionary: AIP; a Visa card of kernel 3 sets DDA for its own fast one (Book
 * C-3, fDDA).
 */
function interchangeProfile(card: CardData, { device }: ContactlessData): Uint8Array {
  const isMastercard = card.scheme === 'mastercard';
  const method = card.authentication?.method;
  const bits: readonly (readonly [BitMeaning, boolean])[] = [
    [AIP_BITS.ddaSupported, !isMastercard && method !== undefined && method !== 'sda'],
    [AIP_BITS.cardholderVerificationSupported, isMastercard],
    [AIP_BITS.onDeviceVerificationSupported, isMastercard && device === 'phone'],
    [AIP_BITS.cdaSupported, isMastercard && method === 'cda'],
    [AIP_BITS.emvModeSupported, isMastercard],
  ];
  let aip: Uint8Array = new Uint8Array(2);
  for (const [bit, set] of bits) if (set) aip = withBit(aip, bit);
  return aip;
}

/** Over the air the cardholder's name is left out: anybody near could read it. M/Chip has a DRDOL. */
function contactlessRecords(
  card: CardData,
  contact: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Uint8Array> {
  const records = new Map(contact);
  const isMastercard = card.scheme === 'mastercard';
  const own = isMastercard
    ? [encodeTlv('57', track2(card)), encodeTlv('9F51', DRDOL)]
    : [encodeTlv('57', track2(card))];
  records.set('1.1', template('70', ...own));
  return records;
}

/** EMV Contactless Book B, combination selection: the applications stand in the answer itself. */
function ppseFci(card: CardData, aid: Uint8Array, label: string): Uint8Array {
  const entry = template(
    '61',
    encodeTlv('4F', aid),
    ...names(card, label).slice(0, 2),
    encodeTlv('9F2A', Uint8Array.of(KERNEL_IDENTIFIERS[card.scheme])),
  );
  return template('6F', encodeTlv('84', PPSE_NAME), template('A5', template('BF0C', entry)));
}

function applicationFci(card: CardData, aid: Uint8Array, label: string): Uint8Array {
  const pdol = card.scheme === 'visa' ? [encodeTlv('9F38', VISA_PDOL)] : [];
  const proprietary = concatBytes(
    ...names(card, label),
    encodeTlv('5F2D', fromLatin1(card.language)),
    encodeTlv('9F11', Uint8Array.of(0x01)),
    ...pdol,
  );
  return template('6F', encodeTlv('84', aid), encodeTlv('A5', proprietary));
}
