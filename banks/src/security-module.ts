import {
  cardVerificationValue,
  decodePinBlock0,
  deriveUdk,
  dukptInitialKey,
  dukptPinKey,
  encodePinBlock0,
  ICVV_SERVICE_CODE,
  keyCheckValue,
  makeIssuerAuthenticationData,
  type OnlineCryptogramResult,
  pinVerificationValue,
  retailMac,
  tdesDecrypt,
  tdesEncrypt,
  verifyOnlineCryptogram,
} from '@kassa/emv';
import { equalSecret, fromLatin1, type Pan, ProtocolError, toHex } from '@kassa/primitives';
import { cardIndex } from './crypto/card-index.ts';

/** The keys a bank issues cards under. They enter a security module once and never come out. */
export interface IssuerKeys {
  /** Issuer master key for application cryptograms, 16 bytes (EMV Book 2, 8.1). */
  readonly imkAc: Uint8Array;
  /** Card verification key pair, 16 bytes. */
  readonly cvk: Uint8Array;
  /** PIN verification key pair, 16 bytes. */
  readonly pvk: Uint8Array;
  /** Shared with the acquirer: PIN blocks travel under it, 16 bytes. */
  readonly zonePinKey: Uint8Array;
  /** Turns a card number into the index a bank's database knows it by, 32 bytes. */
  readonly indexKey: Uint8Array;
}

export interface CryptogramRequest {
  readonly pan: Pan;
  readonly psn: string;
  /** DE 55 by tag. */
  readonly tags: ReadonlyMap<string, Uint8Array>;
}

/** The verdict on a cryptogram, without the keys that led to it. */
export type CryptogramVerdict =
  | { readonly ok: true; readonly atc: number }
  | { readonly ok: false; readonly reason: (OnlineCryptogramResult & { readonly ok: false })['reason'] };

/** What an issuer's security module does, by name; keys stay inside. */
export interface IssuerSecurityModule {
  /** How the bank's own database knows a card: a keyed hash, 64 hexadecimal characters. */
  indexOf(pan: Pan): string;
  /** Whether the card's cryptogram covers exactly these data. */
  verifyCryptogram(request: CryptogramRequest): CryptogramVerdict;
  /** Tag 91 for the answer: how the card knows that its issuer spoke. */
  answerCryptogram(request: CryptogramRequest, approved: boolean): Uint8Array | undefined;
  /** The reference a PIN is checked against: PVV, four digits (Visa method). */
  pinReference(pan: Pan, pin: string): string;
  /** Deciphers a format 0 block under the zone PIN key and compares; an unreadable block is a wrong PIN. */
  verifyPin(pan: Pan, block: Uint8Array, reference: string): boolean;
  /** CVV of the magnetic stripe: three digits over PAN, expiry `YYMM` and service code. */
  stripeVerificationValue(pan: Pan, expiry: string, serviceCode: string): string;
  /** iCVV, for the track 2 equivalent of a chip: it does not pass for the stripe's. */
  chipVerificationValue(pan: Pan, expiry: string): string;
  verifyStripe(pan: Pan, expiry: string, serviceCode: string, value: string): boolean;
  /** The card's own key, for personalisation only. */
  cardKey(pan: Pan, psn: string): Uint8Array;
  /** Key check values, safe to show. */
  readonly checkValues: Readonly<Record<keyof Omit<IssuerKeys, 'indexKey'>, string>>;
}

/** PVKI 1: a bank here has one PIN verification key. */
const PIN_KEY_INDEX = '1';

export function createIssuerSecurityModule(keys: IssuerKeys): IssuerSecurityModule {
  const check = ({ pan, psn, tags }: CryptogramRequest): OnlineCryptogramResult =>
    verifyOnlineCryptogram({ imkAc: keys.imkAc, pan, psn, tags });
  const pinReference = (pan: Pan, pin: string): string =>
    pinVerificationValue(keys.pvk, { keyIndex: PIN_KEY_INDEX, pan, pin });
  const stripeVerificationValue = (pan: Pan, expiry: string, serviceCode: string): string =>
    cardVerificationValue(keys.cvk, { pan, expiry, serviceCode });
  return {
    indexOf: (pan) => cardIndex(keys.indexKey, pan),
    verifyCryptogram(request) {
      const result = check(request);
      return result.ok ? { ok: true, atc: result.atc } : { ok: false, reason: result.reason };
    },
    answerCryptogram(request, approved) {
      const verdict = check(request);
      if (!verdict.ok) return undefined;
      return makeIssuerAuthenticationData(verdict.profile, verdict.arpcKey, verdict.arqc, { approved });
    },
    pinReference,
    verifyPin(pan, block, reference) {
      const pin = decipherPin(keys.zonePinKey, block, pan);
      return pin !== undefined && equalText(pinReference(pan, pin), reference);
    },
    stripeVerificationValue,
    chipVerificationValue: (pan, expiry) => stripeVerificationValue(pan, expiry, ICVV_SERVICE_CODE),
    verifyStripe: (pan, expiry, serviceCode, value) =>
      equalText(stripeVerificationValue(pan, expiry, serviceCode), value),
    cardKey: (pan, psn) => deriveUdk(keys.imkAc, pan, psn),
    checkValues: {
      imkAc: toHex(keyCheckValue(keys.imkAc)),
      cvk: toHex(keyCheckValue(keys.cvk)),
      pvk: toHex(keyCheckValue(keys.pvk)),
      zonePinKey: toHex(keyCheckValue(keys.zonePinKey)),
    },
  };
}

/** The keys an acquirer shares with its terminals and with the banks. */
export interface AcquirerKeys {
  /** Base derivation key of the terminals' PIN pads, 16 bytes (ANSI X9.24-1). */
  readonly bdk: Uint8Array;
  /** MAC key per terminal id, 16 bytes. */
  readonly terminalMacKeys: ReadonlyMap<string, Uint8Array>;
  /** Zone PIN key per bank id, 16 bytes. */
  readonly zonePinKeys: ReadonlyMap<string, Uint8Array>;
}

/** What an acquirer's security module does, by name; keys stay inside. */
export interface AcquirerSecurityModule {
  hasTerminal(terminalId: string): boolean;
  /** ISO 9797-1 algorithm 3, padding method 1, 8 bytes; undefined for a terminal without a key. */
  makeMac(terminalId: string, data: Uint8Array): Uint8Array | undefined;
  verifyMac(terminalId: string, data: Uint8Array, mac: Uint8Array): boolean;
  /**
   * Takes a PIN block from the terminal's key to the bank's. The PIN exists in the clear only inside this call.
   * Undefined when the block does not decipher to a PIN block of this card, or the bank has no key.
   */
  translatePin(request: {
    readonly ksn: Uint8Array;
    readonly block: Uint8Array;
    readonly pan: Pan;
    readonly bankId: string;
  }): Uint8Array | undefined;
}

export function createAcquirerSecurityModule(keys: AcquirerKeys): AcquirerSecurityModule {
  const makeMac = (terminalId: string, data: Uint8Array): Uint8Array | undefined => {
    const key = keys.terminalMacKeys.get(terminalId);
    return key && retailMac(key, data, { padding: 'method-1' });
  };
  return {
    hasTerminal: (terminalId) => keys.terminalMacKeys.has(terminalId),
    makeMac,
    verifyMac(terminalId, data, mac) {
      const expected = makeMac(terminalId, data);
      return expected !== undefined && equalSecret(expected, mac);
    },
    translatePin({ ksn, block, pan, bankId }) {
      const zonePinKey = keys.zonePinKeys.get(bankId);
      const initialKey = dukptInitialKey(keys.bdk, ksn);
      const pin = decipherPin(dukptPinKey(initialKey, ksn), block, pan);
      if (pin === undefined || !zonePinKey) return undefined;
      return tdesEncrypt(zonePinKey, encodePinBlock0(pin, pan));
    },
  };
}

/** The PIN in a format 0 block; undefined when the block is not one for this card: a wrong key or a wrong card. */
function decipherPin(key: Uint8Array, block: Uint8Array, pan: Pan): string | undefined {
  try {
    return decodePinBlock0(tdesDecrypt(key, block), pan);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function equalText(left: string, right: string): boolean {
  return equalSecret(fromLatin1(left), fromLatin1(right));
}
