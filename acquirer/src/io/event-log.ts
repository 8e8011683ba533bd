import type { Clock, EmitStep, Step } from '@kassa/primitives';
import { createGroupCommit, openDatabase } from '@kassa/storage';
import { EVENT_PAGE_ROWS, EVENTS_KEPT_MAX } from '../limits.ts';
import type { StreamQuery } from '../stream-query.ts';

/** An event as it is sent (docs/events.md). */
export interface LoggedEvent {
  readonly seq: number;
  readonly terminalId: string | null;
  readonly transactionId: string | null;
  /** The JSON text of the whole event. */
  readonly json: string;
}

export interface EventLog {
  /** Takes a step and returns at once; it reaches listeners after it is on disk. */
  readonly emit: EmitStep;
  /** Number of the next event to reach listeners. */
  readonly next: number;
  /** Number of the oldest event kept; equals {@link next} when there is none. */
  readonly oldest: number;
  /** Events from `from` up to and without `until`, oldest first, at most {@link EVENT_PAGE_ROWS}. */
  read(from: number, until: number, query: StreamQuery): readonly LoggedEvent[];
  /** Calls for each event in order; @returns a function that ends it. */
  listen(listener: (event: LoggedEvent) => void): () => void;
  close(): Promise<void>;
}

const MIGRATIONS = [
  `CREATE TABLE events (
     seq INTEGER PRIMARY KEY,
     terminal_id TEXT,
     transaction_id TEXT,
     json TEXT NOT NULL
   ) STRICT;
   CREATE INDEX events_by_transaction ON events (transaction_id, seq);`,
] as const;

/** Deleting in small steps keeps the event loop free (900 000 rows at once block it for seconds). */
const PRUNE_ROWS = 1000;

interface EventRow {
  seq: bigint;
  terminal_id: string | null;
  transaction_id: string | null;
  json: string;
}

export function openEventLog(path: string, clock: Clock, onTrouble: (error: unknown) => void): EventLog {
  const db = openDatabase(path, {
    application: 'events',
    schemaVersion: MIGRATIONS.length,
    migrations: MIGRATIONS,
  });
  const commit = createGroupCommit(db);
  const listeners = new Set<(event: LoggedEvent) => void>();
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');
  const bounds = db
    .prepare<[], { newest: bigint | null; oldest: bigint | null }>(
      'SELECT max(seq) AS newest, min(seq) AS oldest FROM events',
    )
    .get();
  const select = db.prepare<unknown[], EventRow>(
    `SELECT * FROM events WHERE seq >= ? AND seq < ? AND (? IS NULL OR terminal_id = ?)
       AND (? IS NULL OR transaction_id = ?) ORDER BY seq LIMIT ?`,
  );
  const prune = db.prepare('DELETE FROM events WHERE seq < ?');
  let assigned = Number(bounds?.newest ?? 0n) + 1;
  let next = assigned;
  let oldest = Number(bounds?.oldest ?? BigInt(next));

  const pruneIfDue = (): void => {
    if (next - oldest < EVENTS_KEPT_MAX + PRUNE_ROWS) return;
    oldest += PRUNE_ROWS;
    prune.run(oldest);
  };
  const emit = (step: Step): void => {
    const seq = assigned++;
    const event = toEvent(step, seq, clock());
    commit
      .run(() => {
        insert.run(event.seq, event.terminalId, event.transactionId, event.json);
        pruneIfDue();
      })
      .then(() => {
        next = seq + 1;
        for (const listener of listeners) listener(event);
      })
      .catch(onTrouble);
  };
  return {
    emit,
    get next() {
      return next;
    },
    get oldest() {
      return Math.min(oldest, next);
    },
    read: (from, until, { terminalId, transactionId }) =>
      select
        .all(from, until, terminalId, terminalId, transactionId, transactionId, EVENT_PAGE_ROWS)
        .map(({ seq, terminal_id, transaction_id, json }) => ({
          seq: Number(seq),
          terminalId: terminal_id,
          transactionId: transaction_id,
          json,
        })),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await commit.drain();
      db.close();
    },
  };
}

/** A step of a bank or the ledger knows its transaction only; the terminal is the first part of its id. */
function toEvent(step: Step, seq: number, nowMs: number): LoggedEvent {
  const { type, transactionId, data } = step;
  const terminalId = step.terminalId ?? transactionId?.slice(0, transactionId.lastIndexOf('-')) ?? null;
  const time = new Date(nowMs).toISOString();
  return {
    seq,
    terminalId,
    transactionId,
    json: JSON.stringify({ seq, type, time, transactionId, terminalId, data }),
  };
}
