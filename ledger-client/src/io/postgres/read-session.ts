import { setTimeout as pause } from 'node:timers/promises';
import { retryPauseMs } from './postgres-limits.ts';
import type { PostgresPlace } from './postgres-place.ts';
import type { Read } from './postgres-queries.ts';
import { isRetryable, withTroubles } from './server-trouble.ts';
import { openSession, type Session, SessionLost } from './session.ts';

/** Reads over a connection of its own, which is made anew when it breaks. */
export interface Reader {
  /** Tries again while the server restarts. @throws (rejects) StorageError */
  readonly read: Read;
  close(): Promise<void>;
}

export function createReader({ address, path, timeoutMs }: PostgresPlace): Reader {
  let opening: Promise<Session> | undefined;
  const current = async (): Promise<Session> => {
    const session = await opening;
    if (session?.isOpen) return session;
    // Whoever waited for the same broken one gets the same new one.
    if (!session || session === (await opening)) {
      const next = openReadingSession({ address, timeoutMs });
      opening = next;
      next.catch(() => {
        if (opening === next) opening = undefined;
      });
    }
    return current();
  };
  const read = async <R extends object>(text: string, values: readonly unknown[]): Promise<R[]> => {
    const deadlineMs = performance.now() + timeoutMs;
    for (let attempt = 0; ; attempt++) {
      const pauseMs = retryPauseMs(attempt);
      try {
        return await (await current()).query<R>({ text, values });
      } catch (error) {
        const mayRetry = error instanceof SessionLost || isRetryable(error);
        if (!mayRetry || performance.now() + pauseMs >= deadlineMs) throw error;
        await pause(pauseMs);
      }
    }
  };
  return {
    read: (text, values) => withTroubles(path, () => read(text, values)),
    close: async () => {
      const session = await opening?.catch(() => undefined);
      await session?.end();
    },
  };
}

/** A connection on which the server refuses to write. @throws (rejects) as `openSession` */
export async function openReadingSession(
  place: Pick<PostgresPlace, 'address' | 'timeoutMs'>,
): Promise<Session> {
  const session = await openSession(place);
  await session.query({ text: 'SET default_transaction_read_only = on' });
  return session;
}
