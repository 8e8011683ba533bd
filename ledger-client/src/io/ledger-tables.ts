import { assert } from '@kassa/primitives';
import type { Database, Statement } from '@kassa/storage';
import type { JournalView } from '../block.ts';
import { decodeLabelPolicy, decodeTierPolicy, decodeVerdict } from '../canonical.ts';
import type { Entry } from '../entry.ts';
import type { AccountId, Label, MerchantCategory, OperationId, Tier } from '../identifiers.ts';
import type { AccountKind } from '../operation.ts';
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
  readonly sequence: number;
  readonly groupSequence: number;
  readonly id: OperationId;
  readonly atMs: number;
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

/** A purse with what only its file knows of it. */
export interface PurseRow extends Purse {
  readonly number: bigint;
  /** Key of its last line. */
  readonly lastLine: bigint;
}

/** A row of `posting`. */
export interface PostingRow {
  readonly key: bigint;
  readonly purse: bigint;
  readonly number: bigint;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly counterAccount: AccountId | null;
  readonly previous: bigint;
  readonly jump: bigint;
}

type JournalValues = readonly [number, number, OperationId, number, string, string, string];
type PostingValues = readonly [bigint, bigint, bigint, bigint, bigint, AccountId | null, bigint, bigint];

function journalRowOf(values: JournalValues): JournalRow {
  const [sequence, groupSequence, id, atMs, content, verdict, hash] = values;
  return { sequence, groupSequence, id, atMs, content, verdict, hash };
}

function postingRowOf(values: PostingValues): PostingRow {
  const [key, purse, number, amount, balance, counterAccount, previous, jump] = values;
  return { key, purse, number, amount, balance, counterAccount, previous, jump };
}

function* mapRows<V, R>(rows: IterableIterator<V>, rowOf: (values: V) => R): IterableIterator<R> {
  for (const values of rows) yield rowOf(values);
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
  allPurses(): IterableIterator<PurseRow>;
  holds(): IterableIterator<HoldRow>;
  holdsDue(atMs: number, limit: number): readonly Hold[];
  circulations(): readonly Circulation[];
  /** Sums over all accounts, by label. */
  walletSums(): readonly { readonly label: Label; readonly wallets: bigint; readonly held: bigint }[];
  tierPolicies(): IterableIterator<PolicyRow>;
  labelPolicies(): IterableIterator<PolicyRow>;
  attestations(): IterableIterator<Attestation>;
  spendings(): IterableIterator<SpendingRow>;
  /** Every line of every statement, in the order of the journal. */
  postings(): IterableIterator<PostingRow>;
}

export function readTables(db: Database): LedgerTables {
  const get = <P extends unknown[], R>(sql: string): Statement<P, R> => db.prepare<P, R>(sql);
  const head = get<[], HeadRow>('SELECT sequence, hash, epoch FROM head');
  // Their integers are sequence numbers and instants, which a number holds; a bigint each would cost 0.3 µs a row.
  const getJournal = <P extends unknown[]>(rest: string): Statement<P, JournalRow> =>
    get<P, JournalRow>(`SELECT ${JOURNAL_COLUMNS} FROM journal ${rest}`).safeIntegers(false);
  const journalRow = getJournal<[string]>('WHERE id = ?');
  const journalPage = getJournal<[number, number]>('WHERE sequence >= ? ORDER BY sequence LIMIT ?');
  // Whole tables are read as arrays: the library takes twice as long to make an object a row.
  const journal = get<[], JournalValues>(`SELECT ${JOURNAL_COLUMNS} FROM journal ORDER BY sequence`)
    .safeIntegers(false)
    .raw();
  const account = get<[string], AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM account WHERE id = ?`);
  const accounts = get<[], AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM account`);
  const purse = get<[string, string], Purse>(
    'SELECT account, label, available, held FROM purse WHERE account = ? AND label = ?',
  );
  const pursesOf = get<[string], Purse>(
    'SELECT account, label, available, held FROM purse WHERE account = ? ORDER BY label',
  );
  const purses = get<[], PurseRow>(
    'SELECT number, account, label, available, held, last_line AS lastLine FROM purse',
  );
  const postings = get<[], PostingValues>(
    'SELECT key, purse, number, amount, balance, counter_account, previous, jump FROM posting ORDER BY key',
  ).raw();
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
    journalRows: () => mapRows(journal.iterate(), journalRowOf),
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
    postings: () => mapRows(postings.iterate(), postingRowOf),
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
    sequence: row.sequence,
    groupSequence: row.groupSequence,
    id: row.id,
    atMs: row.atMs,
    content: row.content,
    refusal: decodeVerdict(row.verdict),
  };
}

/**
 * The journal as a block needs it, inside its transaction. `isFresh` leaves the look-ups out, for ids that are most likely
 * new: one that is not fails as the block is written, by its UNIQUE index.
 */
export function journalViewOf(tables: LedgerTables, isFresh = false): JournalView {
  return {
    lastSequence: Number(tables.head().sequence),
    entry: (id) => {
      const row = isFresh ? undefined : tables.journalRow(id);
      return row && entryOf(row);
    },
  };
}
