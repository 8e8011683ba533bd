import type { Database } from '@kassa/storage';
import { decodeOperation } from '../canonical.ts';
import { outcomeOf } from '../entry.ts';
import type { JournalEntry, Ledger } from '../ledger.ts';
import { PAGE_ROWS_MAX } from '../limits.ts';
import { entryOf, type JournalRow, type LedgerTables } from './ledger-tables.ts';
import { readStatements } from './read-statement.ts';
import { supplyOf } from './supply-of.ts';

/** What can be asked of a ledger without writing. */
export type LedgerQueries = Omit<Ledger, 'submit'>;

/** Answers from the tables, as of what is committed; on a read-only handle too. */
export function queriesOf(db: Database, tables: LedgerTables): LedgerQueries {
  const statements = readStatements(db);
  return {
    account: async (id) => tables.account(id),
    balances: async (id) => tables.purses(id),
    hold: async (id) => tables.hold(id),
    holdsDue: async (atMs, limit) => tables.holdsDue(atMs, Math.min(limit, PAGE_ROWS_MAX)),
    supply: async () => supplyOf(tables),
    tierPolicy: async (tier) => tables.tierPolicy(tier),
    labelPolicy: async (label) => tables.labelPolicy(label),
    statement: async (account, query) => statements.statement(account, query),
    balanceAt: async (account, label, sequence) => statements.balanceAt(account, label, sequence),
    sequenceAt: async (atMs) => statements.sequenceAt(atMs),
    operation: async (id) => {
      const row = tables.journalRow(id);
      return row && journalEntryOf(row);
    },
    readJournal: async (fromSequence, limit = PAGE_ROWS_MAX) =>
      tables.journalPage(fromSequence, Math.min(limit, PAGE_ROWS_MAX)).map(journalEntryOf),
    head: async () => {
      const { sequence, hash } = tables.head();
      return { sequence: Number(sequence), hash };
    },
  };
}

function journalEntryOf(row: JournalRow): JournalEntry {
  const entry = entryOf(row);
  const { sequence, groupSequence, atMs } = entry;
  return {
    sequence,
    groupSequence,
    atMs,
    operation: decodeOperation(row.id, row.content),
    outcome: outcomeOf(entry, false),
    hash: row.hash,
  };
}
