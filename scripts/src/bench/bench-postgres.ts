import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AccountId,
  accountId,
  auditPostgresLedger,
  type OpenLedger,
  openPostgresLedger,
  operationId,
} from '@kassa/ledger-client';
import { findPostgresPrograms, startTemporaryPostgres } from '@kassa/ledger-client/temporary-postgres';
import { assert, tiyn } from '@kassa/primitives';
import pg from 'pg';
import { CommandFailure } from '../failure.ts';
import { alternate, type BenchRow, rowOf } from './measure.ts';
import { withTemporaryDirectory } from './temporary-directory.ts';

const ACCOUNTS = 1_000;
const SUBMISSION = 250;
/** The shop of the hot load, which is paid by everybody. */
const HOT = accountId('dt-bench-hot');

interface Load {
  readonly callers: number;
  readonly transfers: number;
  readonly isHot: boolean;
}

const HOT_64: Load = { callers: 64, transfers: 20_000, isHot: true };
const SPREAD_64: Load = { ...HOT_64, isHot: false };
const SPREAD_256: Load = { callers: 256, transfers: 30_000, isHot: false };

/**
 * Durable transfers per second through the port on PostgreSQL, against fdatasync of the same disk and against the bare
 * statements. On the server KASSA_POSTGRES_URL names, or one of its own.
 */
export async function benchPostgres(): Promise<BenchRow[]> {
  const given = process.env.KASSA_POSTGRES_URL;
  if (given) return measure(given);
  const programs = findPostgresPrograms();
  if (programs === undefined) {
    throw new CommandFailure(
      'there is no PostgreSQL server to measure.\nRemedy: install one (Debian: apt-get install -y postgresql), or name one with KASSA_POSTGRES_URL',
    );
  }
  const server = await startTemporaryPostgres(programs);
  try {
    return await measure(server.url);
  } finally {
    await server.stop();
  }
}

async function measure(url: string): Promise<BenchRow[]> {
  const schema = `bench_${process.pid}`;
  const ledger = await openPostgresLedger({ url, schema, clock: Date.now });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const accounts = await openAccounts(ledger);
    const rows = await compareLoads(ledger, accounts, client, schema);
    const { findings } = await auditPostgresLedger({ url, schema });
    assert(findings.length === 0, `the audit after the benchmark found: ${findings[0]?.message}`);
    return rows;
  } finally {
    await ledger.close();
    await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.end();
  }
}

async function compareLoads(
  ledger: OpenLedger,
  accounts: readonly AccountId[],
  client: pg.Client,
  schema: string,
): Promise<BenchRow[]> {
  let turn = 0;
  const transfers = (load: Load) => () => transferAtOnce(ledger, accounts, load, turn++);
  const bare = await prepareBareLoop(client, schema);
  const probes = (): Promise<number> =>
    withTemporaryDirectory(async (directory) => fsyncsPerSecond(directory));
  const comparisons = [
    ['64 callers, one hot account', transfers(HOT_64), 'fdatasync of 8 KiB', probes],
    ['256 callers, 1000 accounts', transfers(SPREAD_256), 'fdatasync of 8 KiB', probes],
    ['64 callers, one hot account', transfers(HOT_64), '64 callers, 1000 accounts', transfers(SPREAD_64)],
    [
      '256 callers, 1000 accounts',
      transfers(SPREAD_256),
      'bare statements, 256 a commit',
      () => bare(30_000, 256),
    ],
  ] as const;
  const rows: BenchRow[] = [];
  for (const [name, subject, referenceName, reference] of comparisons) {
    const figures = await alternate(subject, reference);
    const unit = 'durable transfers per second';
    rows.push(rowOf({ part: 'postgres', name: `transfers, ${name}`, unit, referenceName, ...figures }));
  }
  return rows;
}

async function openAccounts(ledger: OpenLedger): Promise<AccountId[]> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => accountId(`dt-bench-${index}`));
  const operations = [HOT, ...accounts].flatMap((account) => [
    { type: 'open', id: operationId(`open-${account}`), account, kind: 'person' } as const,
    {
      type: 'issue',
      id: operationId(`issue-${account}`),
      account,
      amount: tiyn(1_000_000_00n),
    } as const,
  ]);
  for (let start = 0; start < operations.length; start += SUBMISSION) {
    const outcomes = await ledger.submit(operations.slice(start, start + SUBMISSION));
    assert(
      outcomes.every(({ ok }) => ok),
      'the accounts of the benchmark open',
    );
  }
  return accounts;
}

async function transferAtOnce(
  ledger: OpenLedger,
  accounts: readonly AccountId[],
  load: Load,
  turn: number,
): Promise<number> {
  const before = (await ledger.head()).sequence;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < load.transfers) {
      const index = next++;
      const payer = accounts[index % ACCOUNTS];
      const payee = load.isHot ? HOT : accounts[(index * 7 + 1) % ACCOUNTS];
      if (!payer || !payee || payer === payee) continue;
      const id = operationId(`t-${turn}-${index}`);
      await ledger.submit([{ type: 'transfer', id, payer, payee, amount: tiyn(1n) }]);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: load.callers }, caller));
  const seconds = (performance.now() - startedMs) / 1000;
  // Counted in the journal, not by the loop.
  return ((await ledger.head()).sequence - before) / seconds;
}

/** What the disk gives at most to whoever waits for it: 8 KiB written and synced, one after the other. */
function fsyncsPerSecond(directory: string): number {
  const file = openSync(join(directory, 'probe'), 'w');
  const block = Buffer.alloc(8_192, 1);
  const startedMs = performance.now();
  let count = 0;
  while (performance.now() - startedMs < 500) {
    // Over and over the same 16 MiB, as a write-ahead log.
    writeSync(file, block, 0, block.length, (count % 2_048) * block.length);
    fdatasyncSync(file);
    count++;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  closeSync(file);
  return count / seconds;
}

/** The rows of a transfer – one of the journal, two lines of statements, two balances –, written by one statement and nothing else. */
async function prepareBareLoop(
  client: pg.Client,
  schema: string,
): Promise<(transfers: number, batch: number) => Promise<number>> {
  await client.query(`
    CREATE TABLE ${schema}.bare_journal (sequence int8 PRIMARY KEY, id text NOT NULL UNIQUE, content text NOT NULL, hash text NOT NULL);
    CREATE TABLE ${schema}.bare_posting (key int8, account text, label text, amount int8, balance int8, PRIMARY KEY (account, label, key));
    CREATE TABLE ${schema}.bare_purse (account text, label text, available int8 NOT NULL, PRIMARY KEY (account, label))`);
  const text = `WITH j AS (INSERT INTO ${schema}.bare_journal SELECT * FROM unnest($1::int8[], $2::text[], $3::text[], $4::text[])),
    p AS (INSERT INTO ${schema}.bare_posting SELECT k, a, '', 1, 1 FROM unnest($5::int8[], $6::text[]) AS given (k, a))
    INSERT INTO ${schema}.bare_purse SELECT DISTINCT a, '', 1 FROM unnest($6::text[]) AS given (a)
    ON CONFLICT (account, label) DO UPDATE SET available = bare_purse.available + 1`;
  let sequence = 0;
  return async (transfers, batch) => {
    const startedMs = performance.now();
    for (let done = 0; done < transfers; done += batch) {
      const numbers = Array.from({ length: batch }, () => ++sequence);
      const accounts = numbers.flatMap((number) => [number % ACCOUNTS, (number * 7 + 1) % ACCOUNTS]);
      await client.query({
        name: 'bare',
        text,
        values: [
          numbers,
          numbers.map((number) => `t-${number}`),
          numbers.map((number) => `["transfer","dt-bench-${number}","dt-bench-${number}","1","",null]`),
          numbers.map((number) => String(number).padStart(64, '0')),
          numbers.flatMap((number) => [number * 64, number * 64 + 1]),
          accounts.map((number) => `dt-bench-${number}`),
        ],
      });
    }
    return transfers / ((performance.now() - startedMs) / 1000);
  };
}
