import { AssertionError, assert, type Clock } from '@kassa/primitives';
import {
  type Database,
  GROUP_COMMIT_BATCH_MAX,
  GROUP_COMMIT_QUEUE_MAX,
  openDatabase,
  StorageError,
  withStorageErrors,
} from '@kassa/storage';
import { encodeAll } from '../block.ts';
import type { RestorableLedger } from '../journal-lines.ts';
import { SUBMISSION_OPERATIONS_MAX } from '../limits.ts';
import type { Outcome } from '../outcome.ts';
import { queriesOf } from './ledger-queries.ts';
import { type LedgerTables, readTables } from './ledger-tables.ts';
import { LEDGER_DATABASE } from './schema.ts';
import { createSubmissionQueue, type SubmissionQueue, type Waiting } from './sqlite-queue.ts';
import { startWriterThread } from './sqlite-worker-carrier.ts';
import { createLedgerWriter } from './sqlite-writer.ts';

export interface OpenLedgerOptions {
  /** The database file, or `:memory:`. Its directory must be this process's alone: see `lockDirectory`. */
  readonly path: string;
  /** Stamps entries and decides whether a hold's time is over. */
  readonly clock: Clock;
  /** Submissions waiting at one time, beyond which StorageError `overloaded`. Default GROUP_COMMIT_QUEUE_MAX. */
  readonly queueMax?: number;
  /**
   * Where it decides and writes: a thread of its own, by default, so that the caller's never waits for the disk, or the
   * caller's, which saves one caller alone 0.1 ms. What is kept in memory is always in the caller's.
   */
  readonly writer?: 'own-thread' | 'this-thread';
}

/** A ledger in this process. */
export interface OpenLedger extends RestorableLedger {
  /** Answers what was submitted, then closes the file; nothing may be called afterwards. */
  close(): Promise<void>;
}

const MEMORY = ':memory:';

/**
 * Opens the ledger kept in a SQLite file: one transaction and one fsync for all submissions that wait at a time. Reads see
 * what is committed, and do not wait for the writer.
 * @throws StorageError as `openDatabase`, and `corrupt` when the end of the journal is not the one last written.
 */
export function openLedger(options: OpenLedgerOptions): OpenLedger {
  const db = openDatabase(options.path, LEDGER_DATABASE);
  try {
    // A damaged page may be met only now, when it is first read.
    return withStorageErrors(options.path, () =>
      options.path === MEMORY || options.writer === 'this-thread'
        ? createLedger(db, options)
        : createThreadedLedger(db, options),
    );
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The ledger of an open database, which it owns from now on; its writer is in this thread. */
export function createLedger(db: Database, options: Omit<OpenLedgerOptions, 'path'>): OpenLedger {
  const { tables, epoch } = takeOver(db);
  const writer = createLedgerWriter(db, epoch);
  const queue: SubmissionQueue = createSubmissionQueue(db.name, options.queueMax ?? GROUP_COMMIT_QUEUE_MAX, {
    batchMax: GROUP_COMMIT_BATCH_MAX,
    // What comes in the same turn of the event loop is one transaction.
    schedule: setImmediate,
    carry: (batch: readonly Waiting[]) => {
      const outcome = writer.run(batch.map(({ submission }) => submission));
      if ('error' in outcome) queue.settleAll(batch, outcome.error);
      else queue.settle(batch, outcome.verdicts);
    },
  });
  const close = async (): Promise<void> => {
    db.close();
  };
  return ledgerOf({ db, tables, queue, options, close });
}

/** This thread's handle only reads from here on. */
function createThreadedLedger(db: Database, options: OpenLedgerOptions): OpenLedger {
  const { tables, epoch } = takeOver(db);
  db.pragma('query_only = ON');
  const carrier = startWriterThread({ path: options.path, epoch });
  const queue = createSubmissionQueue(db.name, options.queueMax ?? GROUP_COMMIT_QUEUE_MAX, carrier);
  carrier.connect(queue);
  // The writer last: whoever closes last moves the log into the file, which takes a while.
  const close = (): Promise<void> => {
    db.close();
    return carrier.close();
  };
  return ledgerOf({ db, tables, queue, options, close });
}

interface Parts {
  readonly db: Database;
  readonly tables: LedgerTables;
  readonly queue: SubmissionQueue;
  readonly options: Pick<OpenLedgerOptions, 'clock'>;
  /** After everything was answered. */
  close(): Promise<void>;
}

function ledgerOf({ db, tables, queue, options, close }: Parts): OpenLedger {
  let isClosed = false;
  return {
    submit: (operations, { linked = false } = {}) => {
      assert(!isClosed, 'the ledger is closed');
      assert(
        operations.length <= SUBMISSION_OPERATIONS_MAX,
        `a submission is at most ${SUBMISSION_OPERATIONS_MAX} operations`,
      );
      try {
        const nowMs = options.clock();
        assert(Number.isSafeInteger(nowMs), 'the clock gives whole milliseconds');
        const submission = { type: 'submit', operations: encodeAll(operations), linked, nowMs } as const;
        return queue.submit(submission) as Promise<readonly Outcome[]>;
      } catch (error) {
        // What cannot be written is a bug of this caller alone.
        if (error instanceof AssertionError) return Promise.reject(error);
        throw error;
      }
    },
    restore: (steps) => {
      assert(!isClosed, 'the ledger is closed');
      return queue.submit({ type: 'restore', steps }) as Promise<void>;
    },
    ...queriesOf(db, tables),
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await queue.drain();
      await close();
    },
  };
}

/** Checks where the journal ends, and makes this the only writer: any other that has the file open is refused from now on. */
function takeOver(db: Database): { readonly tables: LedgerTables; readonly epoch: bigint } {
  const tables = readTables(db);
  checkHead(db, tables);
  const row = db.prepare<[], { epoch: bigint }>('UPDATE head SET epoch = epoch + 1 RETURNING epoch').get();
  assert(row !== undefined, 'the head has its row');
  return { tables, epoch: row.epoch };
}

/** Cheap enough for every open: whether the journal ends where it was last seen to end. */
function checkHead(db: Database, tables: LedgerTables): void {
  const head = tables.head();
  const last = db
    .prepare<[], { sequence: bigint; hash: string }>(
      'SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1',
    )
    .get();
  if ((last?.sequence ?? 0n) === head.sequence && (last?.hash ?? head.hash) === head.hash) return;
  throw new StorageError({
    code: 'corrupt',
    path: db.name,
    found: `has a journal that ends at ${last?.sequence ?? 0n} where ${head.sequence} was last written`,
    remedy: 'Run the audit on it, and restore the last backup.',
  });
}
