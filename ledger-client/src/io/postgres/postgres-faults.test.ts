import { setTimeout as pause } from 'node:timers/promises';
import { StorageError } from '@kassa/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountId, operationId } from '../../identifiers.ts';
import type { Ledger } from '../../ledger.ts';
import { LedgerFenced, OutcomeUnknown } from '../../ledger-error.ts';
import { said } from '../../testing/engines.ts';
import * as make from '../../testing/operations.ts';
import { nextSchema, postgresPrograms } from '../../testing/postgres-for-tests.ts';
import { startPostgresProxy } from '../../testing/postgres-proxy.ts';
import { openSql, runSql } from '../../testing/postgres-sql.ts';
import type { OpenLedger } from '../sqlite-ledger.ts';
import { auditPostgresLedger } from './audit-postgres.ts';
import { openPostgresLedger } from './postgres-ledger.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-server.ts';

/** More in a longer run: KASSA_CRASHES=60. */
const CRASHES = Number(process.env.KASSA_CRASHES ?? 4);

const clock = (): number => 1_000;
const OPENING = [
  make.open('o1', 'aru'),
  make.open('o2', 'shop', 'merchant'),
  make.issue('i1', 'aru', 1_000_000),
];

let server: TemporaryPostgres;
beforeAll(async () => {
  server = await startTemporaryPostgres(postgresPrograms());
});
afterAll(() => server?.stop());

async function opened(
  options: Partial<Parameters<typeof openPostgresLedger>[0]> = {},
): Promise<{ ledger: OpenLedger; place: { url: string; schema: string } }> {
  const place = { url: server.url, schema: nextSchema() };
  const ledger = await openPostgresLedger({ ...place, clock, ...options });
  await ledger.submit(OPENING);
  return { ledger, place };
}

interface Load {
  /** Sequence by id, as acknowledged. */
  readonly acknowledged: Map<string, number>;
  /** Answers that were lost. */
  unknown: number;
}

/** Callers that pay one tiyn again and again, sending each payment until it is answered. */
async function payUntil(
  ledger: Ledger,
  callers: number,
  isOver: (load: Load) => boolean,
  prefix = 't',
): Promise<Load> {
  const load: Load = { acknowledged: new Map(), unknown: 0 };
  let next = 0;
  const caller = async (): Promise<void> => {
    while (!isOver(load)) {
      const id = `${prefix}${next++}`;
      for (;;) {
        try {
          const [outcome] = await ledger.submit([make.transfer(id, 'aru', 'shop', 1)]);
          load.acknowledged.set(id, outcome!.sequence);
          break;
        } catch (error) {
          if (error instanceof LedgerFenced) return;
          if (!(error instanceof OutcomeUnknown) && !(error instanceof StorageError)) throw error;
          if (error instanceof OutcomeUnknown) load.unknown++;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return load;
}

/** Every acknowledged payment is in the journal where it was said to be, none twice, and the books balance. */
async function expectKept(
  ledger: Ledger,
  place: { url: string; schema: string },
  acknowledged: ReadonlyMap<string, number>,
): Promise<void> {
  const sequences = new Map<string, number>();
  let paid = 0;
  for (let from = 1; ; ) {
    const page = await ledger.readJournal(from);
    for (const { operation, sequence, outcome } of page) {
      expect(sequence).toBe(from++);
      expect(sequences.has(operation.id)).toBe(false);
      sequences.set(operation.id, sequence);
      if (operation.type === 'transfer' && outcome.ok) paid++;
    }
    if (page.length === 0) break;
  }
  for (const [id, sequence] of acknowledged) expect(sequences.get(id)).toBe(sequence);
  expect(paid).toBeGreaterThanOrEqual(acknowledged.size);
  const [purse] = await ledger.balances(accountId('shop'));
  expect(purse?.available).toBe(BigInt(paid));
  expect((await auditPostgresLedger(place)).findings).toEqual([]);
}

describe('PostgresLedger, a server that fails', () => {
  it('keeps every acknowledged payment, and none twice, through crashes of the server under load', async () => {
    const { ledger, place } = await opened();
    let isOver = false;
    let lost = 0;
    const load = payUntil(ledger, 32, ({ unknown }) => {
      lost = unknown;
      return isOver;
    });
    // Until one has come between a batch and its answer: else this has shown nothing.
    for (let crash = 0; crash < CRASHES || (lost === 0 && crash < 10 * CRASHES); crash++) {
      await pause(100 + Math.random() * 200);
      await server.crash();
      await server.restart();
    }
    await pause(150);
    isOver = true;
    const { acknowledged, unknown } = await load;
    expect(acknowledged.size).toBeGreaterThan(100);
    expect(unknown).toBeGreaterThan(0);
    await expectKept(ledger, place, acknowledged);
    await ledger.close();
  }, 90_000);

  it('says that the outcome is unknown when the answer is lost after the commit; the same id is then answered', async () => {
    const proxy = await startPostgresProxy(server.url);
    const { ledger, place } = await opened({ url: proxy.url });
    const lost = proxy.loseNextAnswer('cut');
    const payment = [make.transfer('t1', 'aru', 'shop', 1)];
    const error: unknown = await ledger.submit(payment).catch((reason: unknown) => reason);
    await lost;
    expect(error).toBeInstanceOf(OutcomeUnknown);
    expect((error as OutcomeUnknown).ids).toEqual(['t1']);
    expect((await ledger.submit(payment)).map(said)).toEqual(['ok again']);
    await expectKept(ledger, place, new Map([['t1', 4]]));
    await ledger.close();
    await proxy.close();
  });

  it('waits for no answer longer than its deadline', async () => {
    const proxy = await startPostgresProxy(server.url);
    const { ledger, place } = await opened({ url: proxy.url, statementTimeoutMs: 400 });
    const lost = proxy.loseNextAnswer('hang');
    const startedMs = performance.now();
    const error: unknown = await ledger
      .submit([make.transfer('t1', 'aru', 'shop', 1)])
      .catch((reason: unknown) => reason);
    await lost;
    expect(error).toBeInstanceOf(OutcomeUnknown);
    expect((error as Error).message).toBe(
      'no answer in 400 ms: whether the operation was decided is unknown. Submit again under the same id.',
    );
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect((await ledger.submit([make.transfer('t1', 'aru', 'shop', 1)])).map(said)).toEqual(['ok again']);
    await expectKept(ledger, place, new Map([['t1', 4]]));
    await ledger.close();
    await proxy.close();
  });

  it('gives up at the deadline of a submission while the server is down, and goes on when it is back', async () => {
    const { ledger, place } = await opened({ submitTimeoutMs: 300, statementTimeoutMs: 300 });
    await server.crash();
    const startedMs = performance.now();
    const errors = await Promise.all([
      ledger.submit([make.transfer('t1', 'aru', 'shop', 1)]).catch((reason: unknown) => reason),
      ledger.head().catch((reason: unknown) => reason),
    ]);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    // The connection may have been found broken only by sending.
    expect(errors[0]).toSatisfy((error) => error instanceof StorageError || error instanceof OutcomeUnknown);
    expect(errors[1]).toMatchObject({ name: 'StorageError', code: 'io' });
    expect(String(errors[1])).not.toContain(new URL(server.url).password);
    await server.restart();
    expect((await ledger.submit([make.transfer('t1', 'aru', 'shop', 1)])).map(said)).toEqual(['ok']);
    await expectKept(ledger, place, new Map([['t1', 4]]));
    await ledger.close();
  });
});

describe('PostgresLedger, others at the same tables', () => {
  it('sends a batch again that was the victim of a deadlock', async () => {
    const { ledger, place } = await opened();
    const other = await openSql(place);
    await other.query({ text: "SET deadlock_timeout = '20s'" });
    await other.query({ text: 'BEGIN' });
    await other.query({ text: `UPDATE ${place.schema}.purse SET held = held WHERE account = 'aru'` });
    const answer = ledger.submit([make.transfer('t1', 'aru', 'shop', 1)]);
    await pause(200);
    // The batch has the head and waits for the purse; this one the other way round, and gets the head only when the batch,
    // which looks for deadlocks first, is ended by the server.
    await other.query({ text: `UPDATE ${place.schema}.head SET epoch = epoch` });
    await other.query({ text: 'ROLLBACK' });
    expect((await answer).map(said)).toEqual(['ok']);
    await other.end();
    await expectKept(ledger, place, new Map([['t1', 4]]));
    await ledger.close();
  });

  it('sends a batch again that could not be serialised', async () => {
    await runSql(
      { url: server.url, schema: 'none' },
      "ALTER ROLE kassa SET default_transaction_isolation = 'serializable'",
    );
    try {
      const { ledger, place } = await opened();
      const other = await openSql(place);
      for (const id of ['t1', 't2', 't3']) {
        await other.query({ text: 'BEGIN' });
        await other.query({ text: `UPDATE ${place.schema}.head SET epoch = epoch` });
        const answer = ledger.submit([make.transfer(id, 'aru', 'shop', 1)]);
        await pause(100);
        await other.query({ text: 'COMMIT' });
        expect((await answer).map(said)).toEqual(['ok']);
      }
      await other.end();
      expect((await auditPostgresLedger(place)).findings).toEqual([]);
      await ledger.close();
    } finally {
      await runSql(
        { url: server.url, schema: 'none' },
        'ALTER ROLE kassa RESET default_transaction_isolation',
      );
    }
  });

  it('does not wait for ever for a lock', async () => {
    const { ledger, place } = await opened({ submitTimeoutMs: 600, statementTimeoutMs: 300 });
    const other = await openSql(place);
    await other.query({ text: 'BEGIN' });
    await other.query({ text: `UPDATE ${place.schema}.head SET epoch = epoch` });
    const startedMs = performance.now();
    await expect(ledger.submit([make.transfer('t1', 'aru', 'shop', 1)])).rejects.toMatchObject({
      name: 'StorageError',
    });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    await other.query({ text: 'ROLLBACK' });
    await other.end();
    expect(await ledger.operation(operationId('t1'))).toBeUndefined();
    await ledger.close();
  });

  it('refuses an old writer once another has opened the ledger, in the middle of its load', async () => {
    const { ledger: old, place } = await opened();
    const load = payUntil(old, 16, () => false, 'old-');
    await pause(100);
    const ledger = await openPostgresLedger({ ...place, clock });
    const { acknowledged } = await load;
    await expect(old.submit([make.transfer('late', 'aru', 'shop', 1)])).rejects.toThrow(
      'another writer has taken the ledger over (epoch 2, this one opened it as 1)',
    );
    const before = acknowledged.size;
    expect(before).toBeGreaterThan(0);
    let sent = 0;
    const own = await payUntil(ledger, 4, () => sent++ > 40, 'new-');
    expect(await ledger.operation(operationId('late'))).toBeUndefined();
    await expectKept(ledger, place, new Map([...acknowledged, ...own.acknowledged]));
    await Promise.all([old.close(), ledger.close()]);
  });

  it('lets writers that open an empty database at the same time make its tables once', async () => {
    const place = { url: server.url, schema: nextSchema() };
    const ledgers = await Promise.all(
      Array.from({ length: 4 }, () => openPostgresLedger({ ...place, clock })),
    );
    const answers = await Promise.allSettled(
      ledgers.map((ledger, index) => ledger.submit([make.open(`o${index}`, `a${index}`)])),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(LedgerFenced);
    }
    await Promise.all(ledgers.map((ledger) => ledger.close()));
    expect(await auditPostgresLedger(place)).toMatchObject({ ok: true, entries: 1 });
  });
});
