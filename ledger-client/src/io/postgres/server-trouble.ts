import { StorageError, type StorageErrorCode } from '@kassa/storage';
import pg from 'pg';
import { SessionLost } from './session.ts';

/** SQLSTATE of an error of the server (PostgreSQL 15 manual, appendix A); empty for any other error. */
export function codeOf(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : '';
}

/** Nothing was done because of others at the same time: the same again will go through. */
const RETRYABLE = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock not available
]);

export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(codeOf(error));
}

interface Trouble {
  readonly code: StorageErrorCode;
  readonly found: string;
  readonly remedy: string;
}

/** By the beginning of the SQLSTATE; the first that fits. */
const TROUBLES: readonly (readonly [prefix: string, trouble: Trouble])[] = [
  [
    '25006',
    {
      code: 'read-only',
      found: 'takes no writes: it is a standby or set to read only',
      remedy: 'Name the primary server.',
    },
  ],
  [
    '42501',
    {
      code: 'read-only',
      found: 'denies this user the ledger’s tables',
      remedy: 'Let this user create schemas in the database, or give it the tables.',
    },
  ],
  [
    '53100',
    {
      code: 'full',
      found: 'is on a full disk',
      remedy: 'Free some space; nothing acknowledged is lost.',
    },
  ],
  [
    '53',
    {
      code: 'overloaded',
      found: 'is out of connections or memory',
      remedy: 'Raise the server’s limits, or wait; nothing of this was kept.',
    },
  ],
  [
    '57014',
    {
      code: 'overloaded',
      found: 'took too long over a statement and gave it up',
      remedy: 'Look for what holds its locks, or wait; nothing of this was kept.',
    },
  ],
  [
    '58',
    {
      code: 'io',
      found: 'could not read or write its files',
      remedy: 'Check the server’s disk and log.',
    },
  ],
  [
    'XX',
    {
      code: 'corrupt',
      found: 'found damaged data',
      remedy: 'Check the server’s log, and restore the last backup.',
    },
  ],
  [
    '23',
    {
      code: 'corrupt',
      found: 'holds rows that contradict the journal',
      remedy: 'Run the audit on it, and restore the last backup.',
    },
  ],
];

/** The StorageError that an error of the server stands for; a wrong statement is a bug and stays as it is. */
export function troubleOf(error: unknown, path: string): unknown {
  const code = codeOf(error);
  const trouble = TROUBLES.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (code === '' || trouble === undefined) return error;
  return new StorageError({ ...trouble, path, found: `${trouble.found} (${code})` }, { cause: error });
}

/** Turns what the server or the connection suffers from into a StorageError. */
export async function withTroubles<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof SessionLost)) throw troubleOf(error, path);
    const remedy = 'Check that the server runs and takes connections from here, then try again.';
    throw new StorageError(
      { code: 'io', path, found: `cannot be reached (${error.message})`, remedy },
      { cause: error },
    );
  }
}
