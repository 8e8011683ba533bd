import { CURSOR_ROWS } from './postgres-limits.ts';
import type { Session } from './session.ts';

/** The rows of a query, as many in memory as are fetched at a time. Inside a transaction; the name is free again at the end. */
export async function* pagesOf<R extends object>(
  session: Session,
  name: string,
  select: string,
): AsyncGenerator<readonly R[]> {
  await session.query({ text: `DECLARE ${name} NO SCROLL CURSOR FOR ${select}` });
  for (;;) {
    const rows = await session.query<R>({ text: `FETCH FORWARD ${CURSOR_ROWS} FROM ${name}` });
    if (rows.length > 0) yield rows;
    if (rows.length < CURSOR_ROWS) break;
  }
  await session.query({ text: `CLOSE ${name}` });
}
