import { StorageError } from '@kassa/storage';
import type { Block } from '../../block.ts';
import type { Operation } from '../../operation.ts';
import { BATCH_OPERATIONS_MAX } from './postgres-limits.ts';

/** A submission on its way: what it asks a block, and who waits. */
export interface Job {
  readonly operations: readonly Operation[];
  /** Leaves the block as it was when it throws, unless `alone`. */
  run(block: Block): unknown;
  /** Gets a block of its own. */
  readonly alone: boolean;
  /** By `performance.now()`. */
  readonly deadlineMs: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Jobs in the order they came, a batch at a time. */
export interface BatchQueue {
  /** @throws (rejects) StorageError `overloaded` */
  add<T>(job: Pick<Job, 'operations' | 'run' | 'alone' | 'deadlineMs'>): Promise<T>;
  /** A batch of at most so many jobs. */
  take(jobsMax: number): readonly Job[];
  /** Puts a batch back in front. */
  giveBack(batch: readonly Job[]): void;
  readonly size: number;
}

export function createBatchQueue(path: string, queueMax: number): BatchQueue {
  let waiting: Job[] = [];
  return {
    add: <T>(job: Pick<Job, 'operations' | 'run' | 'alone' | 'deadlineMs'>) => {
      if (waiting.length >= queueMax) return Promise.reject(overloaded(path, queueMax));
      return new Promise<T>((resolve, reject) => {
        waiting.push({ ...job, resolve: resolve as (value: unknown) => void, reject });
      });
    },
    take: (jobsMax) => {
      let operations = 0;
      let count = 0;
      for (const job of waiting.slice(0, jobsMax)) {
        operations += job.operations.length;
        if (count > 0 && (operations > BATCH_OPERATIONS_MAX || job.alone)) break;
        count++;
        if (job.alone) break;
      }
      const batch = waiting.slice(0, count);
      waiting = waiting.slice(count);
      return batch;
    },
    giveBack: (batch) => {
      waiting = [...batch, ...waiting];
    },
    get size() {
      return waiting.length;
    },
  };
}

function overloaded(path: string, queueMax: number): StorageError {
  return new StorageError({
    code: 'overloaded',
    path,
    found: `already has ${queueMax} submissions waiting`,
    remedy: 'Send fewer requests at a time; nothing of this one was kept.',
  });
}
