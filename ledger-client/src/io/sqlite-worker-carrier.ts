import { Worker } from 'node:worker_threads';
import { assert } from '@kassa/primitives';
import { GROUP_COMMIT_BATCH_MAX, StorageError } from '@kassa/storage';
import { OutcomeUnknown } from '../ledger-error.ts';
import type { Carrier, SubmissionQueue, Waiting } from './sqlite-queue.ts';
import { type BatchReply, encodeBatch, verdictsOf } from './sqlite-wire.ts';
import type { WorkerRequest, WorkerStart } from './sqlite-worker.ts';

/**
 * The compiled file, also when this one is run from its source in a test: a thread starts without the test runner's
 * loader, and Node.js 20 reads no TypeScript. `npm test` and `npm run build` compile first.
 */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/io/sqlite-worker.js' : './sqlite-worker.js',
  import.meta.url,
);

/** Callers told in one turn of the event loop: what one reply may keep it from other things, 1 to 2 ms. */
const SETTLED_AT_ONCE = 128;

/** Room for several batches, so that few of their objects live long enough to be copied: a tenth of the writer's time. */
const YOUNG_GENERATION_MB = 64;

/** Submissions of one message: while the writer works on some, the next are made. */
const MESSAGE_SUBMISSIONS = 128;

export interface WorkerCarrier extends Carrier {
  /** The queue whose callers are told; before the first batch. */
  connect(queue: SubmissionQueue): void;
  /** After everything was answered: the writer closes its file, and its thread ends. */
  close(): Promise<void>;
}

/** Starts the writer's thread. `entry` is for tests. */
export function startWriterThread(start: WorkerStart, entry: URL = ENTRY): WorkerCarrier {
  const worker = new Worker(entry, {
    workerData: start,
    name: 'kassa-ledger',
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const sent: Waiting[][] = [];
  const replies: { readonly batch: readonly Waiting[]; readonly reply: BatchReply }[] = [];
  let queue: SubmissionQueue | undefined;
  let isSettling = false;
  let isClosing = false;
  let failure: unknown;
  // The thread alone does not keep the process alive, only what it has been given to do.
  worker.unref();

  const settleSome = (): void => {
    isSettling = false;
    for (let told = 0; told < SETTLED_AT_ONCE; ) {
      const next = replies.shift();
      if (!next) break;
      queue?.settle(
        next.batch,
        verdictsOf(
          next.batch.map(({ submission }) => submission),
          next.reply,
        ),
      );
      told += next.batch.length;
    }
    if (replies.length > 0) settleLater();
    else if (sent.length === 0 && !isClosing) worker.unref();
  };
  const settleLater = (): void => {
    if (isSettling) return;
    isSettling = true;
    setImmediate(settleSome);
  };
  worker.on('message', (reply: BatchReply) => {
    const batch = sent.shift();
    assert(batch !== undefined, 'the writer answers what it was sent');
    replies.push({ batch, reply });
    // At once where nobody waits: one caller alone would pay a turn of the loop for each payment.
    if (!isSettling && replies.length === 1) settleSome();
    else settleLater();
  });
  worker.on('error', (error) => {
    failure = error;
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      if (!isClosing) failEverything(start.path, sent.splice(0), queue, failure);
      resolve();
    });
  });

  return {
    batchMax: Math.min(MESSAGE_SUBMISSIONS, GROUP_COMMIT_BATCH_MAX),
    schedule: (flush) => process.nextTick(flush),
    carry: (batch) => {
      if (sent.length === 0) worker.ref();
      sent.push([...batch]);
      worker.postMessage(encodeBatch(batch.map(({ submission }) => submission)) satisfies WorkerRequest);
    },
    connect: (own) => {
      queue = own;
    },
    close: () => {
      isClosing = true;
      worker.ref();
      worker.postMessage({ type: 'close' } satisfies WorkerRequest);
      return ended;
    },
  };
}

/** The writer is gone: what it had may be committed or not, and nothing more will be. */
function failEverything(
  path: string,
  sent: readonly (readonly Waiting[])[],
  queue: SubmissionQueue | undefined,
  cause: unknown,
): void {
  const reason = new StorageError(
    {
      code: 'stopped',
      path,
      found: 'has lost its writer, which ended unexpectedly',
      remedy: 'Restart: what was acknowledged is on disk, what was not may be sent again under the same id.',
    },
    { cause },
  );
  for (const batch of sent) {
    for (const waiting of batch) {
      const { submission } = waiting;
      const ids =
        submission.type === 'submit'
          ? submission.operations.map(({ operation }) => operation.id)
          : submission.steps.map(({ entry }) => entry.id);
      queue?.settleAll([waiting], new OutcomeUnknown(ids, `${path} has lost its writer`, { cause }));
    }
  }
  queue?.stop(reason);
}
