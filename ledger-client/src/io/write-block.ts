import type { Database } from '@kassa/storage';
import type { Block } from '../block.ts';
import { encodeLabelPolicy, encodeTierPolicy } from '../canonical.ts';
import { rowOf } from '../chain.ts';
import type { Entry } from '../entry.ts';
import { appendLine } from '../line-links.ts';
import type { Changed } from '../overlay.ts';
import { type Posting, postingKey } from '../posting.ts';
import { chainHash } from './chain-hash.ts';
import type { LedgerTables } from './ledger-tables.ts';
import { createPurseTails, type PurseTail, type PurseTails } from './purse-tails.ts';

/** Writes a block's entries, its lines on statements and the new values; the caller has the transaction. */
export interface BlockWriter {
  write(block: Pick<Block, 'entries' | 'postings'>, changed: Changed): void;
  /** What is remembered of the tables may be wrong, or has become too much. */
  forget(): void;
}

export function prepareWrites(db: Database, tables: LedgerTables): BlockWriter {
  const tails = createPurseTails(db);
  const writeEntries = prepareEntries(db, tables);
  const writePostings = preparePostings(db, tails);
  const writePurses = preparePurses(db, tails);
  const writeBalances = prepareBalances(db);
  const writePolicies = preparePolicies(db);
  return {
    write: ({ entries, postings }, changed) => {
      if (entries.length === 0) return;
      writeEntries(entries);
      writePurses(changed, writePostings(postings));
      writeBalances(changed);
      writePolicies(changed);
    },
    forget: () => tails.forget(),
  };
}

function prepareEntries(db: Database, tables: LedgerTables): (entries: readonly Entry[]) => void {
  const insert = prepareRows(db, 'journal', [
    'sequence',
    'group_sequence',
    'id',
    'at_ms',
    'content',
    'verdict',
    'hash',
  ]);
  const putHead = db.prepare<[number, string]>('UPDATE head SET sequence = ?, hash = ?');
  return (entries) => {
    let { hash } = tables.head();
    const values: Value[] = [];
    for (const entry of entries) {
      const row = rowOf(entry);
      hash = chainHash(hash, row);
      values.push(row.sequence, row.groupSequence, row.id, row.atMs, row.content, row.verdict, hash);
    }
    insert(values);
    putHead.run(entries.at(-1)?.sequence ?? 0, hash);
  };
}

/** Gives back the tails of the purses with new lines, once or more each, in the order of the lines. */
function preparePostings(
  db: Database,
  tails: PurseTails,
): (postings: readonly Posting[]) => readonly PurseTail[] {
  const insert = prepareRows(db, 'posting', [
    'key',
    'purse',
    'number',
    'amount',
    'balance',
    'counter_account',
    'previous',
    'jump',
  ]);
  return (postings) => {
    const values: Value[] = [];
    const used: PurseTail[] = [];
    for (const { sequence, line, account, label, amount, balance, counterAccount } of postings) {
      const key = postingKey(sequence, line);
      const tail = tails.of(account, label);
      const { number, previous, jump } = appendLine(tail, key);
      values.push(key, tail.purse, number, amount, balance, counterAccount ?? null, previous, jump);
      used.push(tail);
    }
    insert(values);
    return used;
  };
}

type Value = number | bigint | string | null;

/** Rows of one statement: it costs each 0.4 µs less than a statement of its own, a third; more rows gain little. */
const ROWS_AT_ONCE = 8;

/** Inserts rows, given as their values one after the other. Positional: named parameters would cost a quarter of the throughput. */
function prepareRows(
  db: Database,
  table: string,
  columns: readonly string[],
): (values: readonly Value[]) => void {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const into = `INSERT INTO ${table} (${columns.join(', ')}) VALUES`;
  const one = db.prepare<Value[]>(`${into} ${row}`);
  const many = db.prepare<Value[]>(`${into} ${Array.from({ length: ROWS_AT_ONCE }, () => row).join(', ')}`);
  const size = columns.length * ROWS_AT_ONCE;
  return (values) => {
    let at = 0;
    for (; at + size <= values.length; at += size) many.run(...values.slice(at, at + size));
    for (; at < values.length; at += columns.length) one.run(...values.slice(at, at + columns.length));
  };
}

function preparePurses(
  db: Database,
  tails: PurseTails,
): (changed: Changed, used: readonly PurseTail[]) => void {
  const insert = db.prepare<[number, string, string, bigint, bigint, number]>(
    'INSERT INTO purse (number, account, label, available, held, last_line) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = db.prepare<[bigint, bigint, number, number]>(
    'UPDATE purse SET available = ?, held = ?, last_line = ? WHERE number = ?',
  );
  return ({ purses }, used) => {
    // Purses mostly come in the order of their lines, so most are found without a look-up.
    let at = 0;
    for (const { account, label, available, held } of purses) {
      const next = used[at];
      const isNext = next?.account === account && next.label === label;
      if (isNext) at++;
      const tail = isNext ? next : tails.of(account, label);
      const last = tail.path.at(-1) ?? 0;
      if (tail.isStored) update.run(available, held, last, tail.purse);
      else insert.run(tail.purse, account, label, available, held, last);
      tail.isStored = true;
    }
  };
}

function prepareBalances(db: Database): (changed: Changed) => void {
  const putHold = db.prepare<[string, string, string, bigint, bigint, number, string, number | null]>(
    'INSERT INTO hold (id, payer, label, amount, remaining, expires_at_ms, state, counted_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET remaining = excluded.remaining, state = excluded.state',
  );
  const putCirculation = db.prepare<[string, bigint, bigint]>(
    'INSERT INTO circulation (label, issued, redeemed) VALUES (?, ?, ?) ON CONFLICT (label) DO UPDATE SET issued = excluded.issued, redeemed = excluded.redeemed',
  );
  const putSpending = db.prepare<[string, string, number, bigint, number]>(
    'INSERT INTO spending (account, label, day, amount, count) VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, label) DO UPDATE SET day = excluded.day, amount = excluded.amount, count = excluded.count',
  );
  return (changed) => {
    for (const { id, payer, label, amount, remaining, expiresAtMs, state, countedDay } of changed.holds) {
      putHold.run(id, payer, label, amount, remaining, expiresAtMs, state, countedDay ?? null);
    }
    for (const { label, issued, redeemed } of changed.circulations) {
      putCirculation.run(label, issued, redeemed);
    }
    for (const { account, label, day, amount, count } of changed.spendings) {
      putSpending.run(account, label, day, amount, count);
    }
  };
}

function preparePolicies(db: Database): (changed: Changed) => void {
  const putAccount = db.prepare<[string, string, number, number, string | null, string | null]>(
    'INSERT INTO account (id, kind, frozen, closed, category, tier) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET frozen = excluded.frozen, closed = excluded.closed, tier = excluded.tier',
  );
  const putTierPolicy = db.prepare<[string, string]>(
    'INSERT INTO tier_policy (tier, policy) VALUES (?, ?) ON CONFLICT (tier) DO UPDATE SET policy = excluded.policy',
  );
  const putLabelPolicy = db.prepare<[string, string]>(
    'INSERT INTO label_policy (label, policy) VALUES (?, ?) ON CONFLICT (label) DO UPDATE SET policy = excluded.policy',
  );
  const putAttestation = db.prepare<[string, string, string]>(
    'INSERT INTO attestation (label, condition, subject) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  return (changed) => {
    for (const { id, kind, frozen, closed, category, tier } of changed.accounts) {
      putAccount.run(id, kind, frozen ? 1 : 0, closed ? 1 : 0, category ?? null, tier ?? null);
    }
    for (const policy of changed.tierPolicies) putTierPolicy.run(policy.tier, encodeTierPolicy(policy));
    for (const policy of changed.labelPolicies) putLabelPolicy.run(policy.label, encodeLabelPolicy(policy));
    for (const { label, condition, subject } of changed.attestations) {
      putAttestation.run(label, condition, subject);
    }
  };
}
