import { StorageError } from '@kassa/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeOperation } from '../../canonical.ts';
import { accountId } from '../../identifiers.ts';
import { createInMemoryLedger } from '../../in-memory-ledger.ts';
import { exportJournal } from '../../journal-lines.ts';
import type { Ledger } from '../../ledger.ts';
import { JournalRefused } from '../../ledger-error.ts';
import type { Operation } from '../../operation.ts';
import type { Refusal } from '../../outcome.ts';
import { stepOf } from '../../replay-group.ts';
import { said } from '../../testing/engines.ts';
import * as make from '../../testing/operations.ts';
import { nextSchema, postgresForTests } from '../../testing/postgres-for-tests.ts';
import { openSql, runSql } from '../../testing/postgres-sql.ts';
import { sha256Hex } from '../chain-hash.ts';
import type { OpenLedger } from '../sqlite-ledger.ts';
import { auditPostgresLedger } from './audit-postgres.ts';
import { importPostgresLedger } from './import-postgres.ts';
import { openPostgresLedger } from './postgres-ledger.ts';
import { BATCH_OPERATIONS_MAX } from './postgres-limits.ts';
import { openPostgresReader } from './postgres-reader.ts';

const clock = (): number => 1_000;
const OPENING = [
  make.open('o1', 'aru'),
  make.open('o2', 'shop', 'merchant'),
  make.issue('i1', 'aru', 1_000_000),
];
const codeOf = (reason: unknown): string => (reason instanceof StorageError ? reason.code : String(reason));

let place: { url: string; schema: string };
beforeEach(async () => {
  place = { url: await postgresForTests(), schema: nextSchema() };
});
afterEach(() => runSql(place, 'DROP SCHEMA IF EXISTS $ CASCADE; DROP SCHEMA IF EXISTS $_import CASCADE'));

async function opened(options: { queueMax?: number } = {}): Promise<OpenLedger> {
  const ledger = await openPostgresLedger({ ...place, clock, ...options });
  await ledger.submit(OPENING);
  return ledger;
}

function payAtOnce(ledger: Ledger, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `t${index}`);
  return Promise.all(
    ids.map((id) =>
      ledger.submit([make.transfer(id, 'aru', 'shop', 1)]).then(
        ([outcome]) => String(said(outcome)),
        (reason: unknown) => codeOf(reason),
      ),
    ),
  );
}

describe('openPostgresLedger', () => {
  it('finds everything again after a restart, and goes on where it stopped', async () => {
    const first = await opened();
    await first.submit([make.hold('h1', 'aru', 100, 5_000), make.freeze('f1', 'shop')]);
    const before = [await first.head(), await first.supply(), await first.readJournal(1)];
    await first.close();
    const second = await openPostgresLedger({ ...place, clock });
    expect([await second.head(), await second.supply(), await second.readJournal(1)]).toEqual(before);
    expect((await second.submit(OPENING)).map(said)).toEqual(['ok again', 'ok again', 'ok again']);
    expect(
      (await second.submit([make.unfreeze('u1', 'shop'), make.execute('e1', 'h1', 'shop')])).map(said),
    ).toEqual(['ok', 'ok']);
    await second.close();
    expect(await auditPostgresLedger(place)).toMatchObject({ ok: true, entries: 7 });
  });

  it('puts the submissions of many callers into few batches', async () => {
    const ledger = await opened();
    const sql = await openSql(place);
    const written = async (): Promise<bigint> => {
      const [row] = await sql.query<{ transactions: bigint }>({
        text: `SELECT count(DISTINCT xmin::text) AS transactions FROM ${place.schema}.journal`,
      });
      return row!.transactions;
    };
    const before = await written();
    expect(new Set(await payAtOnce(ledger, 3 * BATCH_OPERATIONS_MAX))).toEqual(new Set(['ok']));
    expect((await written()) - before).toBe(3n);
    expect(await ledger.balances(accountId('shop'))).toMatchObject([
      { available: BigInt(3 * BATCH_OPERATIONS_MAX) },
    ]);
    await sql.end();
    await ledger.close();
  });

  it('refuses what is more than it lets wait', async () => {
    const ledger = await opened({ queueMax: 8 });
    const answers = await payAtOnce(ledger, 10);
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(8);
    expect(answers.filter((answer) => answer === 'overloaded')).toHaveLength(2);
    await ledger.close();
  });

  it('answers what was submitted before it closes', async () => {
    const ledger = await opened();
    const answers = payAtOnce(ledger, 5);
    await ledger.close();
    expect(await answers).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('rejects a submission that cannot be encoded alone, and keeps the others of its batch', async () => {
    const ledger = await opened();
    const answers = await Promise.allSettled([
      ledger.submit([make.transfer('t1', 'aru', 'shop', 1)]),
      ledger.submit([make.transfer('t2', 'aru', 'shop', 1), make.hold('h1', 'aru', 1, 0.5)]),
      ledger.submit([make.transfer('t3', 'aru', 'shop', 1)]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ledger.head()).toMatchObject({ sequence: 5 });
    await ledger.close();
  });

  it('refuses tables of a newer version', async () => {
    await (await opened()).close();
    await runSql(place, 'INSERT INTO $.migration (version) VALUES (99)');
    await expect(openPostgresLedger({ ...place, clock })).rejects.toThrow(
      'has tables of version 99, this program knows 1. Use the newer program, or another database.',
    );
    await expect(openPostgresReader(place)).rejects.toMatchObject({ code: 'newer-version' });
  });

  it('refuses a journal that does not end where it was last written', async () => {
    await (await opened()).close();
    await runSql(place, 'DELETE FROM $.journal WHERE sequence = 3');
    await expect(openPostgresLedger({ ...place, clock })).rejects.toThrow(
      'has a journal that ends at 2 where 3 was last written. Run the audit on it, and restore the last backup.',
    );
  });

  it('says when a head was changed under it, and goes on when it is mended', async () => {
    const ledger = await opened();
    await runSql(place, "INSERT INTO $.journal VALUES (4, 4, 'x', 1, 'x', 'x', 'x')");
    await expect(ledger.submit([make.transfer('t1', 'aru', 'shop', 1)])).rejects.toMatchObject({
      code: 'corrupt',
    });
    await runSql(place, "DELETE FROM $.journal WHERE id = 'x'");
    expect((await ledger.submit([make.transfer('t1', 'aru', 'shop', 1)])).map(said)).toEqual(['ok']);
    await ledger.close();
  });

  it('tells a wrong password, a missing database and a database without a ledger apart, and no secret', async () => {
    const url = new URL(place.url);
    const messages = await Promise.all(
      [
        { ...place, url: place.url.replace(/:[^:@]*@/, ':geheim@') },
        { ...place, url: place.url.replace(/[^/]*$/, 'nowhere') },
        place,
      ].map((each) => openPostgresReader(each).then(String, String)),
    );
    expect(messages[0]).toContain('refused the connection (28P01). Check user and password.');
    expect(messages[1]).toContain('refused the connection (3D000). Create the database.');
    expect(messages[2]).toContain('holds no ledger. Name another database, or start kassa once on this one.');
    for (const message of messages) {
      expect(message).toContain(`StorageError: postgres://${url.username}@${url.host}/`);
      expect(message).not.toContain('geheim');
      expect(message).not.toContain(`:${url.password}@`);
    }
  });

  it('reads without being able to write', async () => {
    const ledger = await opened();
    const reader = await openPostgresReader(place);
    expect(await reader.head()).toEqual(await ledger.head());
    await reader.close();
    await ledger.close();
  });
});

describe('importPostgresLedger', () => {
  async function exported(): Promise<string[]> {
    const source = createInMemoryLedger({ clock, sha256: sha256Hex });
    await source.submit([...OPENING, make.hold('h1', 'aru', 100, 5_000)]);
    await source.submit([make.execute('e1', 'h1', 'shop'), make.redeem('r1', 'shop', 30)], { linked: true });
    const lines: string[] = [];
    for await (const line of exportJournal(source)) lines.push(line);
    return lines;
  }

  it('makes the same ledger, also where an empty one is', async () => {
    await (await openPostgresLedger({ ...place, clock })).close();
    const lines = await exported();
    const head = await importPostgresLedger(place, lines);
    expect(head).toMatchObject({ sequence: 6, hash: JSON.parse(lines[5]!).hash });
    expect(await auditPostgresLedger(place)).toMatchObject({ ok: true, head });
    const again: string[] = [];
    const reader = await openPostgresReader(place);
    for await (const line of exportJournal(reader)) again.push(line);
    await reader.close();
    expect(again).toEqual(lines);
    await expect(importPostgresLedger(place, lines)).rejects.toThrow(
      'holds a ledger already. Name another database.',
    );
  });

  it('leaves nothing behind of a journal it refuses', async () => {
    const lines = await exported();
    await expect(
      importPostgresLedger(place, [...lines.slice(0, 5), lines[5]!.replace('"30"', '"31"')]),
    ).rejects.toThrow(JournalRefused);
    await expect(openPostgresReader(place)).rejects.toMatchObject({ code: 'not-kassa' });
    const sql = await openSql(place);
    expect(
      await sql.query({
        text: 'SELECT table_name FROM information_schema.tables WHERE table_schema = $1',
        values: [`${place.schema}_import`],
      }),
    ).toEqual([]);
    await sql.end();
  });

  it('keeps nothing of entries that the rules do not answer as they say, not even the first of them', async () => {
    const ledger = await opened();
    const stepAt = (sequence: number, operation: Operation, refusal?: Refusal) => {
      const content = encodeOperation(operation);
      return stepOf({ sequence, groupSequence: sequence, id: operation.id, atMs: 1_000, content, refusal });
    };
    const good = stepAt(4, make.transfer('t1', 'aru', 'shop', 1));
    const wrong = stepAt(5, make.transfer('t2', 'aru', 'shop', 1), { code: 'zero-amount' });
    await expect(ledger.restore([good, wrong])).rejects.toThrow(
      'entry 5 is stored as ["zero-amount"], the rules give ["ok"]',
    );
    expect(await ledger.head()).toMatchObject({ sequence: 3 });
    expect(await ledger.balances(accountId('shop'))).toEqual([]);
    await ledger.restore([good]);
    expect(await ledger.head()).toMatchObject({ sequence: 4 });
    await ledger.close();
  });
});
