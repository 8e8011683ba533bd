import { Option } from 'commander';

/** What commands that take a ledger have in common. */
export interface LedgerOption {
  readonly ledger?: string;
}

/**
 * `--ledger URL`. Not checked by commander, whose messages repeat what is wrong: it may hold a password. Without one, PGPASSWORD
 * is used.
 */
export function ledgerOption(description: string): Option {
  return new Option('--ledger <url>', `${description}: postgres://USER@HOST:PORT/DATABASE`);
}

/** The URL. From here on the process shows itself to others without its arguments, where the password is one. */
export function takeLedgerUrl({ ledger }: LedgerOption): string | undefined {
  if (ledger !== undefined) process.title = 'kassa';
  return ledger;
}
