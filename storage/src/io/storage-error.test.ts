import { describe, expect, it } from 'vitest';
import { StorageError, storageErrorOf, withStorageErrors } from './storage-error.ts';

const coded = (code: string): Error => Object.assign(new Error('as the library words it'), { code });

describe('storageErrorOf', () => {
  it.each([
    ['SQLITE_BUSY_SNAPSHOT', 'locked'],
    ['SQLITE_READONLY_DIRECTORY', 'read-only'],
    ['EACCES', 'read-only'],
    ['SQLITE_FULL', 'full'],
    ['ENOSPC', 'full'],
    ['SQLITE_CORRUPT_INDEX', 'corrupt'],
    ['SQLITE_NOTADB', 'not-kassa'],
    ['SQLITE_IOERR_FSYNC', 'io'],
    ['ENOENT', 'io'],
  ])('takes %s for %s', (found, code) => {
    const cause = coded(found);
    const error = storageErrorOf(cause, '/data/ledger.db');
    expect(error).toMatchObject({ code, path: '/data/ledger.db', cause });
    expect(error?.message).toContain(`(${found})`);
    expect(error?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    coded('SQLITE_CONSTRAINT_UNIQUE'),
    coded('SQLITE_ERROR'),
    new Error('no code'),
    'a string',
    undefined,
  ])('leaves a bug of the caller as it is: %s', (error) => {
    expect(storageErrorOf(error, '/data/ledger.db')).toBeUndefined();
  });

  it('says where, what and what to do in one message', () => {
    expect(() =>
      withStorageErrors('/data', () => {
        throw coded('EROFS');
      }),
    ).toThrow(
      new StorageError({
        code: 'read-only',
        path: '/data',
        found: 'cannot be written (EROFS)',
        remedy: 'Give this user write permission to the file and its directory, or choose another directory.',
      }),
    );
  });

  it('keeps a StorageError that already says more', () => {
    const error = new StorageError({ code: 'locked', path: '/data', found: 'is in use', remedy: 'Stop it.' });
    expect(storageErrorOf(error, '/elsewhere')).toBe(error);
  });
});
