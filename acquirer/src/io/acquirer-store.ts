import { assert } from '@kassa/primitives';
import { createGroupCommit, type Database, openDatabase, openReadOnly } from '@kassa/storage';
import type { PaymentChange, PaymentRecord, PaymentState } from '../payment-record.ts';
import type { Settle } from '../payment-request.ts';
import type { Route } from '../routing.ts';

/** Schema of `acquirer.db`. No card number: the bank and the last four digits. */
const MIGRATIONS = [
  `CREATE TABLE payments (
     transaction_id TEXT PRIMARY KEY,
     terminal_id TEXT NOT NULL,
     stan TEXT NOT NULL,
     local_time TEXT NOT NULL,
     amount INTEGER NOT NULL,
     settle TEXT,
     merchant_id TEXT NOT NULL,
     bank_id TEXT,
     last_four TEXT,
     state TEXT NOT NULL,
     route TEXT,
     response_code TEXT,
     approval_code TEXT,
     reason TEXT,
     answer_emv_data TEXT,
     time_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE UNIQUE INDEX payments_by_stan ON payments (terminal_id, stan, local_time);
   CREATE INDEX payments_unfinished ON payments (state) WHERE state IN ('received', 'authorised', 'reversing');`,
  `DROP INDEX payments_unfinished;
   CREATE INDEX payments_unfinished ON payments (state) WHERE state IN ('received', 'authorised', 'pending', 'reversing');`,
] as const;

const OPTIONS = {
  application: 'acquirer',
  schemaVersion: MIGRATIONS.length,
  migrations: MIGRATIONS,
} as const;

export interface AcquirerStore {
  find(transactionId: string): PaymentRecord | undefined;
  /** The payment under the same terminal, STAN and local time, whatever its id. */
  findByStan(terminalId: string, stan: string, localTime: string): PaymentRecord | undefined;
  /** Payments still to be concluded, the oldest first: received, authorised, pending or reversing. */
  unfinished(): readonly PaymentRecord[];
  /** False, and nothing is written, when the id or the trace number is another payment's by now. */
  add(record: PaymentRecord, timeMs: number): Promise<boolean>;
  change(transactionId: string, change: PaymentChange): Promise<void>;
  close(): Promise<void>;
}

interface PaymentRow {
  transaction_id: string;
  terminal_id: string;
  stan: string;
  local_time: string;
  amount: bigint;
  settle: Settle | null;
  merchant_id: string;
  bank_id: string | null;
  last_four: string | null;
  state: PaymentState;
  route: Route | null;
  response_code: string | null;
  approval_code: string | null;
  reason: string | null;
  answer_emv_data: string | null;
}

function toRecord(row: PaymentRow): PaymentRecord {
  return {
    transactionId: row.transaction_id,
    terminalId: row.terminal_id,
    stan: row.stan,
    localTime: row.local_time,
    amount: row.amount,
    settle: row.settle,
    merchantId: row.merchant_id,
    bankId: row.bank_id,
    lastFour: row.last_four,
    state: row.state,
    route: row.route,
    responseCode: row.response_code,
    approvalCode: row.approval_code,
    reason: row.reason,
    answerEmvData: row.answer_emv_data,
  };
}

export function openAcquirerStore(path: string): AcquirerStore {
  const db = openDatabase(path, OPTIONS);
  const commit = createGroupCommit(db);
  const select = db.prepare<[string], PaymentRow>('SELECT * FROM payments WHERE transaction_id = ?');
  const selectByStan = db.prepare<[string, string, string], PaymentRow>(
    'SELECT * FROM payments WHERE terminal_id = ? AND stan = ? AND local_time = ?',
  );
  const selectUnfinished = db.prepare<[], PaymentRow>(
    // The list in the words of the index, or it is not used.
    "SELECT * FROM payments WHERE state IN ('received', 'authorised', 'pending', 'reversing') ORDER BY time_ms, transaction_id",
  );
  const insert = db.prepare(
    `INSERT INTO payments VALUES (:transactionId, :terminalId, :stan, :localTime, :amount, :settle, :merchantId, :bankId,
       :lastFour, :state, :route, :responseCode, :approvalCode, :reason, :answerEmvData, :timeMs) ON CONFLICT DO NOTHING`,
  );
  const update = db.prepare(
    `UPDATE payments SET bank_id = :bankId, state = :state, route = :route, response_code = :responseCode,
       approval_code = :approvalCode, reason = :reason, answer_emv_data = :answerEmvData
     WHERE transaction_id = :transactionId`,
  );
  const find = (transactionId: string): PaymentRecord | undefined => {
    const row = select.get(transactionId);
    return row && toRecord(row);
  };
  return {
    find,
    findByStan(terminalId, stan, localTime) {
      const row = selectByStan.get(terminalId, stan, localTime);
      return row && toRecord(row);
    },
    unfinished: () => selectUnfinished.all().map(toRecord),
    add: (record, timeMs) => commit.run(() => insert.run({ ...record, timeMs }).changes === 1),
    change: (transactionId, change) =>
      commit.run(() => {
        const record = find(transactionId);
        assert(record !== undefined, `payment ${transactionId} is changed and was never stored`);
        update.run({ ...record, ...change });
      }),
    async close() {
      await commit.drain();
      db.close();
    },
  };
}

/** Every payment, for the audit; reads beside a running acquirer. @throws StorageError */
export function readPayments<T>(path: string, use: (payments: IterableIterator<PaymentRecord>) => T): T {
  const db = openReadOnly(path, OPTIONS);
  try {
    return use(iterate(db));
  } finally {
    db.close();
  }
}

function* iterate(db: Database): IterableIterator<PaymentRecord> {
  for (const row of db.prepare<[], PaymentRow>('SELECT * FROM payments').iterate()) yield toRecord(row);
}
