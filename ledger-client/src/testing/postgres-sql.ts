import { type PostgresPlaceOptions, placeOf } from '../io/postgres/postgres-place.ts';
import { openSession, type Session } from '../io/postgres/session.ts';

/** A session beside the ledger, to look and to meddle. */
export function openSql(place: PostgresPlaceOptions): Promise<Session> {
  return openSession(placeOf(place));
}

/** Runs SQL in a session of its own; `$` stands for the schema. */
export async function runSql(
  place: PostgresPlaceOptions & { readonly schema: string },
  sql: string,
): Promise<void> {
  const session = await openSql(place);
  try {
    await session.query({ text: sql.replaceAll('$', place.schema) });
  } finally {
    await session.end();
  }
}
