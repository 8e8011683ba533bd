import { assert } from '@kassa/primitives';
import { overloadedError, type StorageError, type Verdict } from '@kassa/storage';
import type { Submission } from './sqlite-writer.ts';

/** A submission and who waits for it. */
export interface Waiting {
  readonly submission: Submission;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What takes batches to the writer, in this thread or another. */
export interface Carrier {
  /** Of all that waits, how many to take; called again once these are settled, if that is not all. */
  readonly batchMax: number;
  /** Runs a flush a little later, when more may have come. */
  schedule(flush: () => void): void;
  /** Must settle all of the batch sooner or later. */
  carry(batch: readonly Waiting[]): void;
}

/** Submissions of the caller's thread, first come, first written. */
export interface SubmissionQueue {
  /** @throws (rejects) StorageError `overloaded` when `queueMax` wait already; what the carrier settles it with. */
  submit(submission: Submission): Promise<unknown>;
  /** Tells as many callers as verdicts. */
  settle(batch: readonly Waiting[], verdicts: readonly Verdict[]): void;
  settleAll(batch: readonly Waiting[], error: unknown): void;
  /** Nothing is taken any more: what still waits is refused, and all that comes. */
  stop(reason: StorageError): void;
  /** Resolves when everything has been answered. */
  drain(): Promise<void>;
}

export function createSubmissionQueue(path: string, queueMax: number, carrier: Carrier): SubmissionQueue {
  let queue: Waiting[] = [];
  let pending = 0;
  let isScheduled = false;
  let stopped: StorageError | undefined;
  const drainWaiters: (() => void)[] = [];

  const flush = (): void => {
    isScheduled = false;
    const batch = queue.length <= carrier.batchMax ? queue : queue.slice(0, carrier.batchMax);
    queue = queue.slice(batch.length);
    if (batch.length > 0) carrier.carry(batch);
    if (queue.length > 0) schedule();
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    carrier.schedule(flush);
  };
  const settled = (count: number): void => {
    pending -= count;
    if (pending > 0) return;
    for (const wake of drainWaiters.splice(0)) wake();
  };
  const settleAll = (batch: readonly Waiting[], error: unknown): void => {
    for (const waiting of batch) waiting.reject(error);
    settled(batch.length);
  };

  return {
    submit: (submission) => {
      if (stopped) return Promise.reject(stopped);
      if (pending >= queueMax) return Promise.reject(overloadedError(path, queueMax));
      pending++;
      return new Promise((resolve, reject) => {
        queue.push({ submission, resolve, reject });
        schedule();
      });
    },
    settle: (batch, verdicts) => {
      batch.forEach((waiting, index) => {
        const verdict = verdicts[index];
        assert(verdict !== undefined, 'a verdict for every submission');
        if (verdict.ok) waiting.resolve(verdict.value);
        else waiting.reject(verdict.error);
      });
      settled(batch.length);
    },
    settleAll,
    stop: (reason) => {
      stopped = reason;
      const left = queue;
      queue = [];
      settleAll(left, reason);
    },
    drain: () => {
      if (pending === 0) return Promise.resolve();
      return new Promise((resolve) => {
        drainWaiters.push(resolve);
      });
    },
  };
}
