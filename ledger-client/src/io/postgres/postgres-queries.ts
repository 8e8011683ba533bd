import { decodeLabelPolicy, decodeOperation, decodeTierPolicy, decodeVerdict } from '../../canonical.ts';
import { outcomeOf } from '../../entry.ts';
import { type AccountId, type Label, type OperationId, UNMARKED } from '../../identifiers.ts';
import type { JournalEntry, StatementEntry, Supply, SupplyLine } from '../../ledger.ts';
import { PAGE_ROWS_MAX, POSTING_LINES_MAX } from '../../limits.ts';
import { byLabel } from '../../overlay.ts';
import { postingKey } from '../../posting.ts';
import type { Account, Hold, Purse } from '../../view.ts';
import type { LedgerQueries } from '../ledger-queries.ts';

/** Runs one statement that only reads. */
export type Read = <R extends object>(text: string, values: readonly unknown[]) => Promise<R[]>;

export interface JournalRow {
  readonly sequence: bigint;
  readonly group_sequence: bigint;
  readonly id: OperationId;
  readonly at_ms: bigint;
  readonly content: string;
  readonly verdict: string;
  readonly hash: string;
}

export type Nullable<T> = {
  readonly [K in keyof T]: undefined extends T[K] ? NonNullable<T[K]> | null : T[K];
};

export interface HoldRow extends Omit<Hold, 'expiresAtMs' | 'countedDay'> {
  readonly expires_at_ms: bigint;
  readonly counted_day: bigint | null;
}

export const JOURNAL_COLUMNS = 'sequence, group_sequence, id, at_ms, content, verdict, hash';
export const HOLD_COLUMNS = 'id, payer, label, amount, remaining, expires_at_ms, state, counted_day';

/** Answers from the tables of a schema, each as of one committed state. */
export function queriesOf(read: Read, schema: string): LedgerQueries {
  return {
    account: async (id) => {
      const [row] = await read<Nullable<Account>>(
        `SELECT id, kind, frozen, closed, category, tier FROM ${schema}.account WHERE id = $1`,
        [id],
      );
      return row && { ...row, category: row.category ?? undefined, tier: row.tier ?? undefined };
    },
    balances: async (id) => {
      const rows = await read<Purse>(
        `SELECT account, label, available, held FROM ${schema}.purse WHERE account = $1`,
        [id],
      );
      // Here and not by the server, whose order of texts depends on how the database was made.
      return rows.sort(byLabel);
    },
    hold: async (id) => {
      const [row] = await read<HoldRow>(`SELECT ${HOLD_COLUMNS} FROM ${schema}.hold WHERE id = $1`, [id]);
      return row && holdOf(row);
    },
    holdsDue: async (atMs, limit) => {
      const rows = await read<HoldRow>(
        `SELECT ${HOLD_COLUMNS} FROM ${schema}.hold WHERE state = 'open' AND expires_at_ms <= $1 ORDER BY expires_at_ms, id LIMIT $2`,
        [atMs, Math.min(limit, PAGE_ROWS_MAX)],
      );
      return rows
        .map(holdOf)
        .sort((left, right) => left.expiresAtMs - right.expiresAtMs || (left.id < right.id ? -1 : 1));
    },
    supply: () => supplyOf(read, schema),
    tierPolicy: async (tier) => {
      const [row] = await read<{ policy: string }>(
        `SELECT policy FROM ${schema}.tier_policy WHERE tier = $1`,
        [tier],
      );
      return row && decodeTierPolicy(row.policy);
    },
    labelPolicy: async (label) => {
      const [row] = await read<{ policy: string }>(
        `SELECT policy FROM ${schema}.label_policy WHERE label = $1`,
        [label],
      );
      return row && decodeLabelPolicy(row.policy);
    },
    ...journalQueries(read, schema),
    ...statementQueries(read, schema),
  };
}

function journalQueries(
  read: Read,
  schema: string,
): Pick<LedgerQueries, 'operation' | 'readJournal' | 'head' | 'sequenceAt'> {
  return {
    operation: async (id) => {
      const [row] = await read<JournalRow>(`SELECT ${JOURNAL_COLUMNS} FROM ${schema}.journal WHERE id = $1`, [
        id,
      ]);
      return row && journalEntryOf(row);
    },
    readJournal: async (fromSequence, limit = PAGE_ROWS_MAX) => {
      const rows = await read<JournalRow>(
        `SELECT ${JOURNAL_COLUMNS} FROM ${schema}.journal WHERE sequence >= $1 ORDER BY sequence LIMIT $2`,
        [fromSequence, Math.min(limit, PAGE_ROWS_MAX)],
      );
      return rows.map(journalEntryOf);
    },
    head: async () => {
      const [row] = await read<{ sequence: bigint; hash: string }>(
        `SELECT sequence, hash FROM ${schema}.head`,
        [],
      );
      return { sequence: Number(row?.sequence ?? 0n), hash: row?.hash ?? '' };
    },
    // Stamps rise with the sequence but where the clock went back: a search through the primary key needs no index of its own.
    sequenceAt: async (atMs) => {
      const [end] = await read<{ sequence: bigint }>(`SELECT sequence FROM ${schema}.head`, []);
      let low = 0;
      let high = Number(end?.sequence ?? 0n);
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        const [row] = await read<{ at_ms: bigint }>(
          `SELECT at_ms FROM ${schema}.journal WHERE sequence = $1`,
          [middle],
        );
        if (Number(row?.at_ms ?? 0n) <= atMs) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}

interface LineRow {
  readonly key: bigint;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly counter_account: AccountId | null;
  readonly id: OperationId;
  readonly at_ms: bigint;
  readonly content: string;
}

function statementQueries(read: Read, schema: string): Pick<LedgerQueries, 'statement' | 'balanceAt'> {
  const balanceUpTo = async (account: AccountId, label: Label, key: number): Promise<bigint> => {
    const [row] = await read<{ balance: bigint }>(
      `SELECT balance FROM ${schema}.posting WHERE account = $1 AND label = $2 AND key <= $3 ORDER BY key DESC LIMIT 1`,
      [account, label, key],
    );
    return row?.balance ?? 0n;
  };
  return {
    balanceAt: (account, label, sequence) => balanceUpTo(account, label, postingKey(sequence + 1, 0) - 1),
    statement: async (account, query = {}) => {
      const { label = UNMARKED, fromSequence = 1, toSequence } = query;
      const limit = Math.min(query.limit ?? PAGE_ROWS_MAX, PAGE_ROWS_MAX);
      const after = Math.max(postingKey(fromSequence, 0) - 1, query.after ?? 0);
      const before = toSequence === undefined ? Number.MAX_SAFE_INTEGER : postingKey(toSequence + 1, 0);
      const rows = await read<LineRow>(
        `SELECT key, amount, balance, counter_account, journal.id AS id, at_ms, content
         FROM ${schema}.posting JOIN ${schema}.journal ON journal.sequence = ((key - key % ${POSTING_LINES_MAX}) / ${POSTING_LINES_MAX})::int8
         WHERE posting.account = $1 AND posting.label = $2 AND key > $3 AND key < $4 ORDER BY key LIMIT $5`,
        [account, label, after, before, limit + 1],
      );
      const entries = rows.slice(0, limit).map(lineOf);
      const opening = await balanceUpTo(account, label, after);
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
  };
}

/** One statement: issue and wallets of one state. */
export async function supplyOf(read: Read, schema: string): Promise<Supply> {
  const rows = await read<{ kind: string; label: Label; first: string; second: string }>(
    `SELECT 'c' AS kind, label, issued::text AS first, redeemed::text AS second FROM ${schema}.circulation
     UNION ALL SELECT 'w', label, sum(available)::text, sum(held)::text FROM ${schema}.purse GROUP BY label`,
    [],
  );
  const sums = new Map(rows.filter(({ kind }) => kind === 'w').map((row) => [row.label, row]));
  const labels = rows
    .filter(({ kind }) => kind === 'c')
    .map(({ label, first, second }) => {
      const { first: wallets = 0, second: held = 0 } = sums.get(label) ?? {};
      return {
        label,
        issued: BigInt(first),
        redeemed: BigInt(second),
        wallets: BigInt(wallets),
        held: BigInt(held),
      };
    })
    .sort((left, right) => (left.label < right.label ? -1 : 1));
  const sum = (field: keyof SupplyLine): bigint => labels.reduce((total, line) => total + line[field], 0n);
  const total = {
    issued: sum('issued'),
    redeemed: sum('redeemed'),
    wallets: sum('wallets'),
    held: sum('held'),
  };
  return { total, labels };
}

function journalEntryOf(row: JournalRow): JournalEntry {
  const [sequence, groupSequence, atMs] = [row.sequence, row.group_sequence, row.at_ms].map(Number) as [
    number,
    number,
    number,
  ];
  const { id, content, hash } = row;
  const refusal = decodeVerdict(row.verdict);
  const operation = decodeOperation(id, content);
  const outcome = outcomeOf({ sequence, groupSequence, id, atMs, content, refusal }, false);
  return { sequence, groupSequence, atMs, operation, outcome, hash };
}

export function holdOf({ expires_at_ms, counted_day, ...row }: HoldRow): Hold {
  return {
    ...row,
    expiresAtMs: Number(expires_at_ms),
    countedDay: counted_day === null ? undefined : Number(counted_day),
  };
}

function lineOf(row: LineRow): StatementEntry {
  const key = Number(row.key);
  return {
    sequence: Math.floor(key / POSTING_LINES_MAX),
    line: key % POSTING_LINES_MAX,
    atMs: Number(row.at_ms),
    operationId: row.id,
    operationType: decodeOperation(row.id, row.content).type,
    amount: row.amount,
    balance: row.balance,
    counterAccount: row.counter_account ?? undefined,
  };
}
