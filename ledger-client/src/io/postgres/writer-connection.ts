import { StorageError } from '@kassa/storage';
import { LedgerFenced } from '../../ledger-error.ts';
import { REMEMBERED_VALUES_MAX } from '../../limits.ts';
import { createRememberedState, type RememberedState } from './remembered-state.ts';
import { type Session, SessionLost } from './session.ts';
import type { Expected } from './write-batch.ts';

export interface WriterConnectionOptions {
  readonly schema: string;
  /** Names the database in errors. */
  readonly path: string;
  readonly epoch: bigint;
  /** @throws (rejects) SessionLost, StorageError */
  connect(): Promise<Session>;
}

/** What the only writer knows of the ledger, and over what it reads and writes. */
export interface Ready {
  readonly writing: Session;
  /** Another connection, so that the next batch can be read while one is being written. */
  readonly reading: Session;
  /** As it is after the last batch that was decided. */
  readonly state: RememberedState;
  /** Where the journal ends after the last batch that was decided. */
  readonly expected: Expected;
}

export interface WriterConnection {
  /** With nothing on its way: connects and reads the head where needed. @throws (rejects) SessionLost, StorageError, LedgerFenced */
  ready(): Promise<Ready>;
  /** With a batch on its way: what `ready` gave, and what was decided since. @throws SessionLost */
  current(): Ready;
  /** A batch was decided. */
  advance(expected: Expected): void;
  /** A batch failed: what is known may be wrong. */
  forget(): void;
  close(): Promise<void>;
}

export function createWriterConnection({
  connect,
  epoch,
  schema,
  path,
}: WriterConnectionOptions): WriterConnection {
  let sessions: Pick<Ready, 'writing' | 'reading'> | undefined;
  let known: Pick<Ready, 'state' | 'expected'> | undefined;
  const end = async (): Promise<void> => {
    await Promise.all([sessions?.writing.end(), sessions?.reading.end()]);
    sessions = undefined;
  };
  const current = (): Ready => {
    if (!known || !sessions?.writing.isOpen || !sessions.reading.isOpen) {
      throw new SessionLost('the connection is closed');
    }
    return { ...sessions, ...known };
  };
  return {
    current,
    ready: async () => {
      if (!sessions?.writing.isOpen || !sessions.reading.isOpen) {
        known = undefined;
        await end();
        const writing = await connect();
        sessions = { writing, reading: await connect().catch((error) => endAfter(writing, error)) };
      }
      if (known && known.state.size > REMEMBERED_VALUES_MAX) {
        known = { ...known, state: createRememberedState() };
      }
      known ??= {
        state: createRememberedState(),
        expected: await readHead(sessions.writing, schema, path, epoch),
      };
      return current();
    },
    advance: (expected) => {
      if (known) known = { ...known, expected };
    },
    forget: () => {
      known = undefined;
    },
    close: end,
  };
}

async function endAfter(session: Session, error: unknown): Promise<never> {
  await session.end();
  throw error;
}

async function readHead(session: Session, schema: string, path: string, epoch: bigint): Promise<Expected> {
  const [row] = await session.query<{ sequence: bigint; hash: string; epoch: bigint }>({
    text: `SELECT sequence, hash, epoch FROM ${schema}.head`,
  });
  if (!row) {
    const remedy = 'Restore the last backup.';
    throw new StorageError({ code: 'corrupt', path, found: 'has lost the head of its journal', remedy });
  }
  if (row.epoch !== epoch) throw new LedgerFenced(Number(epoch), Number(row.epoch));
  return { sequence: Number(row.sequence), hash: row.hash, epoch };
}
