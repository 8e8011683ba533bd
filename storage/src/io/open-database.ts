import { accessSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { assert } from '@kassa/primitives';
import Sqlite from 'better-sqlite3';
import { BUSY_TIMEOUT_MS, WAL_CHECKPOINT_PAGES } from '../limits.ts';
import { keptHandle } from './keep-native-objects.ts';
import { StorageError, withStorageErrors } from './storage-error.ts';

/** A SQLite handle whose integers are bigint. */
export type Database = Sqlite.Database;

/** A prepared statement of a {@link Database}. */
export type Statement<Parameters extends unknown[] = unknown[], Row = unknown> = Sqlite.Statement<
  Parameters,
  Row
>;

/**
 * `application_id` of each party's file (sqlite.org/fileformat.html, 1.3.13): four ASCII letters, `Ks` and the party,
 * so that `file` and a wrong `--data` can tell them apart.
 */
const APPLICATION_IDS = {
  ledger: 0x4b734c67, // KsLg
  bank: 0x4b73426b, // KsBk
  acquirer: 0x4b734163, // KsAc
  terminal: 0x4b73546d, // KsTm
  events: 0x4b734576, // KsEv
  cards: 0x4b734364, // KsCd
  serials: 0x4b734b73, // KsKs
} as const;

/** Whose file it is. */
export type Application = keyof typeof APPLICATION_IDS;

export interface OpenDatabaseOptions {
  readonly application: Application;
  /** The newest schema this program knows: the number of migrations. */
  readonly schemaVersion: number;
  /** The oldest schema that can still be brought up to date; older files are refused as they are. Default 1. */
  readonly oldestVersion?: number;
  /** This process has the file open already, so a log beside it is no sign of an unclean end. Default false. */
  readonly isOpenHere?: boolean;
  /** SQL that leads from version `index` to `index + 1`. Never edited once released, only added to. */
  readonly migrations: readonly string[];
}

export type OpenReadOnlyOptions = Pick<
  OpenDatabaseOptions,
  'application' | 'schemaVersion' | 'oldestVersion'
>;

const MEMORY = ':memory:';

/**
 * Opens a party's database for writing, creating and migrating it as needed. Every COMMIT on the handle is on disk
 * before it returns. A file that is not ours is left as it was.
 * @throws StorageError `not-kassa`, `newer-version`, `older-version`, `corrupt`, `locked`, `read-only`, `full` or `io`.
 */
export function openDatabase(path: string, options: OpenDatabaseOptions): Database {
  assert(options.migrations.length === options.schemaVersion, 'one migration leads to each schema version');
  return withStorageErrors(path, () => {
    const uncleanClose = path !== MEMORY && createOrInspect(path);
    const db = keptHandle(new Sqlite(path, { timeout: BUSY_TIMEOUT_MS }));
    try {
      db.defaultSafeIntegers(true);
      // Before the first write: setting the journal mode would change a file that is not ours.
      const version = checkIdentity(db, path, options);
      makeDurable(db, path);
      if (uncleanClose && !options.isOpenHere) checkPages(db, path);
      if (version < options.schemaVersion) migrate(db, path, options);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Opens a party's database for reading, also beside a running writer: each statement, or each transaction, sees one
 * committed state. Nothing is migrated.
 * @throws StorageError as {@link openDatabase}, and `older-version` when only a writer could bring it up to date.
 */
export function openReadOnly(path: string, options: OpenReadOnlyOptions): Database {
  return withStorageErrors(path, () => {
    if (!existsSync(path)) {
      throw new StorageError({
        code: 'io',
        path,
        found: 'does not exist',
        remedy: 'Check the data directory, or start Kassa once to create it.',
      });
    }
    const db = keptHandle(
      new Sqlite(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS }),
    );
    try {
      db.defaultSafeIntegers(true);
      const version = checkIdentity(db, path, options);
      if (version < options.schemaVersion) {
        throw new StorageError({
          code: 'older-version',
          path,
          found: `has schema ${version}, this Kassa reads ${options.schemaVersion}`,
          remedy:
            'Start this Kassa on it once to bring it up to date, or read it with the one that wrote it.',
        });
      }
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Creates the file readable by its owner alone (SQLite gives its `-wal` and `-shm` the same mode) and tells whether
 * an earlier process left a write-ahead log behind. The existing file is never opened here: closing any descriptor of it
 * would drop every POSIX lock this process holds on it (sqlite.org/howtocorrupt.html, 2.2).
 */
function createOrInspect(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return false;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  // SQLite would only say that it cannot open the log it keeps beside the file.
  accessSync(dirname(path), constants.W_OK);
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  return log !== undefined && log.size > 0;
}

/** The schema version of a file that is ours, 0 for a new one. */
function checkIdentity(db: Database, path: string, options: OpenReadOnlyOptions): number {
  const applicationId = readPragma(db, 'application_id');
  const version = readPragma(db, 'user_version');
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (applicationId === 0 && version === 0 && isEmpty) return 0;
  if (applicationId !== APPLICATION_IDS[options.application]) {
    const owner = Object.entries(APPLICATION_IDS).find(([, id]) => id === applicationId)?.[0];
    throw new StorageError({
      code: 'not-kassa',
      path,
      found: owner
        ? `is a Kassa ${owner} file, not a ${options.application} file`
        : 'is not a Kassa database',
      remedy: 'Move the file away, or choose another data directory.',
    });
  }
  if (version > options.schemaVersion) {
    throw new StorageError({
      code: 'newer-version',
      path,
      found: `was written by a newer Kassa (schema ${version}, this one knows ${options.schemaVersion})`,
      remedy: 'Use that newer Kassa, or another data directory.',
    });
  }
  const { oldestVersion = 1 } = options;
  if (version < oldestVersion) {
    throw new StorageError({
      code: 'older-version',
      path,
      found: `has schema ${version}, this Kassa reads ${oldestVersion} and newer`,
      remedy: 'Read it with the Kassa that wrote it, and let this one start on another data directory.',
    });
  }
  return version;
}

function makeDurable(db: Database, path: string): void {
  const journalMode = db.pragma('journal_mode = WAL', { simple: true });
  assert(
    journalMode === 'wal' || (path === MEMORY && journalMode === 'memory'),
    `journal_mode is ${String(journalMode)}`,
  );
  // Set on every open: the library is compiled to fall back to NORMAL when it reopens a WAL database, and then a
  // power cut would take acknowledged commits with it.
  db.pragma('synchronous = FULL');
  assert(readPragma(db, 'synchronous') === 2, 'synchronous is not FULL');
  db.pragma('foreign_keys = ON');
  db.pragma(`wal_autocheckpoint = ${WAL_CHECKPOINT_PAGES}`);
}

/** Only after an unclean end, when pages may be torn; the books themselves are for the audit to check. */
function checkPages(db: Database, path: string): void {
  const verdict = db.pragma('quick_check(1)', { simple: true });
  if (verdict === 'ok') return;
  throw new StorageError({
    code: 'corrupt',
    path,
    found: `is damaged (${String(verdict).slice(0, 200)})`,
    remedy: 'Keep a copy of it for analysis, restore the last backup, and run the audit on the result.',
  });
}

function migrate(db: Database, path: string, options: OpenDatabaseOptions): void {
  const run = db.transaction(() => {
    // Read again under the write lock: another process may have migrated in between.
    const version = checkIdentity(db, path, options);
    for (const sql of options.migrations.slice(version)) db.exec(sql);
    db.pragma(`application_id = ${APPLICATION_IDS[options.application]}`);
    db.pragma(`user_version = ${options.schemaVersion}`);
  });
  run.immediate();
}

function readPragma(db: Database, name: string): number {
  return Number(db.pragma(name, { simple: true }));
}
