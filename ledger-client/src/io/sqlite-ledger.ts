import { assert, type Clock } from '@kassa/primitives';
import {
  createGroupCommit,
  type Database,
  openDatabase,
  StorageError,
  withStorageErrors,
} from '@kassa/storage';
import { type Block, createBlock, outcomeOf } from '../block.ts';
import { decodeOperation } from '../canonical.ts';
import type { JournalEntry, Ledger } from '../ledger.ts';
import { PAGE_ROWS_MAX, REMEMBERED_VALUES_MAX, SUBMISSION_OPERATIONS_MAX } from '../limits.ts';
import { createOverlay } from '../overlay.ts';
import {
  entryOf,
  type JournalRow,
  journalViewOf,
  type LedgerTables,
  prepareWrites,
  readTables,
} from './ledger-tables.ts';
import { LEDGER_DATABASE } from './schema.ts';
import { supplyOf } from './supply-of.ts';

export interface OpenLedgerOptions {
  /** The database file, or `:memory:`. Its directory must be this process's alone: see `lockDirectory`. */
  readonly path: string;
  /** Stamps entries and decides whether a hold's time is over. */
  readonly clock: Clock;
  /** Submissions waiting at one time, beyond which StorageError `overloaded`. Default GROUP_COMMIT_QUEUE_MAX. */
  readonly queueMax?: number;
}

/** A ledger in this process. */
export interface OpenLedger extends Ledger {
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
  const write = prepareWrites(db, tables);
  let overlay = createOverlay(tables);
  let block: Block | undefined;
  let isClosed = false;
  const group = createGroupCommit(db, {
    ...(options.queueMax === undefined ? {} : { queueMax: options.queueMax }),
    jobsOnlyRead: true,
    beforeCommit: () => {
      if (block) write(block.entries, overlay.changed());
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
        block ??= createBlock(overlay, journalViewOf(tables));
        return block.submit(operations, linked, options.clock());
      });
    },
    account: async (id) => tables.account(id),
    balances: async (id) => tables.pursesOf(id),
    hold: async (id) => tables.hold(id),
    holdsDue: async (atMs, limit) => tables.holdsDue(atMs, Math.min(limit, PAGE_ROWS_MAX)),
    supply: async () => supplyOf(tables),
    operation: async (id) => {
      const row = tables.journalRow(id);
      return row && journalEntryOf(row);
    },
    readJournal: async (fromSequence, limit = PAGE_ROWS_MAX) =>
      tables.journalPage(fromSequence, Math.min(limit, PAGE_ROWS_MAX)).map(journalEntryOf),
    head: async () => {
      const { sequence, hash } = tables.head();
      return { sequence: Number(sequence), hash };
    },
    close: async () => {
      isClosed = true;
      await group.drain();
      db.close();
    },
  };
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

function journalEntryOf(row: JournalRow): JournalEntry {
  const entry = entryOf(row);
  const { sequence, groupSequence, atMs } = entry;
  return {
    sequence,
    groupSequence,
    atMs,
    operation: decodeOperation(row.id, row.content),
    outcome: outcomeOf(entry, false),
    hash: row.hash,
  };
}
