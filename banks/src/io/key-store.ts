import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { withStorageErrors } from '@kassa/storage';
import { type KeyFileSecret, NONCE_BYTES } from '../crypto/key-file-secret.ts';
import type { KeyRecord } from '../security/key-vault.ts';
import { KeyFileError, SECRET_FILE_MODE, syncDirectory } from './key-file.ts';

/** Where one party's key records lie: a file, enciphered with AES-256-GCM under the key file. */
export interface KeyStore {
  /** As they were when the store was opened. */
  readonly records: readonly KeyRecord[];
  /** Replaces them; on disk when it returns, the old or the new whole after a crash. @throws StorageError */
  readonly save: (records: readonly KeyRecord[]) => void;
}

/** First line of the file: format, party, and which key file it needs; bound to the rest. */
interface Header {
  readonly format: 'kassa-keys';
  readonly version: 1;
  readonly party: string;
  readonly keyFile: string;
}

/**
 * Opens a party's key store; one that does not exist is empty, and is made by the first save.
 * @param party the file holds no other's keys: one that was moved is refused.
 * @throws KeyFileError for another key file, another party's store, or a damaged one; StorageError
 */
export function openKeyStore(
  path: string,
  party: string,
  secret: KeyFileSecret,
  random: (count: number) => Uint8Array,
): KeyStore {
  const header: Header = { format: 'kassa-keys', version: 1, party, keyFile: secret.checkValue };
  return {
    records: existsSync(path) ? withStorageErrors(path, () => readStore(path, header, secret)) : [],
    save(records) {
      const first = JSON.stringify(header);
      const nonce = random(NONCE_BYTES);
      const sealed = secret.seal(
        party,
        nonce,
        fromLatin1(first),
        new TextEncoder().encode(JSON.stringify(records)),
      );
      const text = `${first}\n${toHex(nonce)}\n${toHex(sealed)}\n`;
      withStorageErrors(path, () => writeWhole(path, text));
    },
  };
}

function readStore(path: string, expected: Header, secret: KeyFileSecret): readonly KeyRecord[] {
  const [first = '', nonce = '', sealed = ''] = readFileSync(path, 'latin1').split('\n');
  const header = parseHeader(path, first);
  if (header.keyFile !== expected.keyFile) {
    const found = `was made with another key file (${header.keyFile}, this one is ${expected.keyFile})`;
    throw new KeyFileError({ path, found, remedy: 'name the right one with --key-file' });
  }
  if (header.party !== expected.party) {
    const found = `holds the keys of ${header.party}, not of ${expected.party}`;
    throw new KeyFileError({ path, found, remedy: 'put every file back under its own name' });
  }
  const plain =
    isHex(nonce) &&
    isHex(sealed) &&
    secret.open(expected.party, fromHex(nonce), fromLatin1(first), fromHex(sealed));
  if (!plain) throw damaged(path);
  return JSON.parse(new TextDecoder().decode(plain)) as readonly KeyRecord[];
}

function parseHeader(path: string, line: string): Header {
  const match =
    /^\{"format":"kassa-keys","version":1,"party":"([a-z0-9-]+)","keyFile":"([0-9A-F]{8})"\}$/.exec(line);
  const [, party, keyFile] = match ?? [];
  if (party === undefined || keyFile === undefined) throw damaged(path);
  return { format: 'kassa-keys', version: 1, party, keyFile };
}

function isHex(text: string): boolean {
  return /^([0-9A-F]{2})+$/.test(text);
}

function damaged(path: string): KeyFileError {
  const remedy = 'restore the last backup of the data directory';
  return new KeyFileError({ path, found: 'is damaged or was changed', remedy });
}

/** Written beside it, then put in its place. */
function writeWhole(path: string, text: string): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', SECRET_FILE_MODE);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncDirectory(dirname(path));
}
