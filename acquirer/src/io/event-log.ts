import type { Clock, EmitStep, Step } from '@kassa/primitives';
import { createGroupCommit, type Database, openDatabase } from '@kassa/storage';
import { EVENT_DELAY_MS, type EVENT_PAGE_ROWS, EVENTS_KEPT_MAX } from '../limits.ts';
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
  /** Events from `from` up to and without `until`, oldest first; ask for {@link EVENT_PAGE_ROWS} numbers at a time. */
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
   ) STRICT;`,
] as const;

/** Deleting in small steps keeps the event loop free (900 000 rows at once block it for seconds). */
const PRUNE_ROWS = 1000;

interface EventRow {
  seq: bigint;
  terminal_id: string | null;
  transaction_id: string | null;
  json: string;
}

/**
 * @param keptMax events kept, give or take a thousand.
 * @throws StorageError as `openDatabase`.
 */
export function openEventLog(
  path: string,
  clock: Clock,
  onTrouble: (error: unknown) => void,
  keptMax: number = EVENTS_KEPT_MAX,
): EventLog {
  const db = openDatabase(path, {
    application: 'events',
    schemaVersion: MIGRATIONS.length,
    migrations: MIGRATIONS,
  });
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');
  const select = db.prepare<unknown[], EventRow>(
    `SELECT * FROM events WHERE seq >= ? AND seq < ? AND (? IS NULL OR terminal_id = ?)
       AND (? IS NULL OR transaction_id = ?) ORDER BY seq`,
  );
  const prune = db.prepare('DELETE FROM events WHERE seq < ?');
  let bounds = readBounds(db);
  let { next } = bounds;
  const commit = createGroupCommit(db, {
    afterRollback: () => {
      bounds = readBounds(db);
    },
  });
  const listeners = new Set<(event: LoggedEvent) => void>();
  let waiting: WrittenStep[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** Numbers are given here and not when a step is emitted: what cannot be written leaves no gap. */
  const insertAll = (batch: readonly WrittenStep[]): readonly LoggedEvent[] => {
    const events = batch.map((step, index) => toEvent(step, bounds.next + index));
    for (const { seq, terminalId, transactionId, json } of events) {
      insert.run(seq, terminalId, transactionId, json);
    }
    const following = bounds.next + events.length;
    const isDue = following - bounds.oldest >= keptMax + PRUNE_ROWS;
    const oldest = isDue ? bounds.oldest + PRUNE_ROWS : bounds.oldest;
    if (isDue) prune.run(oldest);
    bounds = { next: following, oldest };
    return events;
  };
  const write = async (): Promise<void> => {
    timer = undefined;
    const batch = waiting;
    waiting = [];
    try {
      for (const event of await commit.run(() => insertAll(batch))) {
        next = event.seq + 1;
        for (const listener of listeners) listener(event);
      }
    } catch (error) {
      onTrouble(error);
    }
  };
  const emit = (step: Step): void => {
    // A connection that ends while everything stops has nobody left to tell.
    if (isClosed) return;
    try {
      waiting.push(writeDown(step, clock()));
    } catch (error) {
      onTrouble(error);
    }
    // A payment tells forty steps and waits for a dozen commits of its own: the log shares one commit among many.
    timer ??= setTimeout(() => void write(), EVENT_DELAY_MS);
  };
  return {
    emit,
    get next() {
      return next;
    },
    get oldest() {
      return Math.min(bounds.oldest, next);
    },
    read: (from, until, { terminalId, transactionId }) =>
      select
        .all(from, until, terminalId, terminalId, transactionId, transactionId)
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
      isClosed = true;
      clearTimeout(timer);
      if (waiting.length > 0) await write();
      await commit.drain();
      db.close();
    },
  };
}

/** Numbers of the next event and of the oldest kept. */
interface Bounds {
  readonly next: number;
  readonly oldest: number;
}

function readBounds(db: Database): Bounds {
  const row = db
    .prepare<[], { newest: bigint | null; oldest: bigint | null }>(
      'SELECT max(seq) AS newest, min(seq) AS oldest FROM events',
    )
    .get();
  const next = Number(row?.newest ?? 0n) + 1;
  return { next, oldest: Number(row?.oldest ?? next) };
}

/** A step as it is stored, all but its number. */
interface WrittenStep {
  readonly terminalId: string | null;
  readonly transactionId: string | null;
  /** JSON text of the event without its opening brace and `seq`. */
  readonly rest: string;
}

/** A step of a bank or the ledger knows its transaction only; the terminal is the first part of its id. */
function writeDown({ type, transactionId, data, ...step }: Step, nowMs: number): WrittenStep {
  const terminalId = step.terminalId ?? transactionId?.slice(0, transactionId.lastIndexOf('-')) ?? null;
  const time = new Date(nowMs).toISOString();
  const rest = JSON.stringify({ type, time, transactionId, terminalId, data }).slice(1);
  return { terminalId, transactionId, rest };
}

function toEvent({ terminalId, transactionId, rest }: WrittenStep, seq: number): LoggedEvent {
  return { seq, terminalId, transactionId, json: `{"seq":${seq},${rest}` };
}
