import { assert } from '@kassa/primitives';
import type { Database } from '@kassa/storage';
import { decodeOperation } from '../canonical.ts';
import { type AccountId, type Label, type OperationId, UNMARKED } from '../identifiers.ts';
import type { Statement, StatementEntry, StatementQuery } from '../ledger.ts';
import { PAGE_ROWS_MAX, POSTING_LINES_MAX } from '../limits.ts';
import { lineOfNumber, lineUpTo } from '../line-links.ts';
import { postingKey } from '../posting.ts';
import { readLinksOf } from './read-links.ts';

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
  readonly previous: bigint;
  readonly id: OperationId;
  readonly atMs: bigint;
  readonly content: string;
}

export function readStatements(db: Database): StatementReader {
  const line = db.prepare<[number], PostingRow>(
    `SELECT key, amount, balance, counter_account AS counterAccount, previous, journal.id AS id, at_ms AS atMs, content
     FROM posting JOIN journal ON journal.sequence = posting.key / ${POSTING_LINES_MAX} WHERE key = ?`,
  );
  const balance = db.prepare<[number], { balance: bigint }>('SELECT balance FROM posting WHERE key = ?');
  const lastLine = db.prepare<[string, string], { lastLine: bigint }>(
    'SELECT last_line AS lastLine FROM purse WHERE account = ? AND label = ?',
  );
  const stamp = db.prepare<[number], { atMs: bigint }>(
    'SELECT at_ms AS atMs FROM journal WHERE sequence = ?',
  );
  const last = db.prepare<[], { sequence: bigint }>('SELECT sequence FROM head');
  const readLinks = readLinksOf(db);
  const lastSequence = (): number => Number(last.get()?.sequence ?? 0n);
  const lineBefore = (account: AccountId, label: Label, keyMax: number): number =>
    lineUpTo(Number(lastLine.get(account, label)?.lastLine ?? 0n), keyMax, readLinks);
  const balanceAfter = (key: number): bigint => balance.get(key)?.balance ?? 0n;

  /** Lines after one and up to another, the first `limit`, oldest first. */
  const linesBetween = (before: number, end: number, limit: number): readonly PostingRow[] => {
    if (end <= before) return [];
    const first = before === 0 ? 1 : readLinks(before).number + 1;
    const rows: PostingRow[] = [];
    const pageEnd = lineOfNumber(end, Math.min(first + limit - 1, readLinks(end).number), readLinks);
    for (let key = pageEnd; key > before; ) {
      const row = line.get(key);
      assert(row !== undefined, `there is a line ${key} on a statement`);
      rows.push(row);
      key = Number(row.previous);
    }
    return rows.reverse();
  };

  const statementOf = (account: AccountId, query: StatementQuery): Statement => {
    const { label = UNMARKED, fromSequence = 1, toSequence = lastSequence() } = query;
    const limit = Math.min(query.limit ?? PAGE_ROWS_MAX, PAGE_ROWS_MAX);
    const after = Math.max(postingKey(fromSequence, 0) - 1, query.after ?? 0);
    const before = lineBefore(account, label, after);
    const end = lineBefore(account, label, postingKey(toSequence + 1, 0) - 1);
    const entries = limit > 0 ? linesBetween(before, end, limit).map(entryOf) : [];
    const opening = balanceAfter(before);
    const closing = entries.at(-1);
    const closingKey = closing && postingKey(closing.sequence, closing.line);
    return {
      account,
      label,
      opening,
      entries,
      closing: closing?.balance ?? opening,
      next: closingKey !== end ? closingKey : undefined,
    };
  };
  // A page is many reads: of one committed state.
  const atOnce = db.transaction(statementOf);
  const balanceAtOnce = db.transaction((account: AccountId, label: Label, sequence: number) =>
    balanceAfter(lineBefore(account, label, postingKey(sequence + 1, 0) - 1)),
  );
  return {
    statement: (account, query = {}) => atOnce(account, query),
    balanceAt: (account, label, sequence) => balanceAtOnce(account, label, sequence),
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
