import { deriveUdk, encodePinBlock0, generateArqc, sessionKeyCommon, tdesEncrypt } from '@kassa/emv';
import { concatBytes, encodeTlv, fromHex, luhnValid, type Pan, parsePan } from '@kassa/primitives';
import type { ChipEvidence, StripeEvidence } from '../card-checks.ts';
import { createIssuerSecurityModule } from '../security-module.ts';
import { type IssuerTestKeys, issuerModule } from './modules.ts';

/** A card number from its digits without the check digit: no valid number stands in a source file. */
export function panFrom(digits: string): Pan {
  for (let check = 0; check <= 9; check++) {
    if (luhnValid(`${digits}${check}`)) return parsePan(`${digits}${check}`);
  }
  throw new Error('unreachable: one of ten check digits is right');
}

export const KEYS: IssuerTestKeys = {
  imkAc: fromHex('2315208C9110AD40B0E3C2A7544F1B9D'),
  cvk: fromHex('0123456789ABCDEFFEDCBA9876543210'),
  pvk: fromHex('1C1C2A2A3E3E4C4C5D5D6B6B79798F8F'),
  zonePinKey: fromHex('A1B2C3D4E5F60718293A4B5C6D7E8F90'),
  indexKey: fromHex('00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF'),
};
export const WRONG_IMK = fromHex('404142434445464748494A4B4C4D4E4F');

export const security = createIssuerSecurityModule(issuerModule(KEYS));

export const PAN = panFrom('400000111122223');
export const OTHER_PAN = panFrom('400000111122224');
export const PSN = '01';
export const EXPIRY = '3112';
export const SERVICE_CODE = '201';
export const PIN = '4271';

/** DE 55 of a Visa card (cryptogram version 18) over 1 500,00 tenge, without its cryptogram. */
const CHIP_TAGS: Readonly<Record<string, string>> = {
  '5F2A': '0398',
  '82': '1800',
  '84': 'A0000000031010',
  '95': '0000000000',
  '9A': '261123',
  '9C': '00',
  '9F02': '000000150000',
  '9F03': '000000000000',
  '9F10': '06011203A00000',
  '9F1A': '0398',
  '9F27': '80',
  '9F36': '0007',
  '9F37': '0BADCAFE',
};

/** EMV 4.4 Book 2, 8.1.1, and tag 9F10 as cryptogram version 18 takes it. */
const SIGNED = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36', '9F10'];

export interface ChipOptions {
  readonly pan?: Pan;
  readonly imkAc?: Uint8Array;
  /** Values the card signs, by tag. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What somebody makes of them afterwards; an empty text takes the tag away. */
  readonly tampered?: Readonly<Record<string, string>>;
  readonly expiry?: string;
  readonly pin?: string;
  readonly pinBlock?: Uint8Array;
}

export function chip(options: ChipOptions = {}): ChipEvidence {
  const { pan = PAN, imkAc = KEYS.imkAc, expiry = EXPIRY } = options;
  const tags: Record<string, string> = { ...CHIP_TAGS, ...options.tags };
  const sessionKey = sessionKeyCommon(deriveUdk(imkAc, pan, PSN), fromHex(tags['9F36'] ?? ''));
  const arqc = generateArqc(sessionKey, fromHex(SIGNED.map((tag) => tags[tag]).join('')));
  const sent = Object.entries({ ...tags, ...options.tampered }).filter(([, value]) => value !== '');
  const emvData = concatBytes(
    ...sent.map(([tag, value]) => encodeTlv(tag, fromHex(value))),
    encodeTlv('9F26', arqc),
  );
  return { entry: 'chip', emvData, expiry, pinBlock: options.pinBlock ?? pinBlockOf(options.pin, pan) };
}

export function stripe(changes: Partial<StripeEvidence> & { pin?: string } = {}): StripeEvidence {
  const { pin, ...rest } = changes;
  const verificationValue = security.stripeVerificationValue(PAN, EXPIRY, SERVICE_CODE);
  const pinBlock = pinBlockOf(pin, PAN);
  return {
    entry: 'swipe',
    expiry: EXPIRY,
    serviceCode: SERVICE_CODE,
    verificationValue,
    pinBlock,
    ...rest,
  };
}

function pinBlockOf(pin: string | undefined, pan: Pan): Uint8Array | undefined {
  return pin === undefined ? undefined : tdesEncrypt(KEYS.zonePinKey, encodePinBlock0(pin, pan));
}
