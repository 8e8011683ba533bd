import { openReadOnly } from '@kassa/storage';
import type { OperationId } from '../identifiers.ts';
import type { Hold } from '../view.ts';
import { type LedgerQueries, queriesOf } from './ledger-queries.ts';
import { readTables } from './ledger-tables.ts';
import { LEDGER_DATABASE } from './schema.ts';

/** Looks into a ledger's file without being able to change it, also beside a running writer. */
export interface LedgerReader extends Omit<LedgerQueries, 'hold'> {
  /** At once, not as a promise: an audit compares thousands. */
  hold(id: OperationId): Hold | undefined;
  /** The journal entry under an id, at once. */
  sequenceOf(id: OperationId): number | undefined;
  close(): void;
}

/** @throws StorageError as `openReadOnly`. */
export function openLedgerReader(path: string): LedgerReader {
  const db = openReadOnly(path, LEDGER_DATABASE);
  const tables = readTables(db);
  return {
    ...queriesOf(db, tables),
    hold: (id) => tables.hold(id),
    sequenceOf: (id) => tables.journalRow(id)?.sequence,
    close: () => db.close(),
  };
}
