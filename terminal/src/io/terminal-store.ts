import { assert, fromHex, type Tiyn, toHex } from '@kassa/primitives';
import { createGroupCommit, type Database, openDatabase } from '@kassa/storage';
import type { PaymentResult, Receipts } from '../payment-result.ts';
import { nextStan, type TraceNumbers } from '../trace-numbers.ts';

/** Schema of `terminal-ID.db`. No card number, no track, no PIN, no key: what is undone is named by its trace numbers. */
const MIGRATIONS = [
  `CREATE TABLE counters (
     name TEXT PRIMARY KEY,
     value TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE payments (
     transaction_id TEXT PRIMARY KEY,
     stan TEXT NOT NULL,
     rrn TEXT NOT NULL,
     transmission_time TEXT NOT NULL,
     local_time TEXT NOT NULL,
     local_date TEXT NOT NULL,
     amount INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('sent', 'finished', 'reversing', 'reversed')),
     reversal_why TEXT,
     reversal_stan TEXT,
     reversal_attempts INTEGER NOT NULL DEFAULT 0,
     result TEXT,
     receipts TEXT,
     time_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX payments_open ON payments (time_ms) WHERE state IN ('sent', 'reversing');`,
] as const;

/** A payment that was sent, as the journal knows it. */
export interface JournalledPayment {
  readonly transactionId: string;
  readonly numbers: TraceNumbers;
  readonly amount: Tiyn;
}

export interface PendingReversal extends JournalledPayment {
  readonly why: string;
  /** Made and stored once: every repeat uses it. */
  readonly reversalStan: string;
  /** How often it was sent. */
  readonly attempts: number;
}

export interface FinishedPayment {
  readonly result: PaymentResult;
  readonly receipts: Receipts | null;
}

/** The device's own memory; every promise resolves once the change is on disk. */
export interface TerminalStore {
  /** Takes the next systems trace audit number. */
  takeStan(): Promise<string>;
  /**
   * Takes the next key serial number of the PIN pad, so that none is ever used twice; undefined when they are used up.
   * @param first the number before the first, as injected
   */
  takeKsn(first: Uint8Array, next: (ksn: Uint8Array) => Uint8Array | null): Promise<Uint8Array | undefined>;
  /** Before the message goes out. @throws (rejects) SqliteError when the payment was journalled before. */
  journalIntent(payment: JournalledPayment, nowMs: number): Promise<void>;
  /** The end of a payment, sent or not, that stands as it is. @throws (rejects) AssertionError when it has ended. */
  finish(payment: JournalledPayment, end: FinishedPayment, nowMs: number): Promise<void>;
  /**
   * From now on the payment is to be undone, whatever happens to this process.
   * @throws (rejects) AssertionError when it was not sent, or has ended.
   */
  queueReversal(transactionId: string, why: string, end: FinishedPayment): Promise<void>;
  countAttempt(transactionId: string): Promise<void>;
  acknowledgeReversal(transactionId: string): Promise<void>;
  pendingReversals(): readonly PendingReversal[];
  /** Payments sent and never finished: after a start, those whose answer was lost with the process. */
  interrupted(): readonly JournalledPayment[];
  finished(transactionId: string): FinishedPayment | undefined;
  close(): Promise<void>;
}

interface PaymentRow {
  transaction_id: string;
  stan: string;
  rrn: string;
  transmission_time: string;
  local_time: string;
  local_date: string;
  amount: bigint;
  reversal_why: string | null;
  reversal_stan: string | null;
  reversal_attempts: bigint;
  result: string | null;
  receipts: string | null;
}

const FIRST_STAN = '000000';

export function openTerminalStore(path: string): TerminalStore {
  const db = openDatabase(path, {
    application: 'terminal',
    schemaVersion: MIGRATIONS.length,
    migrations: MIGRATIONS,
  });
  const commit = createGroupCommit(db);
  const statements = prepare(db);
  const takeStanNow = (): string => {
    const stan = nextStan(statements.readCounter.get('stan')?.value ?? FIRST_STAN);
    statements.writeCounter.run('stan', stan);
    return stan;
  };
  return {
    takeStan: () => commit.run(takeStanNow),
    takeKsn: (first, next) =>
      commit.run(() => {
        // A new injection brings its own counter: going on with the old one's would use keys nobody derives.
        const name = `ksn ${toHex(first)}`;
        const stored = statements.readCounter.get(name)?.value;
        const ksn = next(stored === undefined ? first : fromHex(stored));
        if (ksn === null) return undefined;
        statements.writeCounter.run(name, toHex(ksn));
        return ksn;
      }),
    journalIntent: (payment, nowMs) =>
      commit.run(() => void statements.insertSent.run({ ...flat(payment), nowMs })),
    finish: (payment, end, nowMs) =>
      commit.run(() => {
        const { changes } = statements.finish.run({ ...flat(payment), ...flatEnd(end), nowMs });
        assert(changes === 1, 'a payment ends once');
      }),
    queueReversal: (id, why, end) =>
      commit.run(() => {
        const { changes } = statements.queue.run({ id, why, stan: takeStanNow(), ...flatEnd(end) });
        assert(changes === 1, 'a payment that was sent and has not ended is reversed');
      }),
    countAttempt: (id) => commit.run(() => void statements.count.run(id)),
    acknowledgeReversal: (id) => commit.run(() => void statements.acknowledge.run(id)),
    pendingReversals: () =>
      statements.open.all('reversing').map((row) => ({
        ...toJournalled(row),
        why: row.reversal_why ?? '',
        reversalStan: row.reversal_stan ?? '',
        attempts: Number(row.reversal_attempts),
      })),
    interrupted: () => statements.open.all('sent').map(toJournalled),
    finished(id) {
      const row = statements.select.get(id);
      if (!row?.result) return undefined;
      return {
        result: JSON.parse(row.result),
        receipts: row.receipts === null ? null : JSON.parse(row.receipts),
      };
    },
    async close() {
      await commit.drain();
      db.close();
    },
  };
}

const COLUMNS =
  'transaction_id, stan, rrn, transmission_time, local_time, local_date, amount, time_ms, state';
const VALUES = ':id, :stan, :rrn, :transmissionTime, :localTime, :localDate, :amount, :nowMs';

/**
 * The open payments of one state, oldest first. The first condition is the index's own, word for word: without it SQLite
 * would read every payment ever made.
 */
export const SELECT_OPEN = `SELECT * FROM payments WHERE state IN ('sent', 'reversing') AND state = ?
  ORDER BY time_ms, transaction_id`;

function prepare(db: Database) {
  return {
    readCounter: db.prepare<[string], { value: string }>('SELECT value FROM counters WHERE name = ?'),
    writeCounter: db.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
    insertSent: db.prepare(`INSERT INTO payments (${COLUMNS}) VALUES (${VALUES}, 'sent')`),
    finish: db.prepare(
      `INSERT INTO payments (${COLUMNS}, result, receipts) VALUES (${VALUES}, 'finished', :result, :receipts)
       ON CONFLICT (transaction_id) DO UPDATE SET state = 'finished', result = :result, receipts = :receipts
       WHERE state = 'sent'`,
    ),
    queue: db.prepare(
      `UPDATE payments SET state = 'reversing', reversal_why = :why, reversal_stan = :stan, result = :result,
         receipts = :receipts
       WHERE transaction_id = :id AND state = 'sent'`,
    ),
    count: db.prepare(
      'UPDATE payments SET reversal_attempts = reversal_attempts + 1 WHERE transaction_id = ?',
    ),
    acknowledge: db.prepare("UPDATE payments SET state = 'reversed' WHERE transaction_id = ?"),
    open: db.prepare<[string], PaymentRow>(SELECT_OPEN),
    select: db.prepare<[string], PaymentRow>('SELECT * FROM payments WHERE transaction_id = ?'),
  };
}

function flat({ transactionId, amount, numbers }: JournalledPayment) {
  return { id: transactionId, amount, ...numbers };
}

function flatEnd({ result, receipts }: FinishedPayment) {
  return { result: JSON.stringify(result), receipts: receipts && JSON.stringify(receipts) };
}

function toJournalled(row: PaymentRow): JournalledPayment {
  return {
    transactionId: row.transaction_id,
    amount: row.amount as Tiyn,
    numbers: {
      stan: row.stan,
      rrn: row.rrn,
      transmissionTime: row.transmission_time,
      localTime: row.local_time,
      localDate: row.local_date,
    },
  };
}
