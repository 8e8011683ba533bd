import { assert } from '@kassa/primitives';
import { GROUP_COMMIT_BATCH_MAX, GROUP_COMMIT_QUEUE_MAX } from '../limits.ts';
import {
  type BatchCommitOptions,
  type BatchOutcome,
  createBatchCommit,
  overloadedError,
} from './batch-commit.ts';
import type { Database } from './open-database.ts';

/** One transaction, and so one fsync, for all jobs that arrive in the same turn of the event loop. */
export interface GroupCommit {
  /**
   * Runs a synchronous job inside a transaction, in the order of the calls, and answers once it is on disk. A job that
   * throws is undone and rejected alone.
   * @throws (rejects) the job's own error; StorageError `overloaded`, `stopped`, or what the file is suffering from.
   */
  run<T>(job: () => T): Promise<T>;
  /** Resolves when everything queued has been answered. */
  drain(): Promise<void>;
  /** Jobs queued and not yet answered. */
  readonly pending: number;
}

export interface GroupCommitOptions extends BatchCommitOptions {
  /** Default {@link GROUP_COMMIT_QUEUE_MAX}. */
  readonly queueMax?: number;
}

interface Entry {
  readonly job: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Groups the jobs of one database. The handle must not be inside a transaction, nor used to write past this. */
export function createGroupCommit(db: Database, options: GroupCommitOptions = {}): GroupCommit {
  const queueMax = options.queueMax ?? GROUP_COMMIT_QUEUE_MAX;
  const commit = createBatchCommit(db, options);
  let queue: Entry[] = [];
  let drainWaiters: (() => void)[] = [];
  let isScheduled = false;

  const flush = (): void => {
    isScheduled = false;
    const batch = queue.slice(0, GROUP_COMMIT_BATCH_MAX);
    const outcome = commit.run(batch.map(({ job }) => job));
    // Removed only now, so that `pending` counts jobs that are running.
    queue = queue.slice(batch.length);
    batch.forEach((entry, index) => {
      settle(entry, outcome, index);
    });
    if (queue.length > 0) schedule();
    else {
      for (const wake of drainWaiters) wake();
      drainWaiters = [];
    }
  };

  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  };

  return {
    run<T>(job: () => T): Promise<T> {
      if (commit.stopped) return Promise.reject(commit.stopped);
      if (queue.length >= queueMax) return Promise.reject(overloadedError(db.name, queueMax));
      return new Promise<T>((resolve, reject) => {
        queue.push({ job, resolve: resolve as (value: unknown) => void, reject });
        schedule();
      });
    },
    drain(): Promise<void> {
      if (queue.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        drainWaiters.push(resolve);
      });
    },
    get pending() {
      return queue.length;
    },
  };
}

function settle(entry: Entry, outcome: BatchOutcome, index: number): void {
  if ('error' in outcome) {
    entry.reject(outcome.error);
    return;
  }
  const verdict = outcome.verdicts[index];
  assert(verdict !== undefined, 'a verdict for every job');
  if (verdict.ok) entry.resolve(verdict.value);
  else entry.reject(verdict.error);
}
