import { StorageError } from '@kassa/storage';
import type { LedgerQueries } from '../ledger-queries.ts';
import { type PostgresPlace, type PostgresPlaceOptions, placeOf } from './postgres-place.ts';
import { queriesOf } from './postgres-queries.ts';
import { versionOf } from './postgres-schema.ts';
import { createReader, openReadingSession } from './read-session.ts';
import { withTroubles } from './server-trouble.ts';
import type { Session } from './session.ts';

/** Looks into a ledger's tables without being able to change them, also beside a running writer. */
export interface PostgresReader extends LedgerQueries {
  close(): Promise<void>;
}

/**
 * @throws (rejects) PostgresAddressError; StorageError `io` when the server cannot be reached, `not-kassa` where there is no
 * ledger, `newer-version`.
 */
export async function openPostgresReader(options: PostgresPlaceOptions): Promise<PostgresReader> {
  const place = placeOf(options);
  await onLedger(place, async () => undefined);
  const reader = createReader(place);
  return { ...queriesOf(reader.read, place.schema), close: reader.close };
}

/** Runs with a reading connection to a ledger that is there. @throws (rejects) as {@link openPostgresReader} */
export function onLedger<T>(place: PostgresPlace, use: (session: Session) => Promise<T>): Promise<T> {
  const { schema, path } = place;
  return withTroubles(path, async () => {
    const session = await openReadingSession(place);
    try {
      if ((await versionOf(session, schema, path)) === undefined) {
        const remedy = 'Name another database, or start kassa once on this one.';
        throw new StorageError({ code: 'not-kassa', path, found: 'holds no ledger', remedy });
      }
      return await use(session);
    } finally {
      await session.end();
    }
  });
}
