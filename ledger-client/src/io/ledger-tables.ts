import { assert } from '@kassa/primitives';
import type { Database, Statement } from '@kassa/storage';
import type { JournalView } from '../block.ts';
import { decodeLabelPolicy, decodeTierPolicy, decodeVerdict } from '../canonical.ts';
import type { Entry } from '../entry.ts';
import type { AccountId, Label, MerchantCategory, OperationId, Tier } from '../identifiers.ts';
import { POSTING_LINES_MAX } from '../limits.ts';
import type { AccountKind } from '../operation.ts';
import { type Posting, postingKey } from '../posting.ts';
import type {
  Account,
  Attestation,
  Circulation,
  Hold,
  HoldState,
  LedgerView,
  Purse,
  Spending,
} from '../view.ts';

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
  readonly closed: bigint;
  readonly category: MerchantCategory | null;
  readonly tier: Tier | null;
}

interface HoldRow {
  readonly id: OperationId;
  readonly payer: AccountId;
  readonly label: Label;
  readonly amount: bigint;
  readonly remaining: bigint;
  readonly expiresAtMs: bigint;
  readonly state: HoldState;
  readonly countedDay: bigint | null;
}

interface SpendingRow extends Omit<Spending, 'day' | 'count'> {
  readonly day: bigint;
  readonly count: bigint;
}

/** A policy as it is stored. */
export interface PolicyRow {
  readonly name: string;
  readonly policy: string;
}

/** The end of the journal as stored. */
export interface HeadRow {
  readonly sequence: bigint;
  readonly hash: string;
  /** Raised by each writer as it opens the ledger. */
  readonly epoch: bigint;
}

const ACCOUNT_COLUMNS = 'id, kind, frozen, closed, category, tier';
const JOURNAL_COLUMNS =
  'sequence, group_sequence AS groupSequence, id, at_ms AS atMs, content, verdict, hash';
const HOLD_COLUMNS =
  'id, payer, label, amount, remaining, expires_at_ms AS expiresAtMs, state, counted_day AS countedDay';

/** Typed reads of the ledger's tables; they work on a read-only handle too. */
export interface LedgerTables extends LedgerView {
  head(): HeadRow;
  journalRow(id: OperationId): JournalRow | undefined;
  journalPage(fromSequence: number, limit: number): readonly JournalRow[];
  /** The whole journal, a row at a time; the handle cannot write meanwhile. */
  journalRows(): IterableIterator<JournalRow>;
  accounts(): IterableIterator<AccountRow>;
  allPurses(): IterableIterator<Purse>;
  holds(): IterableIterator<HoldRow>;
  holdsDue(atMs: number, limit: number): readonly Hold[];
  circulations(): readonly Circulation[];
  /** Sums over all accounts, by label. */
  walletSums(): readonly { readonly label: Label; readonly wallets: bigint; readonly held: bigint }[];
  tierPolicies(): IterableIterator<PolicyRow>;
  labelPolicies(): IterableIterator<PolicyRow>;
  attestations(): IterableIterator<Attestation>;
  spendings(): IterableIterator<SpendingRow>;
  /** The lines of one entry on statements. */
  postings(sequence: number): readonly Posting[];
  /** Of the first line whose entry is not in the journal. */
  strayPosting(): Posting | undefined;
}

export function readTables(db: Database): LedgerTables {
  const get = <P extends unknown[], R>(sql: string): Statement<P, R> => db.prepare<P, R>(sql);
  const head = get<[], HeadRow>('SELECT sequence, hash, epoch FROM head');
  const journalRow = get<[string], JournalRow>(`SELECT ${JOURNAL_COLUMNS} FROM journal WHERE id = ?`);
  const journalPage = get<[number, number], JournalRow>(
    `SELECT ${JOURNAL_COLUMNS} FROM journal WHERE sequence >= ? ORDER BY sequence LIMIT ?`,
  );
  const journal = get<[], JournalRow>(`SELECT ${JOURNAL_COLUMNS} FROM journal ORDER BY sequence`);
  const account = get<[string], AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM account WHERE id = ?`);
  const accounts = get<[], AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM account`);
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
    head: () => {
      const row = head.get();
      assert(row !== undefined, 'the head has its row');
      return row;
    },
    journalRow: (id) => journalRow.get(id),
    journalPage: (fromSequence, limit) => journalPage.all(fromSequence, limit),
    journalRows: () => journal.iterate(),
    account: (id) => {
      const row = account.get(id);
      return row && accountOf(row);
    },
    accounts: () => accounts.iterate(),
    purse: (id, label) => purse.get(id, label) ?? { account: id, label, available: 0n, held: 0n },
    purses: (id) => pursesOf.all(id),
    allPurses: () => purses.iterate(),
    hold: (id) => {
      const row = hold.get(id);
      return row && holdOf(row);
    },
    holds: () => holds.iterate(),
    holdsDue: (atMs, limit) => due.all(atMs, limit).map(holdOf),
    circulation: (label) => circulation.get(label) ?? { label, issued: 0n, redeemed: 0n },
    circulations: () => circulations.all(),
    walletSums: () => sums.all(),
    ...readPolicies(db),
    ...readPostings(db),
  };
}

type PolicyTables = Pick<
  LedgerTables,
  | 'tierPolicy'
  | 'labelPolicy'
  | 'attestation'
  | 'spending'
  | 'tierPolicies'
  | 'labelPolicies'
  | 'attestations'
  | 'spendings'
>;

function readPolicies(db: Database): PolicyTables {
  const get = <P extends unknown[], R>(sql: string): Statement<P, R> => db.prepare<P, R>(sql);
  const tierPolicy = get<[string], { policy: string }>('SELECT policy FROM tier_policy WHERE tier = ?');
  const labelPolicy = get<[string], { policy: string }>('SELECT policy FROM label_policy WHERE label = ?');
  const attestation = get<[string, string, string], Attestation>(
    'SELECT label, condition, subject FROM attestation WHERE label = ? AND condition = ? AND subject = ?',
  );
  const spending = get<[string, string], SpendingRow>(
    'SELECT account, label, day, amount, count FROM spending WHERE account = ? AND label = ?',
  );
  const tierPolicies = get<[], PolicyRow>('SELECT tier AS name, policy FROM tier_policy ORDER BY tier');
  const labelPolicies = get<[], PolicyRow>('SELECT label AS name, policy FROM label_policy ORDER BY label');
  const attestations = get<[], Attestation>('SELECT label, condition, subject FROM attestation');
  const spendings = get<[], SpendingRow>('SELECT account, label, day, amount, count FROM spending');
  return {
    tierPolicy: (tier) => {
      const row = tierPolicy.get(tier);
      return row && decodeTierPolicy(row.policy);
    },
    labelPolicy: (label) => {
      const row = labelPolicy.get(label);
      return row && decodeLabelPolicy(row.policy);
    },
    attestation: (label, condition, subject) => attestation.get(label, condition, subject),
    spending: (account, label) => {
      const row = spending.get(account, label);
      return row && spendingOf(row);
    },
    tierPolicies: () => tierPolicies.iterate(),
    labelPolicies: () => labelPolicies.iterate(),
    attestations: () => attestations.iterate(),
    spendings: () => spendings.iterate(),
  };
}

interface PostingRow {
  readonly key: bigint;
  readonly account: AccountId;
  readonly label: Label;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly counterAccount: AccountId | null;
}

function readPostings(db: Database): Pick<LedgerTables, 'postings' | 'strayPosting'> {
  const columns = 'key, account, label, amount, balance, counter_account AS counterAccount';
  const ofEntry = db.prepare<[number, number], PostingRow>(
    `SELECT ${columns} FROM posting WHERE key BETWEEN ? AND ? ORDER BY key`,
  );
  const stray = db.prepare<[], PostingRow>(
    `SELECT ${columns} FROM posting WHERE NOT EXISTS (SELECT 1 FROM journal WHERE sequence = key / ${POSTING_LINES_MAX}) ORDER BY key LIMIT 1`,
  );
  return {
    postings: (sequence) =>
      ofEntry.all(postingKey(sequence, 0), postingKey(sequence + 1, 0) - 1).map(postingOf),
    strayPosting: () => {
      const row = stray.get();
      return row && postingOf(row);
    },
  };
}

function postingOf({ key, counterAccount, ...row }: PostingRow): Posting {
  const sequence = Math.floor(Number(key) / POSTING_LINES_MAX);
  const line = Number(key) % POSTING_LINES_MAX;
  return { ...row, sequence, line, counterAccount: counterAccount ?? undefined };
}

export function accountOf({ category, tier, ...row }: AccountRow): Account {
  return {
    ...row,
    frozen: row.frozen === 1n,
    closed: row.closed === 1n,
    category: category ?? undefined,
    tier: tier ?? undefined,
  };
}

export function spendingOf(row: SpendingRow): Spending {
  return { ...row, day: Number(row.day), count: Number(row.count) };
}

export function holdOf(row: HoldRow): Hold {
  const { countedDay } = row;
  return {
    ...row,
    expiresAtMs: Number(row.expiresAtMs),
    countedDay: countedDay === null ? undefined : Number(countedDay),
  };
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
