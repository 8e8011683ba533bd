import { Socket } from 'node:net';
import { StorageError } from '@kassa/storage';
import pg from 'pg';
import { nameOf, type PostgresAddress } from './postgres-address.ts';

export interface SqlStatement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Planned once a session under this name. */
  readonly name?: string;
}

/** One connection. Every statement has a deadline of this process's own; past it the connection is cut. */
export interface Session {
  /** @throws (rejects) SessionLost; pg.DatabaseError, the server's word that the statement had no effect. */
  query<R extends object>(statement: SqlStatement): Promise<R[]>;
  readonly isOpen: boolean;
  end(): Promise<void>;
}

/** The connection ended before the answer came. What a statement that was under way did is unknown. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
}

export interface SessionOptions {
  readonly address: PostgresAddress;
  /** For connecting, and for every statement. */
  readonly timeoutMs: number;
}

/**
 * Connects, and sets what holds for the session; the server gives a statement up a little before this process does.
 * @throws (rejects) SessionLost when the server cannot be reached or is not ready yet, StorageError when it refuses for good.
 */
export async function openSession({ address, timeoutMs }: SessionOptions): Promise<Session> {
  const socket = new Socket();
  const client = new pg.Client({
    host: address.host,
    port: address.port,
    user: address.user,
    ...(address.password === undefined ? {} : { password: address.password }),
    database: address.database,
    ssl: address.tls === 'off' ? false : { rejectUnauthorized: address.tls === 'verified' },
    application_name: 'kassa-ledger',
    keepAlive: true,
    connectionTimeoutMillis: timeoutMs,
    stream: () => socket,
    types: { getTypeParser },
  });
  let isOpen = true;
  let isConnected = false;
  const lose = (): void => {
    isOpen = false;
  };
  // Statements under way are told by their own promises.
  client.on('error', lose);
  client.on('end', lose);
  const within = async <T>(action: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    try {
      return await action;
    } catch (error) {
      if (isConnected && error instanceof pg.DatabaseError && !ENDS_SESSION.test(error.code ?? ''))
        throw error;
      isOpen = false;
      socket.destroy();
      throw lostOrRefused(error, address);
    } finally {
      clearTimeout(timer);
    }
  };
  const send = async <R extends object>({ text, values, name }: SqlStatement): Promise<R[]> => {
    if (!isOpen) throw new SessionLost('the connection is closed');
    const config = { text, ...(values && { values: [...values] }), ...(name && { name }) };
    const { rows } = await within(client.query<R>(config));
    return rows;
  };
  // One after the other: the deadline of each begins as it is sent.
  let last: Promise<unknown> = Promise.resolve();
  const query = <R extends object>(statement: SqlStatement): Promise<R[]> => {
    const answer = last.then(() => send<R>(statement));
    last = answer.catch(() => undefined);
    return answer;
  };
  await within(client.connect());
  isConnected = true;
  await query({ text: settings(timeoutMs) });
  return {
    query,
    get isOpen() {
      return isOpen;
    },
    end: async () => {
      isOpen = false;
      const timer = setTimeout(() => socket.destroy(), timeoutMs);
      await client.end().catch(() => undefined);
      clearTimeout(timer);
      socket.destroy();
    },
  };
}

/** Connection exceptions, and what an administrator or a crash of the server ends a session with (manual, appendix A). */
const ENDS_SESSION = /^(08|57P)/;

/** What another attempt will not mend; anything else may only be a restart. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28P01': 'Check user and password.',
  '28000': 'Let the server admit this user from this address (pg_hba.conf).',
  '3D000': 'Create the database.',
  '42501': 'Let this user connect to the database and create a schema in it.',
};

function lostOrRefused(error: unknown, address: PostgresAddress): Error {
  const isServers = error instanceof pg.DatabaseError;
  const code = isServers ? (error.code ?? '') : '';
  const remedy = REFUSALS[code];
  if (remedy !== undefined) {
    return new StorageError(
      { code: 'io', path: nameOf(address), found: `refused the connection (${code})`, remedy },
      { cause: error },
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new SessionLost(reason || 'the connection was lost', { cause: error });
}

/**
 * Only what the server knows: the ledger's SQL runs on CockroachDB and YugabyteDB too. Without sequential scans, since a plan
 * made while the tables were empty would otherwise read all of them later.
 */
function settings(timeoutMs: number): string {
  const statementMs = Math.max(1, Math.floor(timeoutMs * 0.9));
  const wanted = Object.entries({
    statement_timeout: `${statementMs}`,
    lock_timeout: `${statementMs}`,
    idle_in_transaction_session_timeout: `${timeoutMs}`,
    enable_seqscan: 'off',
    jit: 'off',
  });
  const rows = wanted.map(([name, value]) => `('${name}', '${value}')`).join(', ');
  return `
    SELECT set_config(wanted.name, wanted.value, false)
    FROM (VALUES ${rows}) AS wanted (name, value) JOIN pg_settings ON pg_settings.name = wanted.name;
    SELECT set_config('synchronous_commit', 'on', false)
    FROM pg_settings WHERE name = 'synchronous_commit' AND setting = 'off'`;
}

const BOOL = 16;
const INT8 = 20;
const INT4 = 23;

/** Object identifiers of types are fixed (pg_type.dat). Sums of int8 are numeric and stay texts. */
function getTypeParser(oid: number): (value: string) => unknown {
  if (oid === INT8) return BigInt;
  if (oid === INT4) return Number;
  if (oid === BOOL) return (value) => value === 't';
  return (value) => value;
}
