import { type ChainedRow, chainHash, EMPTY_HASH } from '@kassa/ledger-client';
import type { Database } from '@kassa/storage';
import type { NonCashAccount, NonCashCredit, NonCashPosting, NonCashState } from '../non-cash-rules.ts';
import { SETTLEMENT_OWNER } from '../non-cash-rules.ts';

/**
 * The non-cash book of a bank. Amounts in tiyn, instants in milliseconds since 1970. The journal is the truth, rows are never
 * changed or removed; the other tables are what follows from it.
 */
export const NON_CASH_TABLES = `CREATE TABLE journal (
     sequence INTEGER PRIMARY KEY,
     group_sequence INTEGER NOT NULL,
     id TEXT NOT NULL UNIQUE,
     at_ms INTEGER NOT NULL,
     content TEXT NOT NULL,
     verdict TEXT NOT NULL,
     hash TEXT NOT NULL
   ) STRICT;
   CREATE TABLE head (
     only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
     sequence INTEGER NOT NULL,
     hash TEXT NOT NULL
   ) STRICT;
   INSERT INTO head VALUES (1, 0, '${EMPTY_HASH}');
   CREATE TABLE account (
     iban TEXT PRIMARY KEY,
     owner TEXT NOT NULL,
     state TEXT NOT NULL,
     balance INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE credit (
     instruction TEXT PRIMARY KEY,
     iban TEXT NOT NULL,
     end_to_end_id TEXT NOT NULL,
     amount INTEGER NOT NULL,
     state TEXT NOT NULL,
     due_at_ms INTEGER,
     reason TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX credit_due ON credit (due_at_ms) WHERE due_at_ms IS NOT NULL;
   CREATE TABLE posting (
     key INTEGER PRIMARY KEY,
     iban TEXT NOT NULL,
     amount INTEGER NOT NULL,
     balance INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX posting_of ON posting (iban);`;

/** A journal row with its hash. */
export interface NonCashRow extends ChainedRow {
  readonly hash: string;
}

/** The book's tables, to read and, inside a job of the bank's store, to write. */
export interface NonCashTables extends NonCashState {
  row(id: string): NonCashRow | undefined;
  rows(fromSequence: number, limit: number): readonly NonCashRow[];
  head(): { readonly sequence: number; readonly hash: string };
  /** Chains a row to the last one. */
  append(row: ChainedRow): void;
  /** Queued credits due by an instant, the longest due first. */
  due(atMs: number, limit: number): readonly NonCashCredit[];
  /** Lines of an account with the rows they come from; keys as {@link postingKey}. */
  postings(iban: string, afterKey: number, beforeKey: number, limit: number): readonly PostedLine[];
  balanceUpTo(iban: string, key: number): bigint;
}

export interface PostedLine {
  readonly key: number;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly id: string;
  readonly atMs: number;
  readonly content: string;
}

/** Orders lines by their place in the journal. */
export function postingKey(sequence: number, line: number): number {
  return sequence * 2 + line;
}

type Whole = number | bigint;
interface AccountRow extends NonCashAccount {}
type CreditRow = Omit<NonCashCredit, 'dueAtMs'> & { readonly dueAtMs: bigint | null };
const toCredit = (row: CreditRow): NonCashCredit => ({
  ...row,
  dueAtMs: row.dueAtMs === null ? null : Number(row.dueAtMs),
});
const ROW_COLUMNS = 'sequence, group_sequence AS groupSequence, id, at_ms AS atMs, content, verdict, hash';
const CREDIT_COLUMNS =
  'instruction, iban, end_to_end_id AS endToEndId, amount, state, due_at_ms AS dueAtMs, reason';

export function createNonCashTables(db: Database): NonCashTables {
  return { ...journalTables(db), ...accountTables(db), ...creditTables(db), ...postingTables(db) };
}

function journalTables(db: Database): Pick<NonCashTables, 'row' | 'rows' | 'head' | 'append'> {
  const selectRow = db.prepare<[string], NonCashRow>(`SELECT ${ROW_COLUMNS} FROM journal WHERE id = ?`);
  const selectRows = db.prepare<[Whole, Whole], NonCashRow>(
    `SELECT ${ROW_COLUMNS} FROM journal WHERE sequence >= ? ORDER BY sequence LIMIT ?`,
  );
  const selectHead = db.prepare<[], { sequence: bigint; hash: string }>('SELECT sequence, hash FROM head');
  const insert = db.prepare<[Whole, Whole, string, Whole, string, string, string]>(
    'INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const putHead = db.prepare<[Whole, string]>('UPDATE head SET sequence = ?, hash = ?');
  const head = () => {
    const row = selectHead.get();
    return { sequence: Number(row?.sequence ?? 0n), hash: row?.hash ?? EMPTY_HASH };
  };
  return {
    row: (id) => selectRow.get(id),
    rows: (fromSequence, limit) => selectRows.all(fromSequence, limit),
    head,
    append(row) {
      const hash = chainHash(head().hash, row);
      insert.run(row.sequence, row.groupSequence, row.id, row.atMs, row.content, row.verdict, hash);
      putHead.run(row.sequence, hash);
    },
  };
}

function accountTables(db: Database): Pick<NonCashTables, 'account' | 'settlement' | 'putAccount'> {
  const select = db.prepare<[string], AccountRow>('SELECT * FROM account WHERE iban = ?');
  const selectOwn = db.prepare<[string], AccountRow>('SELECT * FROM account WHERE owner = ?');
  const put = db.prepare(
    `INSERT INTO account VALUES (:iban, :owner, :state, :balance)
     ON CONFLICT (iban) DO UPDATE SET state = excluded.state, balance = excluded.balance`,
  );
  return {
    account: (iban) => select.get(iban),
    settlement: () => selectOwn.get(SETTLEMENT_OWNER),
    putAccount: (account) => void put.run(account),
  };
}

function creditTables(db: Database): Pick<NonCashTables, 'credit' | 'putCredit' | 'due'> {
  const select = db.prepare<[string], CreditRow>(
    `SELECT ${CREDIT_COLUMNS} FROM credit WHERE instruction = ?`,
  );
  const selectDue = db.prepare<[Whole, Whole], CreditRow>(
    `SELECT ${CREDIT_COLUMNS} FROM credit WHERE due_at_ms <= ? ORDER BY due_at_ms, instruction LIMIT ?`,
  );
  const put = db.prepare(
    `INSERT INTO credit VALUES (:instruction, :iban, :endToEndId, :amount, :state, :dueAtMs, :reason)
     ON CONFLICT (instruction) DO UPDATE SET state = excluded.state, due_at_ms = excluded.due_at_ms, reason = excluded.reason`,
  );
  return {
    credit(instruction) {
      const row = select.get(instruction);
      return row && toCredit(row);
    },
    putCredit: (credit) => void put.run(credit),
    due: (atMs, limit) => selectDue.all(atMs, limit).map(toCredit),
  };
}

function postingTables(db: Database): Pick<NonCashTables, 'addPosting' | 'postings' | 'balanceUpTo'> {
  const insert = db.prepare<[Whole, string, bigint, bigint]>('INSERT INTO posting VALUES (?, ?, ?, ?)');
  const page = db.prepare<
    [string, Whole, Whole, Whole],
    Omit<PostedLine, 'key' | 'atMs'> & { key: bigint; atMs: bigint }
  >(
    `SELECT key, amount, balance, id, at_ms AS atMs, content
     FROM posting JOIN journal ON sequence = key / 2
     WHERE iban = ? AND key > ? AND key < ? ORDER BY key LIMIT ?`,
  );
  const before = db.prepare<[string, Whole], { balance: bigint }>(
    'SELECT balance FROM posting WHERE iban = ? AND key <= ? ORDER BY key DESC LIMIT 1',
  );
  return {
    addPosting: ({ sequence, line, iban, amount, balance }: NonCashPosting) =>
      void insert.run(postingKey(sequence, line), iban, amount, balance),
    postings: (iban, afterKey, beforeKey, limit) =>
      page
        .all(iban, afterKey, beforeKey, limit)
        .map((row) => ({ ...row, key: Number(row.key), atMs: Number(row.atMs) })),
    balanceUpTo: (iban, key) => before.get(iban, key)?.balance ?? 0n,
  };
}
