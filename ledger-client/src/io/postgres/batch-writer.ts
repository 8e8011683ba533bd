import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { StorageError } from '@kassa/storage';
import type { Entry } from '../../entry.ts';
import type { OperationId } from '../../identifiers.ts';
import { LedgerFenced, OutcomeUnknown } from '../../ledger-error.ts';
import type { BatchQueue, Job } from './batch-queue.ts';
import { type DecidedBatch, decideBatch } from './decide-batch.ts';
import { loadRows } from './load-rows.ts';
import { OVERLAP_JOBS_MIN, retryPauseMs } from './postgres-limits.ts';
import { isRetryable, troubleOf } from './server-trouble.ts';
import { type Session, SessionLost } from './session.ts';
import { type BatchWrite, writeBatch } from './write-batch.ts';
import {
  createWriterConnection,
  type WriterConnection,
  type WriterConnectionOptions,
} from './writer-connection.ts';

export interface BatchWriterOptions extends WriterConnectionOptions {
  readonly queue: BatchQueue;
}

/** Takes batches from the queue, decides and writes them one after the other; the next is decided while one is being written. */
export interface BatchWriter {
  /** To be called when something was added. */
  wake(): void;
  /** Resolves when everything added has been answered. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** A batch that could not be written. */
interface Failure {
  readonly error: unknown;
  /** Nothing of it was or will be written. SessionLost without this: that is unknown. */
  readonly mayRetry: boolean;
}

/** A batch being written. */
interface Flight {
  readonly jobs: readonly Job[];
  readonly pending: ReadonlyMap<OperationId, Entry>;
  /** Undefined once it is durable. */
  readonly landing: Promise<Failure | undefined>;
}

/** A batch that was decided; nothing to write when all its answers were given before. */
interface Prepared {
  readonly decided: DecidedBatch;
  readonly write: BatchWrite | undefined;
  readonly writing: Session;
}

/** Nobody else writes while the epoch is ours, so what was read stays true until a batch of our own changes it. */
export function createBatchWriter(options: BatchWriterOptions): BatchWriter {
  const { queue, path } = options;
  const connection = createWriterConnection(options);
  let running: Promise<void> | undefined;
  let woken: (() => void) | undefined;
  let fenced: LedgerFenced | undefined;
  let flight: Flight | undefined;
  let failures = 0;
  let lastError: unknown;

  const work = async (): Promise<void> => {
    for (;;) {
      // The whole turn of the event loop, so that its submissions share the batch.
      await turn();
      if (flight && queue.size < OVERLAP_JOBS_MIN / 2) await waitForMore(flight);
      else if (queue.size > 0) await advance(takeBatch());
      else break;
    }
    running = undefined;
  };

  const takeBatch = (): readonly Job[] => {
    // With nothing on its way half of them go first, so that the others are decided meanwhile, and so on from then.
    const isHalved = !flight && queue.size >= OVERLAP_JOBS_MIN;
    const taken = queue.take(isHalved ? Math.ceil(queue.size / 2) : queue.size);
    const nowMs = performance.now();
    const late = taken.filter(({ deadlineMs }) => deadlineMs <= nowMs);
    if (late.length > 0) rejectAll(late, unreached(path, lastError));
    return taken.filter(({ deadlineMs }) => deadlineMs > nowMs);
  };

  /** Few are better off with those who are answered next. */
  const waitForMore = async ({ landing }: Flight): Promise<void> => {
    const more = new Promise<false>((resolve) => {
      woken = () => resolve(false);
    });
    if (await Promise.race([landing.then(() => true), more])) await land();
  };

  /** Decides a batch while the one before is on its way, and sends it once that is durable. */
  const advance = async (jobs: readonly Job[]): Promise<void> => {
    if (jobs.length === 0) return;
    if (fenced) {
      rejectAll(jobs, fenced);
      return;
    }
    const prepared = await prepare(options, connection, jobs, flight);
    const failuresBefore = failures;
    if (!(await land(jobs))) {
      // They were decided upon what did not come to be, and are waiting again.
    } else if ('error' in prepared) {
      fail(jobs, prepared);
    } else if (prepared.write) {
      flight = launch(jobs, prepared, prepared.write, path);
    } else {
      settle(jobs, prepared.decided);
    }
    if (failures > failuresBefore) await pause(retryPauseMs(failures));
  };

  /** Waits for the batch on its way; false when it failed, and then those behind it wait again. */
  const land = async (behind: readonly Job[] = []): Promise<boolean> => {
    if (!flight) return true;
    const { jobs, landing } = flight;
    const failure = await landing;
    flight = undefined;
    if (failure) {
      queue.giveBack(behind);
      fail(jobs, failure);
    } else {
      failures = 0;
    }
    return !failure;
  };

  const fail = (jobs: readonly Job[], { error, mayRetry }: Failure): void => {
    connection.forget();
    lastError = error;
    if (error instanceof LedgerFenced) fenced = error;
    if (mayRetry) {
      failures++;
      queue.giveBack(jobs);
    } else {
      rejectAll(jobs, error);
    }
  };

  return {
    wake: () => {
      woken?.();
      running ??= work();
    },
    drain: async () => {
      while (running) await running;
    },
    close: () => connection.close(),
  };
}

/** What is decided is taken for done from here on, until it turns out otherwise. */
async function prepare(
  { schema, path }: BatchWriterOptions,
  connection: WriterConnection,
  jobs: readonly Job[],
  flight: Flight | undefined,
): Promise<Prepared | Failure> {
  try {
    const { reading, writing, state, expected } = flight ? connection.current() : await connection.ready();
    const decided = await decideBatch({
      batch: jobs,
      state,
      lastSequence: expected.sequence,
      pending: flight?.pending ?? new Map(),
      load: (wanted) => loadRows(reading, schema, wanted),
    });
    if (decided.block.entries.length === 0 || isRefusedWhole(jobs, decided)) {
      return { decided, write: undefined, writing };
    }
    const write = writeBatch(schema, expected, decided.block, decided.changed);
    state.fold(decided.changed);
    connection.advance({ ...write.head, epoch: expected.epoch });
    return { decided, write, writing };
  } catch (error) {
    const mayRetry = error instanceof SessionLost || isRetryable(error);
    return { error: mayRetry ? error : troubleOf(error, path), mayRetry };
  }
}

function launch(
  jobs: readonly Job[],
  { decided, writing }: Prepared,
  { statement }: BatchWrite,
  path: string,
): Flight {
  const send = async (): Promise<Failure | undefined> => {
    try {
      const [moved] = await writing.query(statement);
      // Our own batch of before, whose answer was lost, or another writer: reading the head again tells.
      if (!moved) return { error: new SessionLost('the head was not where it was expected'), mayRetry: true };
      settle(jobs, decided);
      return undefined;
    } catch (error) {
      if (error instanceof SessionLost) return { error, mayRetry: false };
      return isRetryable(error)
        ? { error, mayRetry: true }
        : { error: troubleOf(error, path), mayRetry: false };
    }
  };
  const pending = new Map(decided.block.entries.map((entry) => [entry.id, entry]));
  return { jobs, pending, landing: send() };
}

function settle(jobs: readonly Job[], { answers }: DecidedBatch): void {
  for (const [index, job] of jobs.entries()) {
    const answer = answers[index];
    if (answer?.ok) job.resolve(answer.value);
    else job.reject(answer?.error);
  }
}

/** A job that has its block alone leaves the start of its work there when it throws. */
function isRefusedWhole([first]: readonly Job[], { answers }: DecidedBatch): boolean {
  return first?.alone === true && answers[0]?.ok === false;
}

function rejectAll(jobs: readonly Job[], error: unknown): void {
  for (const job of jobs) {
    const ids = job.operations.map(({ id }) => id);
    job.reject(
      error instanceof SessionLost ? new OutcomeUnknown(ids, error.message, { cause: error }) : error,
    );
  }
}

function unreached(path: string, cause: unknown): StorageError {
  return new StorageError(
    {
      code: 'io',
      path,
      found: 'gave no answer in time',
      remedy: 'Check that the server runs and can be reached; nothing of this was kept.',
    },
    { cause },
  );
}
