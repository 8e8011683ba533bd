import type { Database, Statement } from '@kassa/storage';
import type { Entry, JournalView } from '../block.ts';
import { decodeVerdict } from '../canonical.ts';
import type { AccountId, Label, OperationId } from '../identifiers.ts';
import type { AccountKind } from '../operation.ts';
import type { Changed } from '../overlay.ts';
import type { Circulation, Hold, HoldState, LedgerView, Purse } from '../view.ts';
import { chainHash, EMPTY_HASH, rowOf } from './chain.ts';

/** A row of `journal`. */
export interface JournalRow {
  readonly sequence: bigint;
  readonly groupSequence: bigint;
  readonly id: OperationId;
  readonly atMs: bigint;
  readonly content: string;
  readonly verdict: string;
  readonly hash: string;
}

interface AccountRow {
  readonly id: AccountId;
  readonly kind: AccountKind;
  readonly frozen: bigint;
}

interface HoldRow {
  readonly id: OperationId;
  readonly payer: AccountId;
  readonly label: Label;
  readonly amount: bigint;
  readonly remaining: bigint;
  readonly expiresAtMs: bigint;
  readonly state: HoldState;
}

/** The end of the journal as stored. */
export interface HeadRow {
  readonly sequence: bigint;
  readonly hash: string;
}

const JOURNAL_COLUMNS =
  'sequence, group_sequence AS groupSequence, id, at_ms AS atMs, content, verdict, hash';
const HOLD_COLUMNS = 'id, payer, label, amount, remaining, expires_at_ms AS expiresAtMs, state';

/** Typed reads of the ledger's tables; they work on a read-only handle too. */
export interface LedgerTables extends LedgerView {
  head(): HeadRow;
  journalRow(id: OperationId): JournalRow | undefined;
  journalPage(fromSequence: number, limit: number): readonly JournalRow[];
  /** The whole journal, a row at a time; the handle cannot write meanwhile. */
  journalRows(): IterableIterator<JournalRow>;
  accounts(): IterableIterator<AccountRow>;
  pursesOf(account: AccountId): readonly Purse[];
  purses(): IterableIterator<Purse>;
  holds(): IterableIterator<HoldRow>;
  holdsDue(atMs: number, limit: number): readonly Hold[];
  circulations(): readonly Circulation[];
  /** Sums over all accounts, by label. */
  walletSums(): readonly { readonly label: Label; readonly wallets: bigint; readonly held: bigint }[];
}

export function readTables(db: Database): LedgerTables {
  const get = <P extends unknown[], R>(sql: string): Statement<P, R> => db.prepare<P, R>(sql);
  const head = get<[], HeadRow>('SELECT sequence, hash FROM head');
  const journalRow = get<[string], JournalRow>(`SELECT ${JOURNAL_COLUMNS} FROM journal WHERE id = ?`);
  const journalPage = get<[number, number], JournalRow>(
    `SELECT ${JOURNAL_COLUMNS} FROM journal WHERE sequence >= ? ORDER BY sequence LIMIT ?`,
  );
  const journal = get<[], JournalRow>(`SELECT ${JOURNAL_COLUMNS} FROM journal ORDER BY sequence`);
  const account = get<[string], AccountRow>('SELECT id, kind, frozen FROM account WHERE id = ?');
  const accounts = get<[], AccountRow>('SELECT id, kind, frozen FROM account');
  const purse = get<[string, string], Purse>(
    'SELECT account, label, available, held FROM purse WHERE account = ? AND label = ?',
  );
  const pursesOf = get<[string], Purse>(
    'SELECT account, label, available, held FROM purse WHERE account = ? ORDER BY label',
  );
  const purses = get<[], Purse>('SELECT account, label, available, held FROM purse');
  const hold = get<[string], HoldRow>(`SELECT ${HOLD_COLUMNS} FROM hold WHERE id = ?`);
  const holds = get<[], HoldRow>(`SELECT ${HOLD_COLUMNS} FROM hold`);
  const due = get<[number, number], HoldRow>(
    `SELECT ${HOLD_COLUMNS} FROM hold WHERE state = 'open' AND expires_at_ms <= ? ORDER BY expires_at_ms, id LIMIT ?`,
  );
  const circulation = get<[string], Circulation>(
    'SELECT label, issued, redeemed FROM circulation WHERE label = ?',
  );
  const circulations = get<[], Circulation>('SELECT label, issued, redeemed FROM circulation ORDER BY label');
  const sums = get<[], { label: Label; wallets: bigint; held: bigint }>(
    'SELECT label, sum(available) AS wallets, sum(held) AS held FROM purse GROUP BY label ORDER BY label',
  );
  return {
    head: () => head.get() ?? { sequence: 0n, hash: EMPTY_HASH },
    journalRow: (id) => journalRow.get(id),
    journalPage: (fromSequence, limit) => journalPage.all(fromSequence, limit),
    journalRows: () => journal.iterate(),
    account: (id) => {
      const row = account.get(id);
      return row && { ...row, frozen: row.frozen === 1n };
    },
    accounts: () => accounts.iterate(),
    purse: (id, label) => purse.get(id, label) ?? { account: id, label, available: 0n, held: 0n },
    pursesOf: (id) => pursesOf.all(id),
    purses: () => purses.iterate(),
    hold: (id) => {
      const row = hold.get(id);
      return row && holdOf(row);
    },
    holds: () => holds.iterate(),
    holdsDue: (atMs, limit) => due.all(atMs, limit).map(holdOf),
    circulation: (label) => circulation.get(label) ?? { label, issued: 0n, redeemed: 0n },
    circulations: () => circulations.all(),
    walletSums: () => sums.all(),
  };
}

export function holdOf(row: HoldRow): Hold {
  return { ...row, expiresAtMs: Number(row.expiresAtMs) };
}

export function entryOf(row: JournalRow): Entry {
  return {
    sequence: Number(row.sequence),
    groupSequence: Number(row.groupSequence),
    id: row.id,
    atMs: Number(row.atMs),
    content: row.content,
    refusal: decodeVerdict(row.verdict),
  };
}

/** The journal as a block needs it, inside its transaction. */
export function journalViewOf(tables: LedgerTables): JournalView {
  return {
    lastSequence: Number(tables.head().sequence),
    entry: (id) => {
      const row = tables.journalRow(id);
      return row && entryOf(row);
    },
  };
}

/** Writes a block's entries and new values; the caller has the transaction. */
export type WriteBlock = (entries: readonly Entry[], changed: Changed) => void;

type Whole = number | bigint;

export function prepareWrites(db: Database, tables: LedgerTables): WriteBlock {
  // Positional: named parameters would cost a quarter of the throughput.
  const insertEntry = db.prepare<[Whole, Whole, string, Whole, string, string, string]>(
    'INSERT INTO journal (sequence, group_sequence, id, at_ms, content, verdict, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const putHead = db.prepare<[number, string]>(
    'INSERT INTO head (only_row, sequence, hash) VALUES (1, ?, ?) ON CONFLICT (only_row) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash',
  );
  const putAccount = db.prepare<[string, string, number]>(
    'INSERT INTO account (id, kind, frozen) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, frozen = excluded.frozen',
  );
  const putPurse = db.prepare<[string, string, bigint, bigint]>(
    'INSERT INTO purse (account, label, available, held) VALUES (?, ?, ?, ?) ON CONFLICT (account, label) DO UPDATE SET available = excluded.available, held = excluded.held',
  );
  const putHold = db.prepare<[string, string, string, bigint, bigint, number, string]>(
    'INSERT INTO hold (id, payer, label, amount, remaining, expires_at_ms, state) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET remaining = excluded.remaining, state = excluded.state',
  );
  const putCirculation = db.prepare<[string, bigint, bigint]>(
    'INSERT INTO circulation (label, issued, redeemed) VALUES (?, ?, ?) ON CONFLICT (label) DO UPDATE SET issued = excluded.issued, redeemed = excluded.redeemed',
  );
  return (entries, changed) => {
    const last = entries.at(-1);
    if (!last) return;
    let { hash } = tables.head();
    for (const entry of entries) {
      const row = rowOf(entry);
      hash = chainHash(hash, row);
      insertEntry.run(row.sequence, row.groupSequence, row.id, row.atMs, row.content, row.verdict, hash);
    }
    putHead.run(last.sequence, hash);
    for (const { id, kind, frozen } of changed.accounts) putAccount.run(id, kind, frozen ? 1 : 0);
    for (const { account, label, available, held } of changed.purses) {
      putPurse.run(account, label, available, held);
    }
    for (const { id, payer, label, amount, remaining, expiresAtMs, state } of changed.holds) {
      putHold.run(id, payer, label, amount, remaining, expiresAtMs, state);
    }
    for (const { label, issued, redeemed } of changed.circulations)
      putCirculation.run(label, issued, redeemed);
  };
}
