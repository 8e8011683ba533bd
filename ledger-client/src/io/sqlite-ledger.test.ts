import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, StorageError } from '@kassa/storage';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountId } from '../identifiers.ts';
import { LedgerFenced } from '../ledger-error.ts';
import { SUBMISSION_OPERATIONS_MAX } from '../limits.ts';
import { said } from '../testing/engines.ts';
import * as make from '../testing/operations.ts';
import { auditLedgerFile } from './audit-ledger.ts';
import { LEDGER_DATABASE } from './schema.ts';
import { createLedger, type OpenLedger, openLedger } from './sqlite-ledger.ts';

const clock = (): number => 1_000;
let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-ledger-'));
  path = join(directory, 'ledger.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const OPENING = [make.open('o1', 'aru'), make.open('o2', 'shop', 'merchant'), make.issue('i1', 'aru', 1_000)];
const codeOf = (reason: unknown): string => (reason instanceof StorageError ? reason.code : String(reason));

/** Transfers of one tiyn, each its own submission, all at once. */
function payAtOnce(ledger: OpenLedger, count: number, prefix = 't'): Promise<unknown> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  return Promise.all(ids.map((id) => ledger.submit([make.transfer(id, 'aru', 'shop', 1)])));
}

describe('openLedger', () => {
  it('finds everything again after a restart, and goes on where it stopped', async () => {
    const first = openLedger({ path, clock });
    const outcomes = await first.submit([
      ...OPENING,
      make.hold('h1', 'aru', 100, 5_000, ''),
      make.freeze('f1', 'shop'),
    ]);
    const before = [await first.head(), await first.supply(), await first.readJournal(1)];
    await first.close();
    const second = openLedger({ path, clock });
    expect([await second.head(), await second.supply(), await second.readJournal(1)]).toEqual(before);
    expect(await second.submit(OPENING)).toEqual(
      outcomes.slice(0, 3).map((outcome) => ({ ...outcome, replayed: true })),
    );
    expect(
      (await second.submit([make.unfreeze('u1', 'shop'), make.execute('e1', 'h1', 'shop')])).map(said),
    ).toEqual(['ok', 'ok']);
    expect(await second.balances(accountId('shop'))).toEqual([
      { account: 'shop', label: '', available: 100n, held: 0n },
    ]);
    await second.close();
    expect(auditLedgerFile(path)).toMatchObject({ ok: true, entries: 7 });
  });

  it('answers what was submitted before it closes', async () => {
    const ledger = openLedger({ path, clock });
    void ledger.submit(OPENING);
    const payments = payAtOnce(ledger, 50);
    await ledger.close();
    await payments;
    expect(() => ledger.submit(OPENING)).toThrow('the ledger is closed');
    expect(auditLedgerFile(path)).toMatchObject({ ok: true, entries: 53 });
  });

  it('can be audited while it runs', async () => {
    const ledger = openLedger({ path, clock });
    await ledger.submit(OPENING);
    const payments = payAtOnce(ledger, 200);
    expect(auditLedgerFile(path)).toMatchObject({ ok: true, entries: 3 });
    await payments;
    expect(auditLedgerFile(path)).toMatchObject({ ok: true, entries: 203 });
    await ledger.close();
  });

  it('refuses more submissions than its queue holds', async () => {
    const ledger = openLedger({ path, clock, queueMax: 1 });
    const first = ledger.submit(OPENING);
    expect(await ledger.submit([make.issue('i2', 'aru', 5)]).catch(codeOf)).toBe('overloaded');
    expect((await first).map(said)).toEqual(['ok', 'ok', 'ok']);
    await ledger.close();
  });

  it.each([
    ['removed', 'DELETE FROM journal WHERE sequence = 3', 'ends at 2 where 3 was last written'],
    ['replaced', "UPDATE journal SET hash = 'x' WHERE sequence = 3", 'ends at 3 where 3 was last written'],
    ['emptied', 'DELETE FROM journal', 'ends at 0 where 3 was last written'],
  ])('does not open a journal whose end was %s', async (_, tampering, found) => {
    const ledger = openLedger({ path, clock });
    await ledger.submit(OPENING);
    await ledger.close();
    const db = openDatabase(path, LEDGER_DATABASE);
    db.exec(tampering);
    db.close();
    expect(() => openLedger({ path, clock })).toThrow(
      `${path} has a journal that ${found}. Run the audit on it, and restore the last backup.`,
    );
  });
});

describe('two writers of one file', () => {
  it('never both write: the one that opened first is fenced, and its money stays where it was', async () => {
    const first = openLedger({ path, clock });
    await first.submit(OPENING);
    const second = openLedger({ path, clock });
    const late = first.submit([make.transfer('t1', 'aru', 'shop', 10)]);
    await expect(late).rejects.toThrow(LedgerFenced);
    await expect(late).rejects.toThrow(
      'another writer has taken the ledger over (epoch 2, this one opened it as 1); nothing was written. Stop this process, or open the ledger again.',
    );
    expect((await second.submit([make.transfer('t1', 'aru', 'shop', 7)])).map(said)).toEqual(['ok']);
    await expect(first.submit(OPENING)).rejects.toThrow(LedgerFenced);
    expect(await first.balances(accountId('shop'))).toMatchObject([{ available: 7n }]);
    await first.close();
    await second.close();
    expect(auditLedgerFile(path)).toMatchObject({ ok: true, entries: 4 });
  });

  it('never both write, also when the second opens between two commits of one turn', async () => {
    const first = openLedger({ path, clock });
    await first.submit(OPENING);
    const attempts = Array.from({ length: 20 }, (_, index) =>
      first.submit([make.transfer(`t${index}`, 'aru', 'shop', 1)]).then(
        () => 'ok',
        (error: unknown) => (error instanceof LedgerFenced ? 'fenced' : String(error)),
      ),
    );
    // Opened in the same turn, so before the commit of what was just submitted.
    const second = openLedger({ path, clock });
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(['fenced']));
    expect((await second.head()).sequence).toBe(3);
    await second.close();
    await first.close();
  });
});

it('refuses a file of the schema before', () => {
  const old = new Sqlite(path);
  old.exec('CREATE TABLE journal (sequence INTEGER)');
  old.pragma('application_id = 1265847399');
  old.pragma('user_version = 1');
  old.close();
  expect(() => openLedger({ path, clock })).toThrow(
    `${path} has schema 1, this Kassa reads 3 and newer. Read it with the Kassa that wrote it, and let this one start on another data directory.`,
  );
});

describe('submit', () => {
  it.each([
    [
      'more operations than a submission holds',
      Array.from({ length: SUBMISSION_OPERATIONS_MAX + 1 }, (_, index) => make.open(`o${index}`, 'aru')),
      'a submission is at most 256 operations',
    ],
    [
      'an instant between milliseconds',
      [make.open('o1', 'aru'), make.hold('h1', 'aru', 1, 1.5)],
      'an instant is whole milliseconds',
    ],
  ])('takes %s for a bug of the caller and keeps nothing of it', async (_, operations, message) => {
    const ledger = openLedger({ path, clock });
    const submit = async (): Promise<unknown> => ledger.submit(operations);
    const sameTurn = ledger.submit(OPENING);
    await expect(submit()).rejects.toThrow(message);
    await sameTurn;
    expect(await ledger.head()).toMatchObject({ sequence: 3 });
    await ledger.close();
  });

  it('takes a clock between milliseconds for a bug', async () => {
    const ledger = openLedger({ path, clock: () => 0.5 });
    await expect(ledger.submit(OPENING)).rejects.toThrow('the clock gives whole milliseconds');
    await ledger.close();
  });

  it('forgets what a full disk undid', async () => {
    const db = openDatabase(path, LEDGER_DATABASE);
    const ledger = createLedger(db, { clock });
    await ledger.submit(OPENING);
    const before = [await ledger.head(), await ledger.supply()];
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    const attempts = Array.from({ length: 200 }, (_, index) =>
      ledger.submit([make.transfer(`t${index}`, 'aru', 'shop', 5)]).then(() => 'ok', codeOf),
    );
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(['full']));
    expect([await ledger.head(), await ledger.supply()]).toEqual(before);
    db.pragma('max_page_count = 1000000');
    // All of Aru's money is still there, and the ids are still free.
    expect((await ledger.submit([make.transfer('t0', 'aru', 'shop', 1_000)])).map(said)).toEqual(['ok']);
    await ledger.close();
    expect(auditLedgerFile(path)).toMatchObject({ ok: true, entries: 4 });
  });
});

describe('a damaged write-ahead log', () => {
  it('leaves a ledger that is shorter and right', async () => {
    const ledger = openLedger({ path, clock });
    await ledger.submit(OPENING);
    for (let round = 0; round < 20; round++) await payAtOnce(ledger, 10, `r${round}-`);
    const whole = statSync(`${path}-wal`).size;
    const lengths = [];
    for (const share of [1, 0.9, 0.5, 0.25, 0.1]) {
      const copy = join(directory, `cut-${share}.db`);
      copyFileSync(path, copy);
      copyFileSync(`${path}-wal`, `${copy}-wal`);
      truncateSync(`${copy}-wal`, Math.floor(whole * share));
      const reopened = openLedger({ path: copy, clock });
      const { sequence, hash } = await reopened.head();
      const [original] = sequence === 0 ? [undefined] : await ledger.readJournal(sequence, 1);
      expect(hash).toBe(original?.hash ?? '0'.repeat(64));
      await reopened.close();
      expect(auditLedgerFile(copy)).toMatchObject({ ok: true, entries: sequence });
      lengths.push(sequence);
    }
    expect(lengths[0]).toBe(203);
    expect(lengths.toSorted((left, right) => right - left)).toEqual(lengths);
    expect(lengths.at(-1)).toBeLessThan(203);
    await ledger.close();
  });
});
