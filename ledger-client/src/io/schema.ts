import type { OpenDatabaseOptions } from '@kassa/storage';
import { EMPTY_HASH } from '../chain.ts';

/**
 * Amounts in tiyn, instants in milliseconds since 1970. The journal is the truth; the other tables are what follows from
 * it. Journal rows are never changed or removed.
 */
const VERSION_3 = `
CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY,
  group_sequence INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE,
  at_ms INTEGER NOT NULL,
  content TEXT NOT NULL,
  verdict TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- One row: the end of the journal, so that a removed tail is noticed, and which writer may go on.
CREATE TABLE head (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL,
  epoch INTEGER NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, '${EMPTY_HASH}', 0);

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  frozen INTEGER NOT NULL CHECK (frozen IN (0, 1)),
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  category TEXT,
  tier TEXT
) STRICT, WITHOUT ROWID;

-- Numbered in the order of their first lines, so that a line names one by a small number.
CREATE TABLE purse (
  number INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  label TEXT NOT NULL,
  available INTEGER NOT NULL CHECK (available >= 0),
  held INTEGER NOT NULL CHECK (held >= 0),
  last_line INTEGER NOT NULL,
  UNIQUE (account, label)
) STRICT;

CREATE TABLE hold (
  id TEXT PRIMARY KEY,
  payer TEXT NOT NULL,
  label TEXT NOT NULL,
  amount INTEGER NOT NULL,
  remaining INTEGER NOT NULL CHECK (remaining >= 0 AND remaining <= amount),
  expires_at_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  counted_day INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_due ON hold (expires_at_ms) WHERE state = 'open';

CREATE TABLE circulation (
  label TEXT PRIMARY KEY,
  issued INTEGER NOT NULL,
  redeemed INTEGER NOT NULL CHECK (redeemed >= 0 AND redeemed <= issued)
) STRICT, WITHOUT ROWID;

-- Policies as the canonical text of the operation that set them.
CREATE TABLE tier_policy (
  tier TEXT PRIMARY KEY,
  policy TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE label_policy (
  label TEXT PRIMARY KEY,
  policy TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attestation (
  label TEXT NOT NULL,
  condition TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (label, condition, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE spending (
  account TEXT NOT NULL,
  label TEXT NOT NULL,
  day INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (account, label)
) STRICT, WITHOUT ROWID;

-- Lines of statements. The key is postingKey(sequence, line), so that new rows go to the end; number, previous and jump
-- are LineLinks, which stand in for an index by purse.
CREATE TABLE posting (
  key INTEGER PRIMARY KEY,
  purse INTEGER NOT NULL,
  number INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  balance INTEGER NOT NULL,
  counter_account TEXT,
  previous INTEGER NOT NULL,
  jump INTEGER NOT NULL
) STRICT;
`;

/** How the ledger's file is opened. */
export const LEDGER_DATABASE: OpenDatabaseOptions = {
  application: 'ledger',
  schemaVersion: 3,
  // Versions 1 and 2 were never released; an export of theirs can be imported.
  oldestVersion: 3,
  migrations: ['', '', VERSION_3],
};
