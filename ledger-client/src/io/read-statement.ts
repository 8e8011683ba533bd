import type { Database } from '@kassa/storage';
import { decodeOperation } from '../canonical.ts';
import { type AccountId, type Label, type OperationId, UNMARKED } from '../identifiers.ts';
import type { Statement, StatementEntry, StatementQuery } from '../ledger.ts';
import { PAGE_ROWS_MAX, POSTING_LINES_MAX } from '../limits.ts';
import { postingKey } from '../posting.ts';

/** Statements and past balances from the tables. */
export interface StatementReader {
  statement(account: AccountId, query?: StatementQuery): Statement;
  balanceAt(account: AccountId, label: Label, sequence: number): bigint;
  sequenceAt(atMs: number): number;
}

interface PostingRow {
  readonly key: bigint;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly counterAccount: AccountId | null;
  readonly id: OperationId;
  readonly atMs: bigint;
  readonly content: string;
}

export function readStatements(db: Database): StatementReader {
  const page = db.prepare<[string, string, number, number, number], PostingRow>(
    `SELECT key, amount, balance, counter_account AS counterAccount, journal.id AS id, at_ms AS atMs, content
     FROM posting JOIN journal ON journal.sequence = posting.key / ${POSTING_LINES_MAX}
     WHERE posting.account = ? AND posting.label = ? AND key > ? AND key < ? ORDER BY key LIMIT ?`,
  );
  const before = db.prepare<[string, string, number], { balance: bigint }>(
    'SELECT balance FROM posting WHERE account = ? AND label = ? AND key <= ? ORDER BY key DESC LIMIT 1',
  );
  const stamp = db.prepare<[number], { atMs: bigint }>(
    'SELECT at_ms AS atMs FROM journal WHERE sequence = ?',
  );
  const last = db.prepare<[], { sequence: bigint }>('SELECT sequence FROM head');
  const lastSequence = (): number => Number(last.get()?.sequence ?? 0n);
  const balanceUpTo = (account: AccountId, label: Label, key: number): bigint =>
    before.get(account, label, key)?.balance ?? 0n;
  return {
    statement: (account, query = {}) => {
      const { label = UNMARKED, fromSequence = 1, toSequence = lastSequence() } = query;
      const limit = Math.min(query.limit ?? PAGE_ROWS_MAX, PAGE_ROWS_MAX);
      const after = Math.max(postingKey(fromSequence, 0) - 1, query.after ?? 0);
      const rows = page.all(account, label, after, postingKey(toSequence + 1, 0), limit + 1);
      const entries = rows.slice(0, limit).map(entryOf);
      const opening = balanceUpTo(account, label, after);
      const end = entries.at(-1);
      return {
        account,
        label,
        opening,
        entries,
        closing: end?.balance ?? opening,
        next: end && rows.length > limit ? postingKey(end.sequence, end.line) : undefined,
      };
    },
    balanceAt: (account, label, sequence) => balanceUpTo(account, label, postingKey(sequence + 1, 0) - 1),
    sequenceAt: (atMs) => {
      let low = 0;
      let high = lastSequence();
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (Number(stamp.get(middle)?.atMs ?? 0n) <= atMs) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}

function entryOf(row: PostingRow): StatementEntry {
  const key = Number(row.key);
  return {
    sequence: Math.floor(key / POSTING_LINES_MAX),
    line: key % POSTING_LINES_MAX,
    atMs: Number(row.atMs),
    operationId: row.id,
    operationType: decodeOperation(row.id, row.content).type,
    amount: row.amount,
    balance: row.balance,
    counterAccount: row.counterAccount ?? undefined,
  };
}
