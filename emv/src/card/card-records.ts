import { concatBytes, encodeTlv, fromHex, fromLatin1, parseTlv } from '@kassa/primitives';
import { type CardData, CVM_LISTS, type IssuerActionCodes } from './card-data.ts';

/**
 * Refuse at once only a service the card is not for; go online for anything unusual, among it "Online PIN entered";
 * when the issuer cannot be reached, refuse what was not authenticated, verified, in date and within limits.
 */
export const DEFAULT_ACTION_CODES: IssuerActionCodes = {
  denial: fromHex('0010000000'),
  online: fromHex('FC78FCF800'),
  default: fromHex('FC50ACA000'),
};

export const KAZAKHSTAN = '398';
export const TENGE = '398';

/** The file all records of which are signed: number, dates, usage. */
const SIGNED_SFI = 2;

/** EMV 4.4 Book 3, 10.3: contents of the signed records, then the AIP. */
export function staticData(records: ReadonlyMap<string, Uint8Array>, aip: Uint8Array): Uint8Array {
  const signed = [...records].filter(([key]) => key.startsWith(`${SIGNED_SFI}.`));
  const contents = signed.map(([, record]) => parseTlv(record, 'record')[0]?.value ?? new Uint8Array());
  return concatBytes(...contents, aip);
}

export function names(card: CardData, label: string): Uint8Array[] {
  return [
    encodeTlv('50', fromLatin1(card.label ?? label)),
    encodeTlv('87', Uint8Array.of(0x01)),
    encodeTlv('9F12', fromLatin1(card.preferredName ?? card.label ?? label)),
  ];
}

/** Records by `SFI.record`, each in template 70 (EMV 4.4 Book 3, 6.5.11). */
export function applicationRecords(
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

/** Tag 94: one entry of four bytes for each file (EMV 4.4 Book 3, 10.2); of the signed file all records are named. */
export function fileLocator(records: ReadonlyMap<string, Uint8Array>, isSigned: boolean): Uint8Array {
  const lastRecordOfFile = new Map<number, number>();
  for (const key of records.keys()) {
    const [sfi = 0, record = 0] = key.split('.').map(Number);
    lastRecordOfFile.set(sfi, Math.max(record, lastRecordOfFile.get(sfi) ?? 0));
  }
  const entry = ([sfi, last]: [number, number]): Uint8Array =>
    Uint8Array.of(sfi << 3, 1, last, isSigned && sfi === SIGNED_SFI ? last : 0);
  return concatBytes(...[...lastRecordOfFile].map(entry));
}

/** Tag 57: number, separator, expiry, service code, discretionary data (ISO/IEC 7813), filled with F. */
export function track2(card: CardData): Uint8Array {
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

export function digits(text: string, bytes: number): Uint8Array {
  return fromHex(text.padStart(bytes * 2, '0'));
}

function compressed(text: string): Uint8Array {
  return fromHex(text.length % 2 === 0 ? text : `${text}F`);
}

export function template(tag: string, ...parts: Uint8Array[]): Uint8Array {
  return encodeTlv(tag, concatBytes(...parts));
}
