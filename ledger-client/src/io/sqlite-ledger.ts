import { assert, type Clock } from '@kassa/primitives';
import {
  createGroupCommit,
  type Database,
  openDatabase,
  StorageError,
  withStorageErrors,
} from '@kassa/storage';
import { type Block, createBlock } from '../block.ts';
import type { RestorableLedger } from '../journal-lines.ts';
import { LedgerFenced } from '../ledger-error.ts';
import { REMEMBERED_VALUES_MAX, SUBMISSION_OPERATIONS_MAX } from '../limits.ts';
import { createOverlay } from '../overlay.ts';
import { queriesOf } from './ledger-queries.ts';
import { journalViewOf, type LedgerTables, readTables } from './ledger-tables.ts';
import { LEDGER_DATABASE } from './schema.ts';
import { prepareWrites } from './write-block.ts';

export interface OpenLedgerOptions {
  /** The database file, or `:memory:`. Its directory must be this process's alone: see `lockDirectory`. */
  readonly path: string;
  /** Stamps entries and decides whether a hold's time is over. */
  readonly clock: Clock;
  /** Submissions waiting at one time, beyond which StorageError `overloaded`. Default GROUP_COMMIT_QUEUE_MAX. */
  readonly queueMax?: number;
}

/** A ledger in this process. */
export interface OpenLedger extends RestorableLedger {
  /** Answers what was submitted, then closes the file; nothing may be called afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the ledger kept in a SQLite file: one transaction and one fsync for all submissions of a turn of the event loop.
 * @throws StorageError as `openDatabase`, and `corrupt` when the end of the journal is not the one last written.
 */
export function openLedger(options: OpenLedgerOptions): OpenLedger {
  const db = openDatabase(options.path, LEDGER_DATABASE);
  try {
    // A damaged page may be met only now, when it is first read.
    return withStorageErrors(options.path, () => createLedger(db, options));
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The ledger of an open database, which it owns from now on. */
export function createLedger(db: Database, options: Omit<OpenLedgerOptions, 'path'>): OpenLedger {
  const tables = readTables(db);
  checkHead(db, tables);
  const epoch = raiseEpoch(db);
  const write = prepareWrites(db, tables);
  let overlay = createOverlay(tables);
  let block: Block | undefined;
  let isClosed = false;
  // Inside the transaction, which no other writer can enter: from here to its end the epoch stays what it is.
  const startBlock = (): Block => {
    const { epoch: current } = tables.head();
    if (current !== epoch) throw new LedgerFenced(Number(epoch), Number(current));
    return createBlock(overlay, journalViewOf(tables));
  };
  const group = createGroupCommit(db, {
    ...(options.queueMax === undefined ? {} : { queueMax: options.queueMax }),
    jobsOnlyRead: true,
    beforeCommit: () => {
      if (block) write(block, overlay.changed());
      block = undefined;
      overlay.settle();
      if (overlay.size > REMEMBERED_VALUES_MAX) overlay = createOverlay(tables);
    },
    // What was read and changed may not be in the tables: forget it all.
    afterRollback: () => {
      block = undefined;
      overlay = createOverlay(tables);
    },
  });
  return {
    submit: (operations, { linked = false } = {}) => {
      assert(!isClosed, 'the ledger is closed');
      assert(
        operations.length <= SUBMISSION_OPERATIONS_MAX,
        `a submission is at most ${SUBMISSION_OPERATIONS_MAX} operations`,
      );
      return group.run(() => {
        block ??= startBlock();
        return block.submit(operations, linked, options.clock());
      });
    },
    restore: (steps) => {
      assert(!isClosed, 'the ledger is closed');
      return group.run(() => {
        block ??= startBlock();
        block.restore(steps);
      });
    },
    ...queriesOf(db, tables),
    close: async () => {
      isClosed = true;
      await group.drain();
      db.close();
    },
  };
}

/** Makes this the only writer: any other that has the file open is refused from now on. */
function raiseEpoch(db: Database): bigint {
  const row = db.prepare<[], { epoch: bigint }>('UPDATE head SET epoch = epoch + 1 RETURNING epoch').get();
  assert(row !== undefined, 'the head has its row');
  return row.epoch;
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
