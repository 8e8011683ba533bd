import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StorageError } from '@kassa/storage';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeAll } from '../block.ts';
import { OutcomeUnknown } from '../ledger-error.ts';
import * as make from '../testing/operations.ts';
import { createSubmissionQueue, type SubmissionQueue } from './sqlite-queue.ts';
import { startWriterThread } from './sqlite-worker-carrier.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-worker-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A queue whose writer is this program instead of a ledger's. */
function queueWith(program: string): SubmissionQueue {
  const entry = join(directory, 'writer.mjs');
  writeFileSync(entry, `import { parentPort } from 'node:worker_threads';\n${program}`);
  const carrier = startWriterThread({ path: '/data/ledger.db', epoch: 1n }, pathToFileURL(entry));
  const queue = createSubmissionQueue('/data/ledger.db', 100, carrier);
  carrier.connect(queue);
  return queue;
}

const submit = (queue: SubmissionQueue, id: string): Promise<unknown> =>
  queue.submit({ type: 'submit', operations: encodeAll([make.open(id, 'aru')]), linked: false, nowMs: 1 });

it.each([
  ['throws', "parentPort.on('message', () => { throw new Error('out of luck'); });"],
  ['ends', "parentPort.on('message', () => process.exit(1));"],
  ['cannot start', "throw new Error('out of luck');"],
])(
  'a writer that %s: what it had has an unknown outcome, what comes later is refused, nothing hangs',
  async (_, program) => {
    const queue = queueWith(program);
    const inFlight = [submit(queue, 'o1'), submit(queue, 'o2')];
    const results = await Promise.allSettled(inFlight);
    const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : 'answered'));
    expect(reasons.map((reason) => (reason instanceof OutcomeUnknown ? reason.message : reason))).toEqual([
      '/data/ledger.db has lost its writer: whether the operation was decided is unknown. Submit again under the same id.',
      '/data/ledger.db has lost its writer: whether the operation was decided is unknown. Submit again under the same id.',
    ]);
    const later = await submit(queue, 'o3').catch((error: unknown) => error);
    expect(later).toBeInstanceOf(StorageError);
    expect(String(later)).toBe(
      'StorageError: /data/ledger.db has lost its writer, which ended unexpectedly. Restart: what was acknowledged is on disk, what was not may be sent again under the same id.',
    );
    await queue.drain();
  },
);
