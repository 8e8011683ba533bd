import { createGroupCommit, type Database, type OpenDatabaseOptions, openDatabase } from '@kassa/storage';
import { createNonCashTables, NON_CASH_TABLES, type NonCashTables } from './non-cash-tables.ts';

/** Schema of `bank-ID.db`. Card numbers stand here only as keyed hashes; PINs only as PVV. */
const MIGRATIONS = [
  '',
  `CREATE TABLE cards (
     card_index TEXT PRIMARY KEY,
     last_four TEXT NOT NULL,
     psn TEXT NOT NULL,
     expiry TEXT NOT NULL,
     account TEXT NOT NULL,
     pin_reference TEXT NOT NULL,
     pin_tries_left INTEGER NOT NULL,
     last_atc INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE verdicts (
     transaction_id TEXT PRIMARY KEY,
     card_index TEXT NOT NULL REFERENCES cards,
     amount INTEGER NOT NULL,
     refusal TEXT,
     time_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   ${NON_CASH_TABLES}`,
] as const;

/** How a bank's file is opened. Version 1 kept movements without ids' answers, chain or states: it cannot be brought up to date. */
export const BANK_DATABASE: OpenDatabaseOptions = {
  application: 'bank',
  schemaVersion: MIGRATIONS.length,
  oldestVersion: 2,
  migrations: MIGRATIONS,
};

export interface CardRow {
  readonly cardIndex: string;
  readonly lastFour: string;
  readonly psn: string;
  readonly expiry: string;
  readonly account: string;
  readonly pinReference: string;
  readonly pinTriesLeft: number;
  /** Application transaction counter of the last cryptogram accepted, -1 before the first. */
  readonly lastAtc: number;
}

/** What the card checks of a transaction came to, and what they were made on. */
export interface VerdictRow {
  readonly cardIndex: string;
  readonly amount: bigint;
  readonly refusal: string | null;
  readonly timeMs: number;
}

/** What a job inside {@link BankStore.run} may do. Everything happens in one durable transaction. */
export interface BankTables {
  card(cardIndex: string): CardRow | undefined;
  addCard(card: CardRow): void;
  setCounters(cardIndex: string, counters: { pinTriesLeft: number; lastAtc: number }): void;
  /** The stored verdict on a transaction's card checks: undefined when there is none yet. */
  verdict(transactionId: string): VerdictRow | undefined;
  addVerdict(transactionId: string, verdict: VerdictRow): void;
  readonly nonCash: NonCashTables;
}

export interface BankStore {
  /** Runs a job and answers once it is on disk. */
  run<T>(job: (tables: BankTables) => T): Promise<T>;
  /** Reads outside any job. */
  readonly read: Pick<BankTables, 'card' | 'nonCash'>;
  close(): Promise<void>;
}

export function openBankStore(path: string): BankStore {
  const db = openDatabase(path, BANK_DATABASE);
  const tables = createTables(db);
  const commit = createGroupCommit(db);
  return {
    run: (job) => commit.run(() => job(tables)),
    read: tables,
    async close() {
      await commit.drain();
      db.close();
    },
  };
}

interface CardRecord {
  card_index: string;
  last_four: string;
  psn: string;
  expiry: string;
  account: string;
  pin_reference: string;
  pin_tries_left: bigint;
  last_atc: bigint;
}

interface VerdictRecord {
  card_index: string;
  amount: bigint;
  refusal: string | null;
  time_ms: bigint;
}

function toCard(record: CardRecord): CardRow {
  return {
    cardIndex: record.card_index,
    lastFour: record.last_four,
    psn: record.psn,
    expiry: record.expiry,
    account: record.account,
    pinReference: record.pin_reference,
    pinTriesLeft: Number(record.pin_tries_left),
    lastAtc: Number(record.last_atc),
  };
}

function toVerdict(record: VerdictRecord): VerdictRow {
  return {
    cardIndex: record.card_index,
    amount: record.amount,
    refusal: record.refusal,
    timeMs: Number(record.time_ms),
  };
}

function createTables(db: Database): BankTables {
  const selectCard = db.prepare<[string], CardRecord>('SELECT * FROM cards WHERE card_index = ?');
  const insertCard = db.prepare(
    'INSERT INTO cards VALUES (:cardIndex, :lastFour, :psn, :expiry, :account, :pinReference, :pinTriesLeft, :lastAtc)',
  );
  const updateCounters = db.prepare(
    'UPDATE cards SET pin_tries_left = :pinTriesLeft, last_atc = :lastAtc WHERE card_index = :cardIndex',
  );
  const selectVerdict = db.prepare<[string], VerdictRecord>(
    'SELECT * FROM verdicts WHERE transaction_id = ?',
  );
  const insertVerdict = db.prepare(
    'INSERT INTO verdicts VALUES (:transactionId, :cardIndex, :amount, :refusal, :timeMs)',
  );
  return {
    card(cardIndex) {
      const record = selectCard.get(cardIndex);
      return record && toCard(record);
    },
    addCard: (card) => void insertCard.run(card),
    setCounters: (cardIndex, counters) => void updateCounters.run({ cardIndex, ...counters }),
    verdict(transactionId) {
      const record = selectVerdict.get(transactionId);
      return record && toVerdict(record);
    },
    addVerdict: (transactionId, verdict) => void insertVerdict.run({ transactionId, ...verdict }),
    nonCash: createNonCashTables(db),
  };
}
