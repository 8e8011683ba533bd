import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { assert } from '@kassa/primitives';
import { openDatabase } from '@kassa/storage';
import { LEDGER_DATABASE } from './schema.ts';
import { type BatchReply, decodeBatch, replyOf } from './sqlite-wire.ts';
import { createLedgerWriter, type Submission } from './sqlite-writer.ts';

/** What the thread is started with. */
export interface WorkerStart {
  readonly path: string;
  readonly epoch: bigint;
}

/** What it is sent: a batch of `encodeBatch`, answered by a {@link BatchReply} in the order they came, or the wish to end. */
export type WorkerRequest = string | { readonly type: 'close' };

/**
 * Submissions of one transaction; of messages that wait already, as many are taken as begin before this. Larger ones make
 * no more transfers a second, and let the caller's thread wait longer.
 */
const TRANSACTION_SUBMISSIONS = 512;

// The entry of the writer's thread: all that waits in the port when it is looked at is one transaction.
assert(parentPort !== null, 'this file is run as a worker');
serve(parentPort, workerData as WorkerStart);

function serve(port: MessagePort, { path, epoch }: WorkerStart): void {
  const db = openDatabase(path, { ...LEDGER_DATABASE, isOpenHere: true });
  const writer = createLedgerWriter(db, epoch);
  port.on('message', (first: WorkerRequest) => {
    const batches: (readonly Submission[])[] = [];
    let size = 0;
    let request: WorkerRequest | undefined = first;
    let isClosing = false;
    while (request !== undefined && !isClosing) {
      if (typeof request === 'string') {
        const batch = decodeBatch(request);
        batches.push(batch);
        size += batch.length;
      } else isClosing = true;
      request =
        size < TRANSACTION_SUBMISSIONS && !isClosing
          ? (receiveMessageOnPort(port)?.message as WorkerRequest | undefined)
          : undefined;
    }
    if (size > 0) answer(batches);
    if (!isClosing) return;
    db.close();
    port.close();
  });

  const answer = (batches: readonly (readonly Submission[])[]): void => {
    const outcome = writer.run(batches.flat());
    let at = 0;
    for (const batch of batches) {
      const own = 'error' in outcome ? outcome : { verdicts: outcome.verdicts.slice(at, at + batch.length) };
      at += batch.length;
      const reply: BatchReply = replyOf(batch, own);
      port.postMessage(reply, [reply.sequences.buffer as ArrayBuffer]);
    }
  };
}
