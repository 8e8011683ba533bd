import { ICVV_SERVICE_CODE } from '@kassa/emv';
import { fromHex, type Pan } from '@kassa/primitives';
import { type KeySerialVerdict, keySerialVerdict } from './security/key-serial.ts';
import type { KeyDescription } from './security/key-vault.ts';
import { nextKeyVersion } from './security/key-version.ts';
import type { CryptogramRequest, CryptogramVerdict, SecurityModule } from './security/security-module.ts';

/** Names of a bank's keys in its security module. */
export const ISSUER_KEYS = {
  /** Card cryptograms (EMV Book 2, 8.1). */
  master: 'issuer-master',
  cardVerification: 'card-verification',
  pinVerification: 'pin-verification',
  /** Shared with the acquirer: PIN blocks travel under it. */
  zonePin: 'zone-pin',
  /** Shared with the acquirer: other keys travel under it. */
  zoneExchange: 'zone-exchange',
  cardIndex: 'card-index',
} as const;

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
}

/** PVKI 1: a bank here has one PIN verification key. */
const PIN_KEY_INDEX = '1';

/** @param module with the keys of {@link ISSUER_KEYS}. */
export function createIssuerSecurityModule(module: SecurityModule): IssuerSecurityModule {
  const { master, cardVerification, pinVerification, zonePin } = ISSUER_KEYS;
  return {
    indexOf: (pan) => module.cardIndex(ISSUER_KEYS.cardIndex, pan),
    verifyCryptogram: (request) => module.verifyCryptogram(master, request),
    answerCryptogram: (request, approved) => module.answerCryptogram(master, request, approved),
    pinReference: (pan, pin) => module.pinVerificationValue(pinVerification, PIN_KEY_INDEX, pan, pin),
    verifyPin: (pan, block, value) =>
      module.verifyPin(
        { key: zonePin, block, pan },
        { method: 'visa', key: pinVerification, keyIndex: PIN_KEY_INDEX, value },
      ),
    stripeVerificationValue: (pan, expiry, serviceCode) =>
      module.cardVerificationValue(cardVerification, pan, expiry, serviceCode),
    chipVerificationValue: (pan, expiry) =>
      module.cardVerificationValue(cardVerification, pan, expiry, ICVV_SERVICE_CODE),
    verifyStripe: (pan, expiry, serviceCode, value) =>
      module.verifyCardValue(cardVerification, pan, expiry, serviceCode, value),
    cardKey: (pan, psn) => module.deriveCardKey(master, pan, psn),
  };
}

/** Names of an acquirer's keys in its security module. */
export const ACQUIRER_KEYS = {
  /** Base derivation key of the terminals' PIN pads (ANSI X9.24-1). */
  base: 'terminal-base',
  zonePin: (bankId: string) => `zone-pin/${bankId}`,
  zoneExchange: (bankId: string) => `zone-exchange/${bankId}`,
  terminal: (terminalId: string) => ({
    initial: `terminal/${terminalId}/initial`,
    exchange: `terminal/${terminalId}/exchange`,
    mac: `terminal/${terminalId}/mac`,
    /** Made for the terminal, which has not used it yet. */
    nextMac: `terminal/${terminalId}/mac-next`,
  }),
} as const;

/** A MAC key on its way to its terminal. */
export interface NewMacKey {
  /** TR-31 under the terminal's key-exchange key. */
  readonly block: string;
  readonly version: string;
  readonly checkValue: string;
}

/** What an acquirer's security module does, by name; keys stay inside. */
export interface AcquirerSecurityModule {
  hasTerminal(terminalId: string): boolean;
  /** Whether new keys can travel to the terminal. */
  canChangeKeys(terminalId: string): boolean;
  /** ISO 9797-1 algorithm 3, padding method 1, 8 bytes; undefined for a terminal without a key. */
  makeMac(terminalId: string, data: Uint8Array): Uint8Array | undefined;
  /** The first message under a new key puts it in the old one's place, for good. */
  verifyMac(terminalId: string, data: Uint8Array, mac: Uint8Array): boolean;
  /**
   * A new MAC key for a terminal; the same again until the terminal has used it, so that a lost answer loses nothing.
   * @throws SecurityModuleError `unknown-key` for a terminal without a key-exchange key, `versions-used-up`
   */
  makeMacKey(terminalId: string): NewMacKey;
  /** Whether a serial number is one of this terminal's PIN pad. That it was not used before is for a register to say. */
  checkKeySerial(terminalId: string, ksn: Uint8Array): KeySerialVerdict;
  /**
   * Takes a PIN block from the terminal's key to the bank's. The PIN exists in the clear only inside this call.
   * Undefined when the block does not decipher to a PIN block of this card, the serial number is not the terminal's, or
   * the bank has no key.
   */
  translatePin(request: {
    readonly terminalId: string;
    readonly ksn: Uint8Array;
    readonly block: Uint8Array;
    readonly pan: Pan;
    readonly bankId: string;
  }): Uint8Array | undefined;
}

/** @param module with the keys of {@link ACQUIRER_KEYS}. */
export function createAcquirerSecurityModule(module: SecurityModule): AcquirerSecurityModule {
  const keysOf = ACQUIRER_KEYS.terminal;
  const hasTerminal = (terminalId: string): boolean => module.has(keysOf(terminalId).mac);
  const checkKeySerial = (terminalId: string, ksn: Uint8Array): KeySerialVerdict => {
    const { initial } = keysOf(terminalId);
    const { keySerial } = module.has(initial) ? module.describe(initial) : { keySerial: null };
    return keySerial === null ? { ok: false, problem: 'no-key' } : keySerialVerdict(fromHex(keySerial), ksn);
  };
  return {
    hasTerminal,
    canChangeKeys: (terminalId) => module.has(keysOf(terminalId).exchange),
    makeMac: (terminalId, data) =>
      hasTerminal(terminalId) ? module.makeMac(keysOf(terminalId).mac, data) : undefined,
    verifyMac(terminalId, data, mac) {
      if (!hasTerminal(terminalId)) return false;
      const { mac: current, nextMac } = keysOf(terminalId);
      if (module.verifyMac(current, data, mac)) return true;
      if (!module.has(nextMac) || !module.verifyMac(nextMac, data, mac)) return false;
      module.replaceKey(current, nextMac);
      return true;
    },
    makeMacKey: (terminalId) => makeMacKey(module, terminalId),
    checkKeySerial,
    translatePin({ terminalId, ksn, block, pan, bankId }) {
      const zonePin = ACQUIRER_KEYS.zonePin(bankId);
      if (!module.has(zonePin) || !checkKeySerial(terminalId, ksn).ok) return undefined;
      return module.translatePin({ key: keysOf(terminalId).initial, ksn, block, pan }, zonePin);
    },
  };
}

function makeMacKey(module: SecurityModule, terminalId: string): NewMacKey {
  const { mac, nextMac, exchange } = ACQUIRER_KEYS.terminal(terminalId);
  const { version, checkValue }: KeyDescription = module.has(nextMac)
    ? module.describe(nextMac)
    : module.generateKey(nextMac, 'mac', { version: nextKeyVersion(module.describe(mac)) });
  return { block: module.exportKey(nextMac, exchange), version, checkValue };
}
