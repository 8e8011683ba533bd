import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { withStorageErrors } from '@kassa/storage';
import { KeyFileSecret } from '../crypto/key-file-secret.ts';

/** What is wrong with a key file or a key store: where, what, and what to do. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly path: string;

  constructor(trouble: { path: string; found: string; remedy: string }, options?: ErrorOptions) {
    super(`${trouble.path} ${trouble.found}.\nRemedy: ${trouble.remedy}`, options);
    this.path = trouble.path;
  }
}

const SECRET_BYTES = 32;
/** Group and others. */
const OTHERS = 0o077;
const MODE_BITS = 0o777;
export const SECRET_FILE_MODE = 0o600;

/** Makes a key file of random bytes for its owner alone. @throws KeyFileError when there is one; StorageError */
export function createKeyFile(path: string, random: (count: number) => Uint8Array): KeyFileSecret {
  return withStorageErrors(path, () => {
    const secret = random(SECRET_BYTES);
    const file = openNew(path);
    try {
      writeSync(file, secret);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncDirectory(dirname(path));
    const made = new KeyFileSecret(secret);
    secret.fill(0);
    return made;
  });
}

/**
 * Reads a key file. The bytes are never made into text.
 * @throws KeyFileError when there is none, others can read it, or it is something else; StorageError
 */
export function readKeyFile(path: string): KeyFileSecret {
  return withStorageErrors(path, () => {
    const file = openExisting(path);
    // One byte more than there may be, to see that there is none.
    const bytes = new Uint8Array(SECRET_BYTES + 1);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) throw notAKeyFile(path);
      if ((status.mode & OTHERS) !== 0) {
        const mode = (status.mode & MODE_BITS).toString(8).padStart(4, '0');
        const found = `can be read by others (mode ${mode}): what it protects is not protected`;
        const remedy = `chmod 600 ${path}; if others had access to it, make new keys`;
        throw new KeyFileError({ path, found, remedy });
      }
      if (readSync(file, bytes) !== SECRET_BYTES) throw notAKeyFile(path);
    } finally {
      closeSync(file);
    }
    const secret = new KeyFileSecret(bytes.subarray(0, SECRET_BYTES));
    bytes.fill(0);
    return secret;
  });
}

/** Puts a new name in a directory onto the disk. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', SECRET_FILE_MODE);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const remedy = 'keep it, or name another key file: none is ever overwritten';
    throw new KeyFileError({ path, found: 'exists', remedy }, { cause: error });
  }
}

function openExisting(path: string): number {
  try {
    // Not blocked by a pipe of that name.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const remedy = 'put the key file back, or name it with --key-file; without it the keys cannot be opened';
    throw new KeyFileError({ path, found: 'is missing', remedy }, { cause: error });
  }
}

function notAKeyFile(path: string): KeyFileError {
  const found = `is not a key file of ${SECRET_BYTES} bytes`;
  return new KeyFileError({ path, found, remedy: 'name the right one with --key-file' });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
