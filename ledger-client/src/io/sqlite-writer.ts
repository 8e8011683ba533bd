import { assert } from '@kassa/primitives';
import { type BatchOutcome, createBatchCommit, type Database } from '@kassa/storage';
import { type Block, createBlock } from '../block.ts';
import type { Encoded } from '../entry.ts';
import { LedgerFenced } from '../ledger-error.ts';
import { REMEMBERED_VALUES_MAX } from '../limits.ts';
import { createOverlay } from '../overlay.ts';
import type { Step } from '../replay-group.ts';
import { journalViewOf, readTables } from './ledger-tables.ts';
import { prepareWrites } from './write-block.ts';

/** What a ledger is asked to write, all of it or nothing. */
export type Submission =
  | {
      readonly type: 'submit';
      readonly operations: readonly Encoded[];
      readonly linked: boolean;
      readonly nowMs: number;
    }
  | { readonly type: 'restore'; readonly steps: readonly Step[] };

/** Decides and writes: the half of the engine that may run in a thread of its own. */
export interface LedgerWriter {
  /** One transaction for all: outcomes for each `submit`, undefined for each `restore`, durable when it returns. */
  run(batch: readonly Submission[]): BatchOutcome;
}

/**
 * From this size on a batch is written without looking its ids up first: 1.5 µs less an operation, but where one was
 * taken the batch is done twice.
 */
const FRESH_BATCH_MIN = 32;
/** Batches that look every id up after one that was done twice: where one id comes again, more will. */
const CAREFUL_BATCHES = 256;

/** The handle must have no other user that writes. `epoch` is what the ledger was opened as. */
export function createLedgerWriter(db: Database, epoch: bigint): LedgerWriter {
  const tables = readTables(db);
  const writer = prepareWrites(db, tables);
  let overlay = createOverlay(tables);
  let block: Block | undefined;
  let isFresh = false;
  let carefulBatches = 0;
  // Inside the transaction, which no other writer can enter: from here to its end the epoch stays what it is.
  const startBlock = (): Block => {
    const { epoch: current } = tables.head();
    if (current !== epoch) throw new LedgerFenced(Number(epoch), Number(current));
    return createBlock(overlay, journalViewOf(tables, isFresh));
  };
  const forget = (): void => {
    overlay = createOverlay(tables);
    writer.forget();
  };
  const commit = createBatchCommit(db, {
    jobsOnlyRead: true,
    beforeCommit: () => {
      if (block) writer.write(block, overlay.changed());
      block = undefined;
      overlay.settle();
      if (overlay.size > REMEMBERED_VALUES_MAX) forget();
    },
    // What was read and changed may not be in the tables: forget it all.
    afterRollback: () => {
      block = undefined;
      forget();
    },
  });
  const jobOf = (submission: Submission) => (): unknown => {
    block ??= startBlock();
    if (submission.type === 'restore') return block.restore(submission.steps);
    return block.submitEncoded(submission.operations, submission.linked, submission.nowMs);
  };
  return {
    run: (batch) => {
      assert(block === undefined, 'one batch is written at a time');
      const jobs = batch.map(jobOf);
      isFresh = carefulBatches === 0 && batch.length >= FRESH_BATCH_MIN;
      if (carefulBatches > 0) carefulBatches--;
      const outcome = commit.run(jobs);
      if (!isFresh || !('error' in outcome) || !isTakenId(outcome.error)) return outcome;
      carefulBatches = CAREFUL_BATCHES;
      isFresh = false;
      return commit.run(jobs);
    },
  };
}

/** Whether the journal already had one of the ids. */
function isTakenId(error: unknown): boolean {
  return error instanceof Error && error.message === 'UNIQUE constraint failed: journal.id';
}
