import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKeyFile,
  KeyFileSecret,
  type KeyStore,
  openKeyStore,
  readKeyFile,
  SecurityModule,
} from '@kassa/banks';
import type { Clock } from '@kassa/primitives';

/** Security modules of every party of a data directory, each with a key store of its own. */
export interface SystemKeys {
  readonly acquirer: SecurityModule;
  bank(id: string): SecurityModule;
  terminal(id: string): SecurityModule;
  /** Parties that have a key store, by the name of their file: `acquirer`, `bank-ID`, `terminal-ID`. */
  parties(): readonly string[];
  party(name: string): SecurityModule;
}

export interface KeyPlace {
  /** Data directory; null keeps everything in memory. */
  readonly directory: string | null;
  /** Null: {@link KEY_FILE} in the data directory. */
  readonly keyFile: string | null;
  readonly clock: Clock;
}

/** Name of the key file where none is named. */
export const KEY_FILE = 'local-master.key';
const STORE = /^(.+)\.keys$/;

/** Bytes from the operating system. */
const random = (count: number): Uint8Array => randomBytes(count);

export function keyFileOf({ directory, keyFile }: KeyPlace): string | null {
  return keyFile ?? (directory === null ? null : join(directory, KEY_FILE));
}

/** Whether there are keys already. */
export function hasKeys({ directory }: Pick<KeyPlace, 'directory'>): boolean {
  return storesIn(directory).length > 0;
}

/**
 * Opens the keys of a data directory. A directory without any gets a new key file, unless there is one.
 * @throws KeyFileError, StorageError
 */
export function openSystemKeys(place: KeyPlace): SystemKeys {
  const secret = openSecret(place);
  const modules = new Map<string, SecurityModule>();
  const party = (name: string): SecurityModule => {
    const module = modules.get(name) ?? openModule(place, name, secret);
    modules.set(name, module);
    return module;
  };
  return {
    acquirer: party('acquirer'),
    bank: (id) => party(`bank-${id}`),
    terminal: (id) => party(`terminal-${id}`),
    parties: () => storesIn(place.directory),
    party,
  };
}

function openSecret(place: KeyPlace): KeyFileSecret {
  const path = keyFileOf(place);
  if (path === null) return new KeyFileSecret(random(32));
  if (hasKeys(place) || existsSync(path)) return readKeyFile(path);
  if (place.directory !== null) mkdirSync(place.directory, { recursive: true, mode: 0o700 });
  return createKeyFile(path, random);
}

function openModule({ directory, clock }: KeyPlace, name: string, secret: KeyFileSecret): SecurityModule {
  const store: KeyStore =
    directory === null
      ? { records: [], save: () => undefined }
      : openKeyStore(join(directory, `${name}.keys`), name, secret, random);
  return new SecurityModule({ localMasterKey: secret.localMasterKey(name), ...store, random, clock });
}

function storesIn(directory: string | null): string[] {
  if (directory === null || !existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((file) => STORE.exec(file)?.[1] ?? [])
    .sort();
}
