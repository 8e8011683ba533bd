import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenDatabaseOptions, openDatabase, openReadOnly } from './open-database.ts';
import { StorageError } from './storage-error.ts';

const V1: OpenDatabaseOptions = {
  application: 'ledger',
  schemaVersion: 1,
  migrations: ['CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)'],
};
const V2: OpenDatabaseOptions = {
  ...V1,
  schemaVersion: 2,
  migrations: [...V1.migrations, "ALTER TABLE note ADD COLUMN author TEXT NOT NULL DEFAULT ''"],
};

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-storage-'));
  path = join(directory, 'ledger.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function refusal(action: () => unknown): StorageError {
  try {
    action();
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('openDatabase', () => {
  it.each(['first open', 'second open', 'open after a crash'])('syncs every commit: %s', (when) => {
    if (when !== 'first open') openDatabase(path, V1).close();
    if (when === 'open after a crash') {
      const writer = openDatabase(path, V1);
      writer.exec("INSERT INTO note (body) VALUES ('kept')");
      const crashed = join(directory, 'crashed.db');
      for (const suffix of ['', '-wal']) copyFileSync(path + suffix, crashed + suffix);
      writer.close();
      path = crashed;
    }
    const db = openDatabase(path, V1);
    expect(db.pragma('synchronous', { simple: true })).toBe(2n);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1n);
    if (when === 'open after a crash')
      expect(db.prepare('SELECT body FROM note').pluck().all()).toEqual(['kept']);
    db.close();
  });

  it('shows why synchronous is set on every open: the library itself reopens with less', () => {
    openDatabase(path, V1).close();
    const bare = new Sqlite(path);
    expect(bare.pragma('synchronous', { simple: true })).toBe(1);
    bare.close();
  });

  it('opens in memory and returns integers as bigint', () => {
    const db = openDatabase(':memory:', V1);
    expect(db.prepare('SELECT 9007199254740993 AS n').get()).toEqual({ n: 9007199254740993n });
    db.close();
  });

  it('creates the file for its owner alone', () => {
    const db = openDatabase(path, V1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    db.close();
  });

  it('migrates what an older program wrote and keeps the rows', () => {
    const old = openDatabase(path, V1);
    old.exec("INSERT INTO note (body) VALUES ('first')");
    old.close();
    const db = openDatabase(path, V2);
    expect(db.prepare('SELECT body, author FROM note').all()).toEqual([{ body: 'first', author: '' }]);
    expect(db.pragma('user_version', { simple: true })).toBe(2n);
    db.close();
  });

  it('applies all migrations or none', () => {
    const broken = { ...V2, migrations: [V1.migrations[0]!, 'CREATE TABLE other (id); NOT SQL'] };
    expect(() => openDatabase(path, broken)).toThrow('near "NOT": syntax error');
    const db = openDatabase(path, V1);
    expect(db.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['note']);
    db.close();
  });

  it('refuses a file of a newer program and leaves it as it was', () => {
    openDatabase(path, V2).close();
    const before = readFileSync(path);
    const error = refusal(() => openDatabase(path, V1));
    expect(error.code).toBe('newer-version');
    expect(error.message).toBe(
      `${path} was written by a newer Kassa (schema 2, this one knows 1). Use that newer Kassa, or another data directory.`,
    );
    expect(readFileSync(path)).toEqual(before);
  });

  it('refuses a file too old to be brought up to date and leaves it as it was', () => {
    openDatabase(path, V1).close();
    const before = readFileSync(path);
    const options = { ...V2, oldestVersion: 2 };
    for (const open of [openDatabase, openReadOnly]) {
      const error = refusal(() => open(path, options));
      expect(error.code).toBe('older-version');
      expect(error.message).toBe(
        `${path} has schema 1, this Kassa reads 2 and newer. Read it with the Kassa that wrote it, and let this one start on another data directory.`,
      );
    }
    expect(readFileSync(path)).toEqual(before);
    const fresh = join(directory, 'fresh.db');
    openDatabase(fresh, options).close();
    openReadOnly(fresh, options).close();
  });

  it.each([
    [
      'text',
      'this is not a database, whatever its name says\n'.repeat(100),
      'is not a Kassa database (SQLITE_NOTADB)',
    ],
    ['a header and nothing else', 'SQLite format 3\u0000', 'is not a Kassa database (SQLITE_NOTADB)'],
  ])('refuses garbage: %s', (_, content, found) => {
    writeFileSync(path, content);
    const error = refusal(() => openDatabase(path, V1));
    expect(error.code).toBe('not-kassa');
    expect(error.found).toBe(found);
    expect(error.remedy).toBe('Move the file away, or choose another data directory.');
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it("refuses another program's database and does not write into it", () => {
    const foreign = new Sqlite(path);
    foreign.exec('CREATE TABLE bookmarks (url TEXT)');
    foreign.close();
    const before = readFileSync(path);
    const error = refusal(() => openDatabase(path, V1));
    expect(error).toMatchObject({ code: 'not-kassa', path, found: 'is not a Kassa database' });
    expect(readFileSync(path)).toEqual(before);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it("refuses another party's database by name", () => {
    openDatabase(path, { ...V1, application: 'bank' }).close();
    expect(refusal(() => openDatabase(path, V1)).found).toBe('is a Kassa bank file, not a ledger file');
  });

  it('finds torn pages after an unclean end', () => {
    const writer = openDatabase(path, V1);
    const insert = writer.prepare('INSERT INTO note (body) VALUES (?)');
    for (let index = 0; index < 200; index++) insert.run('x'.repeat(500));
    writer.pragma('wal_checkpoint(TRUNCATE)');
    insert.run('the log is not empty');
    const crashed = join(directory, 'crashed.db');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, crashed + suffix);
    writer.close();
    const bytes = readFileSync(crashed);
    bytes.fill(0xa5, 4096 * 5, 4096 * 6);
    writeFileSync(crashed, bytes);
    const error = refusal(() => openDatabase(crashed, V1));
    expect(error.code).toBe('corrupt');
    expect(error.found).toContain('is damaged (');
  });

  it.each([
    [
      'a missing directory',
      () => join(directory, 'missing', 'ledger.db'),
      'could not be read or written (ENOENT)',
    ],
    ['a directory', () => directory, 'could not be read or written (SQLITE_CANTOPEN)'],
  ])('says so of %s', (_, place, found) => {
    const error = refusal(() => openDatabase(place(), V1));
    expect(error).toMatchObject({ code: 'io', path: place(), found });
  });

  // Root may write anywhere, so the refusal cannot be provoked for it.
  it.skipIf(process.getuid?.() === 0)('says that a directory cannot be written', () => {
    const closed = join(directory, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect(refusal(() => openDatabase(join(closed, 'ledger.db'), V1)).code).toBe('read-only');
  });
});

describe('openReadOnly', () => {
  it('reads beside a writer and cannot write', () => {
    const writer = openDatabase(path, V1);
    writer.exec("INSERT INTO note (body) VALUES ('one')");
    const reader = openReadOnly(path, V1);
    expect(reader.prepare('SELECT body FROM note').pluck().all()).toEqual(['one']);
    writer.exec("INSERT INTO note (body) VALUES ('two')");
    expect(reader.prepare('SELECT body FROM note').pluck().all()).toEqual(['one', 'two']);
    expect(() => reader.exec("INSERT INTO note (body) VALUES ('three')")).toThrow('readonly database');
    reader.close();
    writer.close();
  });

  it('does not create a missing file', () => {
    const error = refusal(() => openReadOnly(path, V1));
    expect(error.message).toBe(
      `${path} does not exist. Check the data directory, or start Kassa once to create it.`,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('does not migrate an older file', () => {
    openDatabase(path, V1).close();
    const error = refusal(() => openReadOnly(path, V2));
    expect(error.code).toBe('older-version');
    expect(error.found).toBe('has schema 1, this Kassa reads 2');
  });
});
