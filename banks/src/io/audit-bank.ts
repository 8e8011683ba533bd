import { chainHash, EMPTY_HASH } from '@kassa/ledger-client';
import { type Database, openReadOnly } from '@kassa/storage';
import { BANK_FINDINGS_MAX } from '../limits.ts';
import {
  decodeNonCash,
  decodeNonCashVerdict,
  encodeNonCashVerdict,
  type NonCashOperation,
  type NonCashVerdict,
} from '../non-cash-operation.ts';
import { createNonCashReplay, type NonCashReplay } from '../non-cash-replay.ts';
import {
  applyNonCash,
  decideNonCash,
  type NonCashAccount,
  type NonCashCredit,
  SETTLEMENT_OWNER,
} from '../non-cash-rules.ts';
import { BANK_DATABASE } from './bank-store.ts';
import { createNonCashTables, type NonCashRow } from './non-cash-tables.ts';

/** The recomputed non-cash book of a bank. */
export interface NonCashAudit {
  /** Balance per customer IBAN, from the journal. */
  readonly balances: ReadonlyMap<string, bigint>;
  /** Credits by instruction id, as the journal leaves them. */
  readonly credits: ReadonlyMap<string, NonCashCredit>;
  readonly entries: number;
  /** End of the journal: compare it with the last head seen elsewhere, for a book cut short whole agrees with itself. */
  readonly head: { readonly sequence: number; readonly hash: string };
  /** What does not agree, one sentence each, naming the place. */
  readonly findings: readonly string[];
}

/** Repeats the journal by the rules and compares every table; reads beside a running bank. @throws StorageError */
export function auditBank(path: string): NonCashAudit {
  const db = openReadOnly(path, BANK_DATABASE);
  try {
    return db.transaction(() => audit(db))();
  } finally {
    db.close();
  }
}

function audit(db: Database): NonCashAudit {
  const findings: string[] = [];
  const find = (text: string): void => {
    if (findings.length < BANK_FINDINGS_MAX) findings.push(text);
  };
  const replay = createNonCashReplay();
  const end = readJournal(db, replay, find);
  const head = createNonCashTables(db).head();
  if (head.sequence !== end.sequence || head.hash !== end.hash) {
    find(`the journal ends at entry ${end.sequence}, entry ${head.sequence} was last written`);
  }
  compareTables(db, replay, find);
  const customers = [...replay.accounts.values()].filter(({ owner }) => owner !== SETTLEMENT_OWNER);
  return {
    balances: new Map(customers.map(({ iban, balance }) => [iban, balance])),
    credits: replay.credits,
    entries: end.count,
    head,
    findings,
  };
}

interface End {
  readonly count: number;
  readonly sequence: number;
  readonly hash: string;
}

function readJournal(db: Database, replay: NonCashReplay, find: (text: string) => void): End {
  const rows = db.prepare<[], NonCashRow>(
    `SELECT sequence, group_sequence AS groupSequence, id, at_ms AS atMs, content, verdict, hash
     FROM journal ORDER BY sequence`,
  );
  let end: End = { count: 0, sequence: 0, hash: EMPTY_HASH };
  for (const row of rows.iterate()) {
    const sequence = Number(row.sequence);
    if (sequence !== end.sequence + 1) find(`journal entry ${end.sequence + 1} is missing`);
    // The stored hash goes on, so that one changed row is one finding and not all that follow.
    if (chainHash(end.hash, row) !== row.hash) {
      find(
        `journal entry ${sequence} is not what its hash was made of, or does not follow the one before it`,
      );
    }
    repeat(row, replay, find);
    end = { count: end.count + 1, sequence, hash: row.hash };
  }
  return end;
}

function repeat(row: NonCashRow, replay: NonCashReplay, find: (text: string) => void): void {
  let operation: NonCashOperation;
  let verdict: NonCashVerdict;
  try {
    operation = decodeNonCash(row.id, row.content);
    verdict = decodeNonCashVerdict(row.verdict);
  } catch (error) {
    find(
      `journal entry ${row.sequence} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
    );
    return;
  }
  // Queueing and the bank's own no are the bank's choice, which the rules allow wherever they would have accepted.
  const isChoice = verdict.code === 'queued' || verdict.code === 'refused-by-bank';
  const again = decideNonCash(replay, operation, { kind: 'immediate' }, Number(row.atMs));
  const expected = isChoice && again.code === 'ok' && operation.type === 'credit' ? verdict : again;
  if (encodeNonCashVerdict(expected) !== row.verdict) {
    find(`journal entry ${row.sequence} is stored as ${verdict.code}, the rules give ${again.code}`);
  }
  try {
    applyNonCash(replay, Number(row.sequence), operation, verdict);
  } catch {
    find(`journal entry ${row.sequence} moves money between accounts that are not open`);
  }
}

function compareTables(db: Database, replay: NonCashReplay, find: (text: string) => void): void {
  const accounts = db.prepare<[], NonCashAccount>('SELECT * FROM account').all();
  compare('account', replay.accounts, new Map(accounts.map((row) => [row.iban, row])), find);
  const credits = db
    .prepare<[], Omit<NonCashCredit, 'dueAtMs'> & { dueAtMs: bigint | null }>(
      `SELECT instruction, iban, end_to_end_id AS endToEndId, amount, state, due_at_ms AS dueAtMs, reason FROM credit`,
    )
    .all()
    .map((row) => ({ ...row, dueAtMs: row.dueAtMs === null ? null : Number(row.dueAtMs) }));
  compare('credit', replay.credits, new Map(credits.map((row) => [row.instruction, row])), find);
  const postings = db
    .prepare<[], { key: bigint; iban: string; amount: bigint; balance: bigint }>('SELECT * FROM posting')
    .all();
  const lines = new Map(postings.map(({ key, ...line }) => [`${key / 2n}/${key % 2n}`, line] as const));
  compare('statement line', replay.postings, lines, find);
  const sum = [...replay.accounts.values()].reduce((total, { balance }) => total + balance, 0n);
  if (sum !== 0n) find(`the accounts add up to ${sum} instead of nothing`);
}

/** Each record in both, field by field. */
function compare<T extends object>(
  what: string,
  expected: ReadonlyMap<string, T>,
  found: ReadonlyMap<string, T>,
  find: (text: string) => void,
): void {
  for (const [key, record] of expected) {
    const row = found.get(key) as Readonly<Record<string, unknown>> | undefined;
    if (!row) {
      find(`${what} ${key}: its table has none, its journal entries make one`);
      continue;
    }
    for (const [field, value] of Object.entries(record)) {
      if (row[field] !== value) {
        find(`${what} ${key}: its ${field} is ${row[field]}, its journal entries come to ${value}`);
      }
    }
  }
  for (const key of found.keys()) {
    if (!expected.has(key)) find(`${what} ${key}: no journal entry makes it`);
  }
}
