import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GROUP_COMMIT_BATCH_MAX } from '../limits.ts';
import { createGroupCommit } from './group-commit.ts';
import { type Database, openDatabase } from './open-database.ts';
import { StorageError } from './storage-error.ts';

let directory: string;
let db: Database;
let other: Database;
const OPTIONS = {
  application: 'ledger',
  schemaVersion: 1,
  migrations: ['CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE)'],
} as const;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-group-'));
  db = openDatabase(join(directory, 'ledger.db'), OPTIONS);
  other = openDatabase(join(directory, 'ledger.db'), OPTIONS);
});
afterEach(() => {
  db.close();
  other.close();
  rmSync(directory, { recursive: true, force: true });
});

const insert = (body: string): bigint =>
  BigInt(db.prepare('INSERT INTO note (body) VALUES (?)').run(body).lastInsertRowid);
/** What another connection sees: only what is committed. */
const committed = (): unknown[] => other.prepare('SELECT body FROM note ORDER BY id').pluck().all();
const code = (reason: unknown): string =>
  reason instanceof StorageError ? reason.code : 'not a StorageError';

describe('createGroupCommit', () => {
  it('runs the jobs of one turn in order inside one transaction and answers after COMMIT', async () => {
    let commits = 0;
    const group = createGroupCommit(db, { beforeCommit: () => commits++ });
    const answers: string[] = [];
    const jobs = ['a', 'b', 'c'].map(async (body) => {
      const id = await group.run(() => {
        const seen = committed();
        expect(seen).toEqual([]);
        return insert(body);
      });
      answers.push(`${body}${id}`);
      expect(committed()).toEqual(['a', 'b', 'c']);
    });
    expect(group.pending).toBe(3);
    await Promise.all(jobs);
    expect(answers).toEqual(['a1', 'b2', 'c3']);
    expect(commits).toBe(1);
    expect(group.pending).toBe(0);
  });

  it('undoes a failing job alone', async () => {
    const group = createGroupCommit(db);
    const results = await Promise.allSettled([
      group.run(() => insert('a')),
      group.run(() => {
        insert('half done');
        throw new Error('changed my mind');
      }),
      group.run(() => insert('a')),
      group.run(() => insert('b')),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(String((results[1] as PromiseRejectedResult).reason)).toBe('Error: changed my mind');
    expect(String((results[2] as PromiseRejectedResult).reason)).toContain('UNIQUE constraint failed');
    expect(committed()).toEqual(['a', 'b']);
  });

  it('refuses an asynchronous job, whose writes would come after its COMMIT', async () => {
    const group = createGroupCommit(db);
    await expect(group.run(async () => insert('late'))).rejects.toThrow('a group commit job is synchronous');
    expect(committed()).toEqual([]);
  });

  it('refuses more than its queue holds, and takes work again afterwards', async () => {
    const group = createGroupCommit(db, { queueMax: 2 });
    const first = [group.run(() => insert('a')), group.run(() => insert('b'))];
    const reason = await group.run(() => insert('c')).catch((error: unknown) => error);
    expect(code(reason)).toBe('overloaded');
    expect(String(reason)).toContain('already has 2 writes waiting. Send fewer requests at a time');
    await Promise.all(first);
    await group.run(() => insert('d'));
    expect(committed()).toEqual(['a', 'b', 'd']);
  });

  it('splits what exceeds one batch, keeping the order', async () => {
    let commits = 0;
    const group = createGroupCommit(db, { beforeCommit: () => commits++ });
    const bodies = Array.from({ length: GROUP_COMMIT_BATCH_MAX + 1 }, (_, index) => `${index}`);
    await Promise.all(bodies.map((body) => group.run(() => insert(body))));
    expect(committed()).toEqual(bodies);
    expect(commits).toBe(2);
  });

  it('drains what was queued, also by jobs that queue more', async () => {
    const group = createGroupCommit(db);
    await group.drain();
    void group.run(() => insert('a')).then(() => group.run(() => insert('b')));
    await group.drain();
    await group.drain();
    expect(committed()).toEqual(['a', 'b']);
  });

  it('leaves the writing to the end when jobs only read', async () => {
    const bodies: string[] = [];
    const group = createGroupCommit(db, {
      jobsOnlyRead: true,
      beforeCommit: () => {
        for (const body of bodies.splice(0)) insert(body);
      },
    });
    const results = await Promise.allSettled([
      group.run(() => bodies.push('a')),
      group.run(() => {
        throw new Error('changed my mind');
      }),
      group.run(() => bodies.push('b')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(committed()).toEqual(['a', 'b']);
  });

  it('undoes the whole batch when its last writes fail, and goes on', async () => {
    let isBroken = true;
    let rollbacks = 0;
    const group = createGroupCommit(db, {
      beforeCommit: () => {
        if (isBroken) throw new Error('no head');
      },
      afterRollback: () => rollbacks++,
    });
    const results = await Promise.allSettled([group.run(() => insert('a')), group.run(() => insert('b'))]);
    expect(results.map((result) => String((result as PromiseRejectedResult).reason))).toEqual([
      'Error: no head',
      'Error: no head',
    ]);
    expect(rollbacks).toBe(1);
    isBroken = false;
    await group.run(() => insert('c'));
    expect(committed()).toEqual(['c']);
  });

  it('undoes the whole batch on a full disk, and goes on once there is room', async () => {
    const group = createGroupCommit(db);
    const pages = Number(db.pragma('page_count', { simple: true }));
    db.pragma(`max_page_count = ${pages}`);
    const results = await Promise.allSettled([
      group.run(() => insert('a')),
      group.run(() => insert('x'.repeat(100_000))),
      group.run(() => insert('b')),
    ]);
    expect(results.map((result) => code((result as PromiseRejectedResult).reason))).toEqual([
      'full',
      'full',
      'full',
    ]);
    expect(committed()).toEqual([]);
    db.pragma('max_page_count = 1000000');
    await group.run(() => insert('c'));
    expect(committed()).toEqual(['c']);
  });

  it('takes nothing more after a failed COMMIT', async () => {
    db.exec('CREATE TABLE child (parent INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)');
    const group = createGroupCommit(db);
    const results = await Promise.allSettled([
      group.run(() => insert('a')),
      // The only way to make COMMIT itself fail from outside: a deferred constraint is checked there.
      group.run(() => db.exec('INSERT INTO child VALUES (99)')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    const reason = await group.run(() => insert('b')).catch((error: unknown) => error);
    expect(code(reason)).toBe('stopped');
    expect(String(reason)).toContain('takes no more writes after a failed commit. Restart');
    expect(committed()).toEqual([]);
    expect(db.inTransaction).toBe(false);
  });

  it('rejects what still waits when a COMMIT fails', async () => {
    db.exec('CREATE TABLE child (parent INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)');
    const group = createGroupCommit(db);
    const jobs = Array.from({ length: GROUP_COMMIT_BATCH_MAX + 1 }, () =>
      group.run(() => db.exec('INSERT INTO child VALUES (99)')),
    );
    const results = await Promise.allSettled(jobs);
    expect(code((results.at(-1) as PromiseRejectedResult).reason)).toBe('stopped');
    await group.drain();
    expect(group.pending).toBe(0);
  });
});
