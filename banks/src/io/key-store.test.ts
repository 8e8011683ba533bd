import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { SecurityModule } from '../security/security-module.ts';
import { createKeyFile, KeyFileError, readKeyFile } from './key-file.ts';
import { openKeyStore } from './key-store.ts';

let directory: string;
let keyFile: string;
let store: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-keys-'));
  keyFile = join(directory, 'local-master.key');
  store = join(directory, 'bank-test.keys');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const random = (count: number): Uint8Array => randomBytes(count);

/** A module of a party on this directory's files, as a new process opens it. */
function openModule(party = 'bank-test', path = store, file = keyFile): SecurityModule {
  const secret = readKeyFile(file);
  return new SecurityModule({
    localMasterKey: secret.localMasterKey(party),
    ...openKeyStore(path, party, secret, random),
    random,
    clock: () => 0,
  });
}

const messageOf = (job: () => unknown): string => {
  try {
    job();
  } catch (error) {
    if (error instanceof KeyFileError) return error.message.replaceAll(directory, '');
    throw error;
  }
  return 'nothing was wrong';
};

describe('a key file', () => {
  it('is made of 32 random bytes, for its owner alone, once', () => {
    const made = createKeyFile(keyFile, random);
    expect([statSync(keyFile).size, modeOf(keyFile)]).toEqual([32, '600']);
    expect(readKeyFile(keyFile).checkValue).toBe(made.checkValue);
    expect(made.checkValue).toMatch(/^[0-9A-F]{8}$/);
    const before = readFileSync(keyFile);
    expect(messageOf(() => createKeyFile(keyFile, random))).toBe(
      '/local-master.key exists.\nRemedy: keep it, or name another key file: none is ever overwritten',
    );
    expect(readFileSync(keyFile)).toEqual(before);
  });

  test.each([0o644, 0o640, 0o604, 0o601, 0o620])('is refused with mode %o', (mode) => {
    createKeyFile(keyFile, random);
    chmodSync(keyFile, mode);
    expect(messageOf(() => readKeyFile(keyFile))).toBe(
      `/local-master.key can be read by others (mode 0${mode.toString(8)}): what it protects is not protected.\nRemedy: chmod 600 /local-master.key; if others had access to it, make new keys`,
    );
    chmodSync(keyFile, 0o400);
    expect(readKeyFile(keyFile).checkValue).toMatch(/^[0-9A-F]{8}$/);
  });

  it('is refused when it is missing, of another length, or a directory', () => {
    expect(messageOf(() => readKeyFile(keyFile))).toBe(
      '/local-master.key is missing.\nRemedy: put the key file back, or name it with --key-file; without it the keys cannot be opened',
    );
    for (const length of [0, 31, 33]) {
      writeFileSync(keyFile, new Uint8Array(length), { mode: 0o600 });
      expect(messageOf(() => readKeyFile(keyFile))).toBe(
        '/local-master.key is not a key file of 32 bytes.\nRemedy: name the right one with --key-file',
      );
    }
    mkdirSync(join(directory, 'other'), { mode: 0o700 });
    expect(messageOf(() => readKeyFile(join(directory, 'other')))).toContain('is not a key file');
  });

  it('gives each party a local master key of its own', () => {
    const secret = createKeyFile(keyFile, random);
    const keys = ['bank-test', 'bank-tes', 'acquirer'].map((party) => toHex(secret.localMasterKey(party)));
    expect(new Set(keys).size).toBe(3);
    expect(JSON.stringify(secret)).toBe(`{"checkValue":"${secret.checkValue}"}`);
  });
});

describe('a key store', () => {
  beforeEach(() => {
    createKeyFile(keyFile, random);
    openModule().generateKey('mac', 'mac');
  });

  it('holds the keys for the next process, enciphered, for its owner alone', () => {
    const text = readFileSync(store, 'latin1');
    expect(modeOf(store)).toBe('600');
    expect(text).toMatch(
      /^\{"format":"kassa-keys","version":1,"party":"bank-test","keyFile":"[0-9A-F]{8}"\}\n[0-9A-F]{24}\n[0-9A-F]+\n$/,
    );
    expect(openModule().has('mac')).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['bank-test.keys', 'local-master.key']);
    // Neither the names nor the blocks: not even what keys there are.
    expect(Buffer.from(text.split('\n')[2] ?? '', 'hex').toString('latin1')).not.toContain('mac');
  });

  it('never uses a nonce twice', () => {
    const nonces = new Set<string>();
    for (let count = 0; count < 5; count++) {
      openModule().generateKey(`key-${count}`, 'mac');
      nonces.add(readFileSync(store, 'latin1').split('\n')[1] ?? '');
    }
    expect(nonces.size).toBe(5);
  });

  it('is refused with any character changed, and left as it is', () => {
    const text = readFileSync(store, 'latin1');
    for (let at = 0; at < text.length; at++) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      writeFileSync(store, changed, 'latin1');
      const message = messageOf(() => openModule());
      if (at === text.length - 1) continue;
      expect(message, `character ${at}`).toMatch(
        /is damaged or was changed|was made with another key file|holds the keys of/,
      );
    }
    for (const length of [0, 1, 60, text.length - 3]) {
      writeFileSync(store, text.slice(0, length), 'latin1');
      expect(
        messageOf(() => openModule()),
        `${length} characters`,
      ).toBe(
        '/bank-test.keys is damaged or was changed.\nRemedy: restore the last backup of the data directory',
      );
    }
    expect(readFileSync(store, 'latin1')).toBe(text.slice(0, -3));
  });

  it('is refused with another key file, by its name', () => {
    const other = join(directory, 'other.key');
    const { checkValue } = createKeyFile(other, random);
    const mine = readKeyFile(keyFile).checkValue;
    expect(messageOf(() => openModule('bank-test', store, other))).toBe(
      `/bank-test.keys was made with another key file (${mine}, this one is ${checkValue}).\nRemedy: name the right one with --key-file`,
    );
  });

  it("is not taken for another party's", () => {
    expect(messageOf(() => openModule('acquirer'))).toBe(
      '/bank-test.keys holds the keys of bank-test, not of acquirer.\nRemedy: put every file back under its own name',
    );
    const forged = readFileSync(store, 'latin1').replace('bank-test', 'acquirer');
    writeFileSync(store, forged, 'latin1');
    expect(messageOf(() => openModule('acquirer'))).toContain('is damaged or was changed');
  });

  it('is the old one whole when the new one was not finished', () => {
    writeFileSync(`${store}.new`, 'half of a');
    expect(openModule().has('mac')).toBe(true);
    openModule().generateKey('second', 'mac');
    expect(openModule().list()).toHaveLength(2);
    expect(existsSync(`${store}.new`)).toBe(false);
  });
});
