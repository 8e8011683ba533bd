import { StorageError } from '@kassa/storage';
import { EMPTY_HASH } from '../../chain.ts';
import { codeOf } from './server-trouble.ts';
import type { Session } from './session.ts';

/**
 * The tables of `schema.ts`, in the types that CockroachDB and YugabyteDB have too. A line of a statement is found by account
 * and label alone, so it has one index instead of two.
 */
const VERSION_1 = `
CREATE TABLE $.journal (
  sequence int8 PRIMARY KEY,
  group_sequence int8 NOT NULL,
  id text NOT NULL UNIQUE,
  at_ms int8 NOT NULL,
  content text NOT NULL,
  verdict text NOT NULL,
  hash text NOT NULL
);
CREATE TABLE $.head (
  only_row int8 PRIMARY KEY CHECK (only_row = 1),
  sequence int8 NOT NULL,
  hash text NOT NULL,
  epoch int8 NOT NULL
);
INSERT INTO $.head VALUES (1, 0, '${EMPTY_HASH}', 0);
CREATE TABLE $.account (
  id text PRIMARY KEY,
  kind text NOT NULL,
  frozen boolean NOT NULL,
  closed boolean NOT NULL,
  category text,
  tier text
);
CREATE TABLE $.purse (
  account text NOT NULL,
  label text NOT NULL,
  available int8 NOT NULL CHECK (available >= 0),
  held int8 NOT NULL CHECK (held >= 0),
  PRIMARY KEY (account, label)
);
CREATE TABLE $.hold (
  id text PRIMARY KEY,
  payer text NOT NULL,
  label text NOT NULL,
  amount int8 NOT NULL,
  remaining int8 NOT NULL CHECK (remaining >= 0 AND remaining <= amount),
  expires_at_ms int8 NOT NULL,
  state text NOT NULL,
  counted_day int8
);
CREATE INDEX hold_due ON $.hold (expires_at_ms, id) WHERE state = 'open';
CREATE TABLE $.circulation (
  label text PRIMARY KEY,
  issued int8 NOT NULL,
  redeemed int8 NOT NULL CHECK (redeemed >= 0 AND redeemed <= issued)
);
CREATE TABLE $.tier_policy (
  tier text PRIMARY KEY,
  policy text NOT NULL
);
CREATE TABLE $.label_policy (
  label text PRIMARY KEY,
  policy text NOT NULL
);
CREATE TABLE $.attestation (
  label text NOT NULL,
  condition text NOT NULL,
  subject text NOT NULL,
  PRIMARY KEY (label, condition, subject)
);
CREATE TABLE $.spending (
  account text NOT NULL,
  label text NOT NULL,
  day int8 NOT NULL,
  amount int8 NOT NULL CHECK (amount >= 0),
  count int8 NOT NULL CHECK (count >= 0),
  PRIMARY KEY (account, label)
);
CREATE TABLE $.posting (
  key int8 NOT NULL,
  account text NOT NULL,
  label text NOT NULL,
  amount int8 NOT NULL,
  balance int8 NOT NULL,
  counter_account text,
  PRIMARY KEY (account, label, key)
);
`;

/** The n-th makes version n of the version before; `$` is the schema's name. Never changed once released. */
const MIGRATIONS: readonly string[] = [VERSION_1];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Writers that open an empty database at the same time make the tables once; the others look again. */
const ATTEMPTS_MAX = 5;

/** Unique violation, serialization failure, deadlock, duplicate schema, duplicate table: another one was faster. */
const OVERTAKEN = new Set(['23505', '40001', '40P01', '42P06', '42P07']);

/**
 * Brings the tables up to date, each step in a transaction of its own.
 * @param path names the database in errors. @throws (rejects) StorageError `newer-version`, SessionLost
 */
export async function migrate(session: Session, schema: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await migrateOnce(session, schema, path);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !OVERTAKEN.has(codeOf(error))) throw error;
      // The failed transaction is still open; nothing else is.
      await session.query({ text: 'ROLLBACK' });
    }
  }
}

async function migrateOnce(session: Session, schema: string, path: string): Promise<void> {
  let version = await versionOf(session, schema, path);
  if (version === undefined) {
    await session.query({
      text: `CREATE SCHEMA IF NOT EXISTS ${schema};
        CREATE TABLE IF NOT EXISTS ${schema}.migration (version int8 PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
    });
    version = 0;
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    const text = `BEGIN;${migration.replaceAll('$', schema)};INSERT INTO ${schema}.migration (version) VALUES (${index + 1});COMMIT`;
    await session.query({ text });
  }
}

/**
 * The version of the tables; undefined when there are none.
 * @throws (rejects) StorageError `newer-version`
 */
export async function versionOf(session: Session, schema: string, path: string): Promise<number | undefined> {
  const [found] = await session.query({
    text: "SELECT 1 AS one FROM information_schema.tables WHERE table_schema = $1 AND table_name = 'migration'",
    values: [schema],
  });
  if (!found) return undefined;
  const [row] = await session.query<{ version: bigint }>({
    text: `SELECT coalesce(max(version), 0) AS version FROM ${schema}.migration`,
  });
  const version = Number(row?.version ?? 0n);
  if (version <= SCHEMA_VERSION) return version;
  throw new StorageError({
    code: 'newer-version',
    path,
    found: `has tables of version ${version}, this program knows ${SCHEMA_VERSION}`,
    remedy: 'Use the newer program, or another database.',
  });
}
