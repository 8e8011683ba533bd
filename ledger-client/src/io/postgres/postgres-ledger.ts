import { assert, type Clock } from '@kassa/primitives';
import { StorageError } from '@kassa/storage';
import type { Block } from '../../block.ts';
import { SUBMISSION_OPERATIONS_MAX } from '../../limits.ts';
import type { OpenLedger } from '../sqlite-ledger.ts';
import { createBatchQueue } from './batch-queue.ts';
import { createBatchWriter } from './batch-writer.ts';
import { BATCH_QUEUE_MAX, SUBMIT_TIMEOUT_MS } from './postgres-limits.ts';
import { type PostgresPlace, type PostgresPlaceOptions, placeOf } from './postgres-place.ts';
import { queriesOf } from './postgres-queries.ts';
import { migrate } from './postgres-schema.ts';
import { createReader } from './read-session.ts';
import { withTroubles } from './server-trouble.ts';
import { openSession, type Session } from './session.ts';

export interface PostgresLedgerOptions extends PostgresPlaceOptions {
  /** Stamps entries and decides whether a hold's time is over. */
  readonly clock: Clock;
  /** Submissions waiting at one time, beyond which StorageError `overloaded`. */
  readonly queueMax?: number;
  /** How long a submission may take. Default {@link SUBMIT_TIMEOUT_MS}. */
  readonly submitTimeoutMs?: number;
}

/**
 * Opens the ledger kept in a PostgreSQL database and makes this its only writer; one that had it open is fenced. Submissions
 * that arrive while a batch is being written make the next batch.
 * @throws (rejects) PostgresAddressError; StorageError `io` when the server cannot be reached, `newer-version`, `read-only`,
 * and `corrupt` when the journal does not end where it was last written.
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<OpenLedger> {
  const { clock, submitTimeoutMs = SUBMIT_TIMEOUT_MS, queueMax = BATCH_QUEUE_MAX } = options;
  const place = placeOf(options);
  const { schema, path } = place;
  const epoch = await takeOver(place);
  const queue = createBatchQueue(path, queueMax);
  const writer = createBatchWriter({ queue, schema, path, epoch, connect: () => openSession(place) });
  const reader = createReader(place);
  let isClosed = false;
  const add = <T>(job: Parameters<typeof queue.add>[0]): Promise<T> => {
    assert(!isClosed, 'the ledger is closed');
    const answer = queue.add<T>(job);
    writer.wake();
    return answer;
  };
  const deadlineMs = (): number => performance.now() + submitTimeoutMs;
  return {
    submit: async (operations, { linked = false } = {}) => {
      assert(
        operations.length <= SUBMISSION_OPERATIONS_MAX,
        `a submission is at most ${SUBMISSION_OPERATIONS_MAX} operations`,
      );
      const run = (block: Block) => block.submit(operations, linked, clock());
      return add({ operations, run, alone: false, deadlineMs: deadlineMs() });
    },
    restore: async (steps) => {
      const operations = steps.map(({ operation }) => operation);
      const run = (block: Block): void => block.restore(steps);
      return add({ operations, run, alone: true, deadlineMs: deadlineMs() });
    },
    ...queriesOf(reader.read, schema),
    close: async () => {
      isClosed = true;
      await writer.drain();
      await Promise.all([writer.close(), reader.close()]);
    },
  };
}

/** Brings the tables up to date and becomes their only writer. */
function takeOver(place: PostgresPlace): Promise<bigint> {
  const { schema, path } = place;
  return withTroubles(path, async () => {
    const session = await openSession(place);
    try {
      await migrate(session, schema, path);
      await checkHead(session, schema, path);
      return await raiseEpoch(session, schema);
    } finally {
      await session.end();
    }
  });
}

/** Any other writer that has the ledger open is refused from now on. */
async function raiseEpoch(session: Session, schema: string): Promise<bigint> {
  const [row] = await session.query<{ epoch: bigint }>({
    text: `UPDATE ${schema}.head SET epoch = epoch + 1 WHERE only_row = 1 RETURNING epoch`,
  });
  assert(row !== undefined, 'the head has its row');
  return row.epoch;
}

/** Cheap enough for every open: whether the journal ends where it was last written. */
async function checkHead(session: Session, schema: string, path: string): Promise<void> {
  const [row] = await session.query<{
    sequence: bigint;
    hash: string;
    last: bigint;
    last_hash: string | null;
  }>({
    text: `SELECT head.sequence, head.hash, coalesce(journal.sequence, 0) AS last, journal.hash AS last_hash
      FROM ${schema}.head
      LEFT JOIN (SELECT sequence, hash FROM ${schema}.journal ORDER BY sequence DESC LIMIT 1) AS journal ON true`,
  });
  assert(row !== undefined, 'the head has its row');
  if (row.last === row.sequence && (row.last_hash ?? row.hash) === row.hash) return;
  throw new StorageError({
    code: 'corrupt',
    path,
    found: `has a journal that ends at ${row.last} where ${row.sequence} was last written`,
    remedy: 'Run the audit on it, and restore the last backup.',
  });
}
