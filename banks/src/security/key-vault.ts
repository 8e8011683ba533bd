import {
  type KeyBlockHeader,
  keyBlockRandomBytes,
  keyCheckValue,
  readKeyBlock,
  writeKeyBlock,
} from '@kassa/emv';
import { assert, type Clock, calendarParts, ProtocolError, toHex } from '@kassa/primitives';
import { indexKeyCheckValue } from '../crypto/card-index.ts';
import { KEY_TYPES, type KeyType, keyTypeOf } from './key-types.ts';
import { SecurityModuleError } from './security-module-error.ts';

/** A key as it may be stored: its name, and its TR-31 block under the local master key. */
export interface KeyRecord {
  readonly name: string;
  readonly block: string;
}

/** What may be told of a key. */
export interface KeyDescription {
  readonly name: string;
  readonly type: KeyType;
  /** Key block usage, two characters (ANSI X9.143-2022). */
  readonly usage: string;
  /** Two characters; `00` where versions are not used. */
  readonly version: string;
  /** Six hexadecimal digits. */
  readonly checkValue: string;
  /** Serial number the key was injected with, 20 hexadecimal digits; terminals' initial keys only. */
  readonly keySerial: string | null;
  readonly createdMs: number;
}

export interface KeyVaultPorts {
  /** Local master key: key block protection key of AES, 32 bytes. The vault keeps a copy of its own. */
  readonly localMasterKey: Uint8Array;
  readonly records: readonly KeyRecord[];
  /** Puts all records where a restart finds them, before it returns. */
  readonly save: (records: readonly KeyRecord[]) => void;
  readonly random: (count: number) => Uint8Array;
  readonly clock: Clock;
}

/** What goes into a key block beside the key. */
export interface KeyAttributes {
  readonly version?: string;
  readonly keySerial?: string;
}

/** X9.143-2022: AES protects what stays here; TDES key-exchange keys what travels. */
const LOCAL_VERSION = 'D';
const LOCAL_MASTER_KEY_BYTES = 32;
/** Optional blocks (X9.143-2022): label, key set identifier, time of creation. */
const LABEL = 'LB';
const KEY_SET = 'KS';
const CREATED = 'TC';

/**
 * Keys of one party, each a TR-31 block under the local master key. A key is in the clear only while {@link use} runs, and
 * its bytes are overwritten afterwards. The label in the block binds it to its name: records cannot be exchanged.
 */
export class KeyVault {
  readonly #localMasterKey: Uint8Array;
  readonly #blocks: Map<string, string>;
  readonly #ports: Pick<KeyVaultPorts, 'save' | 'random' | 'clock'>;

  constructor({ localMasterKey, records, save, random, clock }: KeyVaultPorts) {
    assert(localMasterKey.length === LOCAL_MASTER_KEY_BYTES, 'a local master key is 32 bytes');
    this.#localMasterKey = Uint8Array.from(localMasterKey);
    this.#blocks = new Map(records.map(({ name, block }) => [name, block]));
    this.#ports = { save, random, clock };
  }

  get names(): readonly string[] {
    return [...this.#blocks.keys()];
  }

  has(name: string): boolean {
    return this.#blocks.has(name);
  }

  /** @throws SecurityModuleError `unknown-key`, `bad-key-block` */
  describe(name: string): KeyDescription {
    const { header, key } = this.#open(name);
    const type = keyTypeOf(header);
    assert(type !== undefined, `key ${name} is of a type this version knows`);
    const option = (id: string) => header.optionalBlocks.find((block) => block.id === id)?.data;
    const checkValue = checkValueOf(type, key);
    key.fill(0);
    return {
      name,
      type,
      usage: header.usage,
      version: header.keyVersion,
      checkValue,
      keySerial: option(KEY_SET) ?? null,
      createdMs: parseGeneralisedTime(option(CREATED) ?? ''),
    };
  }

  /**
   * Gives the key to `job` and overwrites its bytes afterwards. Only a key of that type.
   * @throws SecurityModuleError `unknown-key`, `wrong-usage`, `bad-key-block`
   */
  use<T>(name: string, type: KeyType, job: (key: Uint8Array) => T): T {
    const { header, key } = this.#open(name);
    try {
      this.#checkType(name, header, type);
      return job(key);
    } finally {
      key.fill(0);
    }
  }

  random(count: number): Uint8Array {
    return this.#ports.random(count);
  }

  /** Adds a key and stores it. @throws SecurityModuleError `key-exists` */
  add(name: string, type: KeyType, key: Uint8Array, attributes: KeyAttributes = {}): KeyDescription {
    if (this.has(name)) {
      const message = `there is a key ${name} already: none is overwritten`;
      throw new SecurityModuleError({ code: 'key-exists', key: name, message });
    }
    assert(key.length === KEY_TYPES[type].bytes, `a key of type ${type} is ${KEY_TYPES[type].bytes} bytes`);
    const block = this.#wrap(name, type, key, attributes);
    this.#change((blocks) => blocks.set(name, block));
    return this.describe(name);
  }

  /** Puts one key in another's place, in one step on disk. @throws SecurityModuleError `unknown-key` */
  replace(name: string, byName: string): void {
    const { type, keySerial, version } = this.describe(byName);
    const attributes = { version, ...(keySerial === null ? {} : { keySerial }) };
    const block = this.use(byName, type, (key) => this.#wrap(name, type, key, attributes));
    this.#change((blocks) => {
      blocks.delete(byName);
      blocks.set(name, block);
    });
  }

  delete(name: string): void {
    if (this.has(name)) this.#change((blocks) => blocks.delete(name));
  }

  /** In memory only once it is on disk. */
  #change(edit: (blocks: Map<string, string>) => void): void {
    const next = new Map(this.#blocks);
    edit(next);
    this.#ports.save([...next].map(([name, block]) => ({ name, block })));
    edit(this.#blocks);
  }

  #wrap(name: string, type: KeyType, key: Uint8Array, { version, keySerial }: KeyAttributes): string {
    const { usage, algorithm, modeOfUse, exportability } = KEY_TYPES[type];
    const optionalBlocks = [
      { id: LABEL, data: name },
      { id: CREATED, data: generalisedTime(this.#ports.clock()) },
      ...(keySerial === undefined ? [] : [{ id: KEY_SET, data: keySerial }]),
    ];
    return writeKeyBlock({
      protectionKey: this.#localMasterKey,
      header: {
        version: LOCAL_VERSION,
        usage,
        algorithm,
        modeOfUse,
        keyVersion: version ?? '00',
        exportability,
        optionalBlocks,
      },
      key,
      random: this.random(keyBlockRandomBytes(LOCAL_VERSION, key.length)),
    });
  }

  #open(name: string): { readonly header: KeyBlockHeader; readonly key: Uint8Array } {
    const block = this.#blocks.get(name);
    if (block === undefined)
      throw new SecurityModuleError({ code: 'unknown-key', key: name, message: `there is no key ${name}` });
    try {
      const { header, key } = readKeyBlock(this.#localMasterKey, block);
      if (header.optionalBlocks.find(({ id }) => id === LABEL)?.data === name) return { header, key };
      key.fill(0);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const message = `key ${name} does not open under this local master key: another key file, or a damaged record`;
      throw new SecurityModuleError({ code: 'bad-key-block', key: name, message }, { cause: error });
    }
    throw new SecurityModuleError({
      code: 'bad-key-block',
      key: name,
      message: `the record of key ${name} holds another key`,
    });
  }

  #checkType(name: string, header: KeyBlockHeader, wanted: KeyType): void {
    const type = keyTypeOf(header);
    if (type === wanted) return;
    const is = type === undefined ? 'something else' : KEY_TYPES[type].says;
    const message = `key ${name} is for ${is} (${header.usage}), not for ${KEY_TYPES[wanted].says} (${KEY_TYPES[wanted].usage})`;
    throw new SecurityModuleError({ code: 'wrong-usage', key: name, message });
  }
}

/** An HMAC key has no cipher to encipher zeros with: its HMAC of nothing stands in. */
function checkValueOf(type: KeyType, key: Uint8Array): string {
  return KEY_TYPES[type].algorithm === 'H' ? indexKeyCheckValue(key) : toHex(keyCheckValue(key));
}

/** GeneralizedTime of X.680, UTC, to the second: `20261124021500Z`. */
function generalisedTime(nowMs: number): string {
  const { year, month, day, hour, minute, second } = calendarParts(nowMs, 0);
  return `${year}${month}${day}${hour}${minute}${second}Z`;
}

function parseGeneralisedTime(text: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}
