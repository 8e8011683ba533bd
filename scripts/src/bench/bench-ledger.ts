import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AccountId, accountId, type OpenLedger, openLedger, operationId } from '@kassa/ledger-client';
import { assert, tiyn } from '@kassa/primitives';
import Sqlite from 'better-sqlite3';
import { alternate, type BenchRow, rowOf } from './measure.ts';
import { withTemporaryDirectory } from './temporary-directory.ts';

const ACCOUNTS = 1_000;
const BATCH = 1_000;
const LOADS = [
  { callers: 1, transfers: 2_000 },
  { callers: 64, transfers: 20_000 },
  { callers: 1_024, transfers: 40_000 },
];

/** Durable transfers per second through the port, against the bare statements with the same durability. */
export async function benchLedger(): Promise<BenchRow[]> {
  return withTemporaryDirectory(async (directory) => {
    const rows: BenchRow[] = [];
    const ledger = openLedger({ path: join(directory, 'ledger.db'), clock: Date.now });
    try {
      const accounts = await openAccounts(ledger);
      let turn = 0;
      for (const { callers, transfers } of LOADS) {
        const figures = await alternate(
          () => transferAtOnce(ledger, accounts, { callers, transfers, turn: turn++ }),
          () => bareLoop(join(directory, `bare-${turn++}.db`), Math.min(BATCH, callers), transfers),
        );
        rows.push(
          rowOf({
            part: 'ledger',
            name: `transfers, ${callers} caller${callers === 1 ? '' : 's'}`,
            unit: 'durable transfers per second',
            referenceName: `bare better-sqlite3 loop, ${Math.min(BATCH, callers)} per commit`,
            ...figures,
          }),
        );
      }
    } finally {
      await ledger.close();
    }
    return rows;
  });
}

async function openAccounts(ledger: OpenLedger): Promise<AccountId[]> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => accountId(`dt-bench-${index}`));
  for (const account of accounts) {
    const open = { type: 'open', id: operationId(`open-${account}`), account, kind: 'person' } as const;
    const issue = {
      type: 'issue',
      id: operationId(`issue-${account}`),
      account,
      amount: tiyn(1_000_000_00n),
    } as const;
    const outcomes = await ledger.submit([open, issue]);
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
  load: { readonly callers: number; readonly transfers: number; readonly turn: number },
): Promise<number> {
  const before = (await ledger.head()).sequence;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < load.transfers) {
      const index = next++;
      const payer = accounts[index % ACCOUNTS];
      const payee = accounts[(index * 7 + 1) % ACCOUNTS];
      if (!payer || !payee || payer === payee) continue;
      const id = operationId(`t-${load.turn}-${index}`);
      await ledger.submit([{ type: 'transfer', id, payer, payee, amount: tiyn(1n) }]);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: load.callers }, caller));
  const seconds = (performance.now() - startedMs) / 1000;
  // Counted in the journal, not by the loop.
  return ((await ledger.head()).sequence - before) / seconds;
}

/** What a transfer has to write – a journal row with id and hash, two balances – and nothing else. */
function bareLoop(path: string, batch: number, transfers: number): number {
  const db = new Sqlite(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('wal_autocheckpoint = 4000');
  db.exec(`CREATE TABLE journal (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL, hash TEXT NOT NULL);
    CREATE TABLE purse (account TEXT PRIMARY KEY, available INTEGER NOT NULL) WITHOUT ROWID`);
  const insert = db.prepare('INSERT INTO journal (id, content, hash) VALUES (?, ?, ?)');
  const update = db.prepare('UPDATE purse SET available = available + ? WHERE account = ?');
  const open = db.prepare('INSERT INTO purse VALUES (?, 0)');
  for (let index = 0; index < ACCOUNTS; index++) open.run(`dt-bench-${index}`);
  let last = '';
  const startedMs = performance.now();
  for (let done = 0; done < transfers; done += batch) {
    db.exec('BEGIN IMMEDIATE');
    for (let index = done; index < Math.min(done + batch, transfers); index++) {
      const content = `transfer dt-bench-${index % ACCOUNTS} dt-bench-${(index * 7 + 1) % ACCOUNTS} 1`;
      last = hash('sha256', last + content);
      insert.run(`t-${index}`, content, last);
      update.run(-1, `dt-bench-${index % ACCOUNTS}`);
      update.run(1, `dt-bench-${(index * 7 + 1) % ACCOUNTS}`);
    }
    db.exec('COMMIT');
  }
  const rate = transfers / ((performance.now() - startedMs) / 1000);
  db.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  return rate;
}
