import {
  COMMON_DECIMALISATION_TABLE,
  cardVerificationValue,
  decipherPinBlock,
  deriveUdk,
  dukptInitialKey,
  dukptPinKey,
  encipherPinBlock,
  ibm3624Offset,
  keyBlockRandomBytes,
  makeIssuerAuthenticationData,
  type OnlineCryptogramResult,
  pinVerificationValue,
  readKeyBlock,
  retailMac,
  verifyOnlineCryptogram,
  withOddParity,
  writeKeyBlock,
} from '@kassa/emv';
import { equalSecret, fromLatin1, type Pan, ProtocolError, toHex } from '@kassa/primitives';
import { cardIndex } from '../crypto/card-index.ts';
import { KEY_TYPES, type KeyType, keyTypeOf } from './key-types.ts';
import { type KeyAttributes, type KeyDescription, KeyVault, type KeyVaultPorts } from './key-vault.ts';
import { SecurityModuleError } from './security-module-error.ts';

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

/** A PIN block and the key it is under: a zone's, or a terminal's of this serial number. */
export interface ReceivedPin {
  readonly key: string;
  /** 10 bytes, for a terminal's initial key. */
  readonly ksn?: Uint8Array;
  /** Format 0, 8 bytes. */
  readonly block: Uint8Array;
  readonly pan: Pan;
}

/** How a PIN is checked: against its PVV (Visa), or its offset (IBM 3624). */
export type PinReference =
  | { readonly method: 'visa'; readonly key: string; readonly keyIndex: string; readonly value: string }
  | { readonly method: 'ibm-3624'; readonly key: string; readonly offset: string };

/** Key block version that TDES key-exchange keys protect with (ANSI X9.143-2022). */
const TRAVEL_VERSION = 'B';

/**
 * A software security module: keys go in, answers come out. Each operation names its keys and takes only keys of its own
 * usage. Every operation throws SecurityModuleError `unknown-key` or `wrong-usage` for a name that does not fit.
 */
export class SecurityModule {
  readonly #vault: KeyVault;

  constructor(ports: KeyVaultPorts) {
    this.#vault = new KeyVault(ports);
  }

  has(name: string): boolean {
    return this.#vault.has(name);
  }

  describe(name: string): KeyDescription {
    return this.#vault.describe(name);
  }

  /** Every key, by name. @throws SecurityModuleError `bad-key-block` */
  list(): KeyDescription[] {
    return [...this.#vault.names].sort().map((name) => this.#vault.describe(name));
  }

  /** @throws SecurityModuleError `key-exists` */
  generateKey(name: string, type: KeyType, attributes?: KeyAttributes): KeyDescription {
    const random = this.#vault.random(KEY_TYPES[type].bytes);
    const key = KEY_TYPES[type].algorithm === 'T' ? withOddParity(random) : Uint8Array.from(random);
    random.fill(0);
    return wiped(key, () => this.#vault.add(name, type, key, attributes));
  }

  /** Key entry: a clear key, as custodians bring it or as published for tests. @throws SecurityModuleError `key-exists` */
  enterKey(name: string, type: KeyType, key: Uint8Array, attributes?: KeyAttributes): KeyDescription {
    return this.#vault.add(name, type, key, attributes);
  }

  /**
   * Takes a key out of a block under a key-exchange key.
   * @throws SecurityModuleError `bad-key-block` when it does not verify or is of another type, `key-exists`
   */
  importKey(name: string, type: KeyType, block: string, exchangeKey: string): KeyDescription {
    const { header, key } = this.#vault.use(exchangeKey, 'key-exchange', (protectionKey) =>
      readForeignBlock(protectionKey, block, exchangeKey),
    );
    return wiped(key, () => {
      if (keyTypeOf(header) !== type || key.length !== KEY_TYPES[type].bytes) {
        const message = `the key block holds a key of usage ${header.usage}, not one for ${KEY_TYPES[type].says}`;
        throw new SecurityModuleError({ code: 'bad-key-block', key: name, message });
      }
      const keySerial = header.optionalBlocks.find(({ id }) => id === 'KS')?.data;
      const attributes = { version: header.keyVersion, ...(keySerial === undefined ? {} : { keySerial }) };
      return this.#vault.add(name, type, key, attributes);
    });
  }

  /** The key as a TR-31 block under a key-exchange key. @throws SecurityModuleError `not-exportable` */
  exportKey(name: string, exchangeKey: string): string {
    const { type, version, keySerial } = this.#vault.describe(name);
    const { usage, algorithm, modeOfUse, exportability } = KEY_TYPES[type];
    if (exportability === 'N') {
      const message = `key ${name} is for ${KEY_TYPES[type].says} and never leaves`;
      throw new SecurityModuleError({ code: 'not-exportable', key: name, message });
    }
    const optionalBlocks = keySerial === null ? [] : [{ id: 'KS', data: keySerial }];
    const header = {
      ...{ usage, algorithm, modeOfUse, exportability, optionalBlocks },
      version: TRAVEL_VERSION,
      keyVersion: version,
    } as const;
    return this.#vault.use(exchangeKey, 'key-exchange', (protectionKey) =>
      this.#vault.use(name, type, (key) => {
        const random = this.#vault.random(keyBlockRandomBytes(TRAVEL_VERSION, key.length));
        return writeKeyBlock({ protectionKey, header, key, random });
      }),
    );
  }

  /** Puts the key of one name in another's place, in one step on disk: what is under `byName` moves. */
  replaceKey(name: string, byName: string): void {
    this.#vault.replace(name, byName);
  }

  /** Forgets a key; one that is not there is forgotten already. */
  deleteKey(name: string): void {
    this.#vault.delete(name);
  }

  /** A terminal's initial key of a base derivation key (ANSI X9.24-1). @param ksn 10 bytes; the counter is not looked at. */
  deriveTerminalKey(name: string, baseKey: string, ksn: Uint8Array): KeyDescription {
    const key = this.#vault.use(baseKey, 'base-derivation', (bdk) => dukptInitialKey(bdk, ksn));
    return wiped(key, () => this.#vault.add(name, 'terminal-initial', key, { keySerial: toHex(ksn) }));
  }

  /** A card's own key, in the clear: personalisation puts it into the chip. The one key that comes out. */
  deriveCardKey(masterKey: string, pan: Pan, psn: string): Uint8Array {
    return this.#vault.use(masterKey, 'issuer-master', (key) => deriveUdk(key, pan, psn));
  }

  /** ISO 9797-1 algorithm 3, padding method 1, 8 bytes. */
  makeMac(key: string, data: Uint8Array): Uint8Array {
    return this.#vault.use(key, 'mac', (macKey) => retailMac(macKey, data, { padding: 'method-1' }));
  }

  verifyMac(key: string, data: Uint8Array, mac: Uint8Array): boolean {
    return equalSecret(this.makeMac(key, data), mac);
  }

  /** What a PIN pad does: format 0 under a terminal's key of that serial number (DUKPT). */
  encipherPin(key: string, ksn: Uint8Array, pin: string, pan: string): Uint8Array {
    return this.#vault.use(key, 'terminal-initial', (initialKey) => {
      const pinKey = dukptPinKey(initialKey, ksn);
      return forgetful(() =>
        wiped(pinKey, () => encipherPinBlock({ format: 0, key: pinKey }, pin, pan, NO_RANDOM)),
      );
    });
  }

  /** From one key to a zone PIN key; undefined when the block is not one of this card under this key. */
  translatePin(from: ReceivedPin, toZoneKey: string): Uint8Array | undefined {
    return this.#withPin(from, (pin) =>
      this.#vault.use(toZoneKey, 'zone-pin', (key) =>
        encipherPinBlock({ format: 0, key }, pin, from.pan, NO_RANDOM),
      ),
    );
  }

  /** Whether the PIN in the block is the right one; a block that cannot be read is a wrong PIN. */
  verifyPin(received: ReceivedPin, reference: PinReference): boolean {
    const right = this.#withPin(received, (pin) => {
      const { method } = reference;
      const made =
        method === 'visa'
          ? this.#visaValue(reference.key, reference.keyIndex, received.pan, pin)
          : this.#ibmOffset(reference.key, received.pan, pin);
      return equalText(made, method === 'visa' ? reference.value : reference.offset);
    });
    return right ?? false;
  }

  /** PVV of a PIN, four digits (Visa). */
  pinVerificationValue(key: string, keyIndex: string, pan: Pan, pin: string): string {
    return forgetful(() => this.#visaValue(key, keyIndex, pan, pin));
  }

  /** Offset of a PIN (IBM 3624; validation data: the card number's last 12 digits without its check digit, padded with 0). */
  pinOffset(key: string, pan: Pan, pin: string): string {
    return forgetful(() => this.#ibmOffset(key, pan, pin));
  }

  /** Whether the card's cryptogram covers exactly these data. */
  verifyCryptogram(masterKey: string, request: CryptogramRequest): CryptogramVerdict {
    return this.#checkCryptogram(masterKey, request, (result) =>
      result.ok ? { ok: true, atc: result.atc } : { ok: false, reason: result.reason },
    );
  }

  /** Tag 91 for the answer; undefined for a cryptogram that does not verify. */
  answerCryptogram(masterKey: string, request: CryptogramRequest, approved: boolean): Uint8Array | undefined {
    return this.#checkCryptogram(masterKey, request, (result) =>
      result.ok
        ? makeIssuerAuthenticationData(result.profile, result.arpcKey, result.arqc, { approved })
        : undefined,
    );
  }

  /** Three digits over card number, expiry `YYMM` and service code. */
  cardVerificationValue(key: string, pan: Pan, expiry: string, serviceCode: string): string {
    return this.#vault.use(key, 'card-verification', (cvk) =>
      cardVerificationValue(cvk, { pan, expiry, serviceCode }),
    );
  }

  verifyCardValue(key: string, pan: Pan, expiry: string, serviceCode: string, value: string): boolean {
    return equalText(this.cardVerificationValue(key, pan, expiry, serviceCode), value);
  }

  /** How a bank's database knows a card: 64 hexadecimal characters. */
  cardIndex(key: string, pan: Pan): string {
    return this.#vault.use(key, 'card-index', (indexKey) => cardIndex(indexKey, pan));
  }

  #checkCryptogram<T>(
    masterKey: string,
    { pan, psn, tags }: CryptogramRequest,
    judge: (result: OnlineCryptogramResult) => T,
  ): T {
    return this.#vault.use(masterKey, 'issuer-master', (imkAc) => {
      const result = verifyOnlineCryptogram({ imkAc, pan, psn, tags });
      try {
        return judge(result);
      } finally {
        if (result.ok) {
          result.sessionKey.fill(0);
          result.arpcKey.fill(0);
        }
      }
    });
  }

  #visaValue(key: string, keyIndex: string, pan: Pan, pin: string): string {
    return this.#vault.use(key, 'pin-verification-visa', (pvk) =>
      pinVerificationValue(pvk, { keyIndex, pan, pin }),
    );
  }

  #ibmOffset(key: string, pan: Pan, pin: string): string {
    const input = {
      validationData: pan.slice(0, -1).slice(-12),
      pad: '0',
      decimalisationTable: COMMON_DECIMALISATION_TABLE,
    };
    return this.#vault.use(key, 'pin-verification-ibm3624', (pvk) => ibm3624Offset(pvk, input, pin));
  }

  /** The PIN exists in the clear only while `job` runs. Undefined when the block is none of this card under this key. */
  #withPin<T>({ key, ksn, block, pan }: ReceivedPin, job: (pin: string) => T): T | undefined {
    return forgetful(() => {
      const pin = ksn
        ? this.#vault.use(key, 'terminal-initial', (initialKey) => {
            const pinKey = dukptPinKey(initialKey, ksn);
            return wiped(pinKey, () => readPin(pinKey, block, pan));
          })
        : this.#vault.use(key, 'zone-pin', (zoneKey) => readPin(zoneKey, block, pan));
      return pin === undefined ? undefined : job(pin);
    });
  }
}

/** Format 0 is filled with F. */
const NO_RANDOM: Uint8Array = new Uint8Array(0);

function wiped<T>(key: Uint8Array, job: () => T): T {
  try {
    return job();
  } finally {
    key.fill(0);
  }
}

/** JavaScript keeps the last string a regular expression was tried on (`RegExp.input`): here, that could be a PIN. */
function forgetful<T>(job: () => T): T {
  try {
    return job();
  } finally {
    /^/.exec('');
  }
}

function readPin(key: Uint8Array, block: Uint8Array, pan: Pan): string | undefined {
  try {
    return decipherPinBlock({ format: 0, key }, block, pan);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function readForeignBlock(protectionKey: Uint8Array, block: string, exchangeKey: string) {
  try {
    return readKeyBlock(protectionKey, block);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const message = `the key block does not open under ${exchangeKey}: ${error.path} ${error.code}`;
    throw new SecurityModuleError({ code: 'bad-key-block', key: exchangeKey, message }, { cause: error });
  }
}

function equalText(left: string, right: string): boolean {
  return equalSecret(fromLatin1(left), fromLatin1(right));
}
