import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { LOCK_PID_DIGITS_MAX } from '../limits.ts';
import { keptHandle } from './keep-native-objects.ts';
import { StorageError, withStorageErrors } from './storage-error.ts';

/** A data directory held by this process. */
export interface DirectoryLock {
  /** Gives the directory up; a second call does nothing. */
  release(): void;
}

/**
 * Makes this process the only writer of a data directory, creating it for its owner alone (0700) when missing. The
 * operating system drops the lock when the process ends in any way, so a stale one cannot remain.
 * @throws StorageError `locked` naming the holder's process id, `read-only`, `full` or `io`.
 */
export function lockDirectory(directory: string): DirectoryLock {
  return withStorageErrors(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const pidPath = join(directory, 'lock.pid');
    // An empty SQLite file under BEGIN EXCLUSIVE: a POSIX lock on every platform, without a native package of its own.
    const db = keptHandle(new Sqlite(join(directory, 'lock.db'), { timeout: 0 }));
    try {
      db.exec('BEGIN EXCLUSIVE');
      writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 });
    } catch (error) {
      db.close();
      throw isBusy(error) ? lockedError(directory, pidPath, error) : error;
    }
    return {
      release: () => {
        if (!db.open) return;
        // While still locked, so that the next holder's id is never removed.
        rmSync(pidPath, { force: true });
        db.close();
      },
    };
  });
}

function lockedError(directory: string, pidPath: string, cause: unknown): StorageError {
  const pid = readPid(pidPath);
  return new StorageError(
    {
      code: 'locked',
      path: directory,
      found: pid === undefined ? 'is in use by another process' : `is in use by process ${pid}`,
      remedy:
        pid === undefined
          ? 'Stop that process, or choose another data directory.'
          : `Stop it (kill ${pid}), or choose another data directory.`,
    },
    { cause },
  );
}

/** The holder writes its id just after taking the lock, so for a moment there may be none. */
function readPid(pidPath: string): string | undefined {
  try {
    const text = readFileSync(pidPath, 'utf8').trim();
    return /^\d+$/.test(text) && text.length <= LOCK_PID_DIGITS_MAX ? text : undefined;
  } catch {
    return undefined;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
