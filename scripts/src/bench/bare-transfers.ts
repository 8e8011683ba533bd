import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '@kassa/ledger-client';
import { assert } from '@kassa/primitives';
import Sqlite from 'better-sqlite3';
import { openBenchLedger, payeeIndex, payerIndex, transferId } from './transfer-load.ts';

/** Transfers of one commit. */
export const BARE_BATCH = 1_000;

/**
 * Transfers a second when nobody asks whether they are right: the rows a transfer has in the ledger's own tables – journal
 * with id and chain, two lines of statements, two balances, the head once a commit – written one statement each by one
 * loop with the same durability.
 */
export async function bareTransfers(directory: string, accounts: number, transfers: number): Promise<number> {
  const path = join(directory, 'bare.db');
  const ledger = openLedger({ path, clock: Date.now });
  await openBenchLedger(ledger, accounts);
  const { sequence } = await ledger.head();
  await ledger.close();
  const db = new Sqlite(path);
  db.pragma('synchronous = FULL');
  assert(db.pragma('synchronous', { simple: true }) === 2, 'the reference is as durable');
  db.pragma('wal_autocheckpoint = 4000');
  const write = prepareTransfer(db, accounts, sequence);
  const startedMs = performance.now();
  for (let done = 0; done < transfers; done += BARE_BATCH) {
    db.exec('BEGIN IMMEDIATE');
    for (let transfer = done; transfer < done + BARE_BATCH; transfer++) write.transfer(transfer);
    write.head(done + BARE_BATCH);
    db.exec('COMMIT');
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const made = Number(db.prepare('SELECT count(*) FROM journal').pluck().get()) - sequence;
  db.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  assert(made === transfers, `the table grew by ${transfers} rows, found ${made}`);
  return made / seconds;
}

function prepareTransfer(db: Sqlite.Database, accounts: number, firstSequence: number) {
  const insertEntry = db.prepare(
    'INSERT INTO journal (sequence, group_sequence, id, at_ms, content, verdict, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertLine = db.prepare(
    'INSERT INTO posting (key, purse, number, amount, balance, counter_account, previous, jump) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const putPurse = db.prepare('UPDATE purse SET available = ?, held = ?, last_line = ? WHERE number = ?');
  const putHead = db.prepare('UPDATE head SET sequence = ?, hash = ?');
  const atMs = Date.now();
  let last = '';
  return {
    transfer: (transfer: number): void => {
      const sequence = firstSequence + transfer + 1;
      const [payer, payee] = [payerIndex(transfer, accounts), payeeIndex(transfer, accounts)];
      const id = transferId(transfer);
      const content = `["transfer","dt-bench-${payer}","dt-bench-${payee}","1","",null]`;
      last = hash('sha256', `${last}\n${sequence}\n${sequence}\n${id}\n${atMs}\n${content}\n["ok"]`);
      insertEntry.run(sequence, sequence, id, atMs, content, '["ok"]', last);
      const key = sequence * 64;
      insertLine.run(key, payer + 1, 1, -1n, 99_999_999n, `dt-bench-${payee}`, key - 64, key - 128);
      insertLine.run(key + 1, payee + 1, 1, 1n, 100_000_001n, `dt-bench-${payer}`, key - 64, key - 128);
      putPurse.run(99_999_999n, 0n, key, payer + 1);
      putPurse.run(100_000_001n, 0n, key + 1, payee + 1);
    },
    head: (done: number): void => {
      putHead.run(firstSequence + done, last);
    },
  };
}
