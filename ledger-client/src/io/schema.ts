import type { OpenDatabaseOptions } from '@kassa/storage';

/**
 * Amounts in tiyn, instants in milliseconds since 1970. The journal is the truth; the other tables are what follows from
 * it. Journal rows are never changed or removed.
 */
const VERSION_1 = `
CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY,
  group_sequence INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE,
  at_ms INTEGER NOT NULL,
  content TEXT NOT NULL,
  verdict TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- One row: the end of the journal, so that a removed tail is noticed.
CREATE TABLE head (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  frozen INTEGER NOT NULL CHECK (frozen IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE purse (
  account TEXT NOT NULL,
  label TEXT NOT NULL,
  available INTEGER NOT NULL CHECK (available >= 0),
  held INTEGER NOT NULL CHECK (held >= 0),
  PRIMARY KEY (account, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
  id TEXT PRIMARY KEY,
  payer TEXT NOT NULL,
  label TEXT NOT NULL,
  amount INTEGER NOT NULL,
  remaining INTEGER NOT NULL CHECK (remaining >= 0 AND remaining <= amount),
  expires_at_ms INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_due ON hold (expires_at_ms) WHERE state = 'open';

CREATE TABLE circulation (
  label TEXT PRIMARY KEY,
  issued INTEGER NOT NULL,
  redeemed INTEGER NOT NULL CHECK (redeemed >= 0 AND redeemed <= issued)
) STRICT, WITHOUT ROWID;
`;

/** How the ledger's file is opened. */
export const LEDGER_DATABASE: OpenDatabaseOptions = {
  application: 'ledger',
  schemaVersion: 1,
  migrations: [VERSION_1],
};
