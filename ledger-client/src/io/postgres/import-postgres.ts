import { StorageError } from '@kassa/storage';
import { importJournal } from '../../journal-lines.ts';
import type { JournalHead } from '../../ledger.ts';
import { sha256Hex } from '../chain-hash.ts';
import { openPostgresLedger } from './postgres-ledger.ts';
import { type PostgresPlace, type PostgresPlaceOptions, placeOf } from './postgres-place.ts';
import { versionOf } from './postgres-schema.ts';
import { withTroubles } from './server-trouble.ts';
import { openSession, type Session } from './session.ts';

/**
 * Makes a ledger of the lines of `exportJournal` where there is none, or an empty one. In a schema beside it until all of it is
 * verified, so that a refused journal or a crash leaves nothing behind.
 * @returns the ledger's head. @throws (rejects) JournalRefused; StorageError `locked` when there is a ledger already; as
 * `openPostgresLedger`.
 */
export async function importPostgresLedger(
  options: PostgresPlaceOptions,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<JournalHead> {
  const place = placeOf(options);
  const unfinished = `${place.schema}_import`;
  await onSession(place, async (session) => {
    await assertNoLedger(session, place);
    await dropSchema(session, unfinished);
  });
  try {
    const ledger = await openPostgresLedger({ ...options, schema: unfinished, clock: () => 0 });
    const head = await importJournal(ledger, lines, sha256Hex).finally(() => ledger.close());
    await onSession(place, async (session) => {
      await session.query({ text: 'BEGIN' });
      await assertNoLedger(session, place);
      await dropSchema(session, place.schema);
      await session.query({ text: `ALTER SCHEMA ${unfinished} RENAME TO ${place.schema}` });
      await session.query({ text: 'COMMIT' });
    });
    return head;
  } catch (error) {
    await onSession(place, (session) => dropSchema(session, unfinished));
    throw error;
  }
}

function onSession<T>(place: PostgresPlace, use: (session: Session) => Promise<T>): Promise<T> {
  return withTroubles(place.path, async () => {
    const session = await openSession(place);
    try {
      return await use(session);
    } finally {
      await session.end();
    }
  });
}

async function assertNoLedger(session: Session, { schema, path }: PostgresPlace): Promise<void> {
  if (!(await versionOf(session, schema, path))) return;
  const [head] = await session.query<{ sequence: bigint }>({
    text: `SELECT sequence FROM ${schema}.head FOR UPDATE`,
  });
  if (head?.sequence === 0n) return;
  throw new StorageError({
    code: 'locked',
    path,
    found: 'holds a ledger already',
    remedy: 'Name another database.',
  });
}

async function dropSchema(session: Session, schema: string): Promise<void> {
  await session.query({ text: `DROP SCHEMA IF EXISTS ${schema} CASCADE` });
}
