import { createGroupCommit, type Database, openDatabase, openReadOnly } from '@kassa/storage';

/** Schema of `bank-ID.db`. Card numbers stand here only as keyed hashes; PINs only as PVV. */
const MIGRATIONS = [
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
   CREATE TABLE accounts (
     iban TEXT PRIMARY KEY,
     owner TEXT NOT NULL,
     balance INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE entries (
     seq INTEGER PRIMARY KEY,
     instruction_id TEXT NOT NULL UNIQUE,
     transaction_id TEXT NOT NULL,
     debit TEXT NOT NULL REFERENCES accounts,
     credit TEXT NOT NULL REFERENCES accounts,
     amount INTEGER NOT NULL CHECK (amount > 0),
     time_ms INTEGER NOT NULL
   ) STRICT;`,
] as const;

const OPTIONS = { application: 'bank', schemaVersion: MIGRATIONS.length, migrations: MIGRATIONS } as const;

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

/** One movement of the non-cash book: `amount` tiyn from `debit` to `credit`, both IBANs. */
export interface EntryRow {
  readonly instructionId: string;
  readonly transactionId: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
}

/** What a job inside {@link BankStore.run} may do. Everything happens in one durable transaction. */
export interface BankTables {
  card(cardIndex: string): CardRow | undefined;
  addCard(card: CardRow): void;
  setCounters(cardIndex: string, counters: { pinTriesLeft: number; lastAtc: number }): void;
  /** The stored verdict on a transaction's card checks: undefined when there is none yet. */
  verdict(transactionId: string): VerdictRow | undefined;
  addVerdict(transactionId: string, verdict: VerdictRow): void;
  openAccount(iban: string, owner: string): void;
  balance(iban: string): bigint | undefined;
  entry(instructionId: string): EntryRow | undefined;
  /** Posts both sides of a movement. */
  post(entry: EntryRow, timeMs: number): void;
}

export interface BankStore {
  /** Runs a job and answers once it is on disk. */
  run<T>(job: (tables: BankTables) => T): Promise<T>;
  /** Reads outside any job. */
  readonly read: Pick<BankTables, 'card' | 'balance' | 'entry'>;
  close(): Promise<void>;
}

export function openBankStore(path: string): BankStore {
  const db = openDatabase(path, OPTIONS);
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

interface EntryRecord {
  instruction_id: string;
  transaction_id: string;
  debit: string;
  credit: string;
  amount: bigint;
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

function toEntry(record: EntryRecord): EntryRow {
  return {
    instructionId: record.instruction_id,
    transactionId: record.transaction_id,
    debit: record.debit,
    credit: record.credit,
    amount: record.amount,
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
  const insertAccount = db.prepare('INSERT INTO accounts VALUES (?, ?, 0) ON CONFLICT DO NOTHING');
  const selectBalance = db.prepare<[string], { balance: bigint }>(
    'SELECT balance FROM accounts WHERE iban = ?',
  );
  const selectEntry = db.prepare<[string], EntryRecord>('SELECT * FROM entries WHERE instruction_id = ?');
  const insertEntry = db.prepare(
    `INSERT INTO entries (instruction_id, transaction_id, debit, credit, amount, time_ms)
     VALUES (:instructionId, :transactionId, :debit, :credit, :amount, :timeMs)`,
  );
  const moveBalance = db.prepare('UPDATE accounts SET balance = balance + ? WHERE iban = ?');
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
    openAccount: (iban, owner) => void insertAccount.run(iban, owner),
    balance: (iban) => selectBalance.get(iban)?.balance,
    entry(instructionId) {
      const record = selectEntry.get(instructionId);
      return record && toEntry(record);
    },
    post(entry, timeMs) {
      insertEntry.run({ ...entry, timeMs });
      moveBalance.run(-entry.amount, entry.debit);
      moveBalance.run(entry.amount, entry.credit);
    },
  };
}

/** One line of the recomputed non-cash book. */
export interface NonCashAudit {
  /** Balance per customer IBAN, recomputed from the entries. */
  readonly balances: ReadonlyMap<string, bigint>;
  /** Sum of conversions credited less conversions taken back, per transaction id. */
  readonly convertedByTransaction: ReadonlyMap<string, bigint>;
  /** What does not agree, one sentence each, naming the account. */
  readonly findings: readonly string[];
}

/** Recomputes every balance from the entries; reads beside a running bank. @throws StorageError */
export function auditBank(path: string): NonCashAudit {
  const db = openReadOnly(path, OPTIONS);
  try {
    return db.transaction(() => recompute(db))();
  } finally {
    db.close();
  }
}

function recompute(db: Database): NonCashAudit {
  const computed = new Map<string, bigint>();
  const converted = new Map<string, bigint>();
  const findings: string[] = [];
  const add = (map: Map<string, bigint>, key: string, amount: bigint): void => {
    map.set(key, (map.get(key) ?? 0n) + amount);
  };
  const owners = new Map<string, string>();
  for (const { iban, owner } of db
    .prepare<[], { iban: string; owner: string }>('SELECT iban, owner FROM accounts')
    .iterate()) {
    owners.set(iban, owner);
    computed.set(iban, 0n);
  }
  let expectedSeq = 1n;
  for (const entry of db
    .prepare<[], EntryRecord & { seq: bigint }>('SELECT * FROM entries ORDER BY seq')
    .iterate()) {
    if (entry.seq !== expectedSeq) findings.push(`non-cash entry ${expectedSeq} is missing`);
    expectedSeq = entry.seq + 1n;
    add(computed, entry.debit, -entry.amount);
    add(computed, entry.credit, entry.amount);
    add(
      converted,
      entry.transaction_id,
      owners.get(entry.credit) === SETTLEMENT_OWNER ? -entry.amount : entry.amount,
    );
  }
  for (const iban of computed.keys()) {
    if (!owners.has(iban)) findings.push(`account ${iban}: it has entries and does not exist`);
  }
  for (const row of db
    .prepare<[], { iban: string; balance: bigint }>('SELECT iban, balance FROM accounts')
    .iterate()) {
    const balance = computed.get(row.iban) ?? 0n;
    if (balance !== row.balance) {
      findings.push(`account ${row.iban}: its balance is ${row.balance}, its entries add up to ${balance}`);
    }
  }
  for (const [iban, owner] of owners) if (owner === SETTLEMENT_OWNER) computed.delete(iban);
  return { balances: computed, convertedByTransaction: converted, findings };
}

/** Owner of the bank's own account at the central bank, the other side of every conversion. */
export const SETTLEMENT_OWNER = 'settlement';
