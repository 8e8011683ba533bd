import { openReadOnly } from '@kassa/storage';
import type { OperationId } from '../identifiers.ts';
import type { Hold } from '../view.ts';
import { readTables } from './ledger-tables.ts';
import { LEDGER_DATABASE } from './schema.ts';

/** Looks into a ledger's file without being able to change it, also beside a running writer. */
export interface LedgerReader {
  hold(id: OperationId): Hold | undefined;
  close(): void;
}

/** @throws StorageError as `openReadOnly`. */
export function openLedgerReader(path: string): LedgerReader {
  const db = openReadOnly(path, LEDGER_DATABASE);
  const tables = readTables(db);
  return { hold: (id) => tables.hold(id), close: () => db.close() };
}
