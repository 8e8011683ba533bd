import {
  type AuditReport,
  auditLedgerFile,
  auditPostgresLedger,
  type LedgerReader,
  type OpenLedger,
  openLedger,
  openLedgerReader,
  openPostgresLedger,
  openPostgresReader,
  type PostgresReader,
} from '@kassa/ledger-client';
import type { Clock } from '@kassa/primitives';

/** Which ledger is meant: the one of a data directory, or, with a URL, one on PostgreSQL. */
export interface LedgerPlace {
  /** The file of the data directory. */
  readonly file: string;
  /** Holds a password: not for messages. */
  readonly url: string | undefined;
}

/** @throws (rejects) StorageError, PostgresAddressError */
export async function openLedgerAt({ file, url }: LedgerPlace, clock: Clock): Promise<OpenLedger> {
  return url === undefined ? openLedger({ path: file, clock }) : openPostgresLedger({ url, clock });
}

/** To be read only, also beside a running writer. @throws (rejects) as {@link openLedgerAt} */
export async function openReaderAt({ file, url }: LedgerPlace): Promise<LedgerReader | PostgresReader> {
  return url === undefined ? openLedgerReader(file) : openPostgresReader({ url });
}

/** @throws (rejects) as {@link openLedgerAt} */
export async function auditLedgerAt({ file, url }: LedgerPlace): Promise<AuditReport> {
  return url === undefined ? auditLedgerFile(file) : auditPostgresLedger({ url });
}
