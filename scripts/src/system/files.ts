import { join } from 'node:path';

const MEMORY = ':memory:';

/** Where each party of a system keeps its file. */
export interface DataFiles {
  /** Null: everything in memory, gone at the end. */
  readonly directory: string | null;
  readonly ledger: string;
  readonly acquirer: string;
  readonly events: string;
  readonly cards: string;
  /** Serial numbers of PIN pad keys that were used. */
  readonly serials: string;
  bank(id: string): string;
  terminal(id: string): string;
}

/** One file per party: none can read another's. */
export function dataFiles(directory: string | null): DataFiles {
  const file = (name: string): string => (directory === null ? MEMORY : join(directory, `${name}.db`));
  return {
    directory,
    ledger: file('ledger'),
    acquirer: file('acquirer'),
    events: file('events'),
    cards: file('cards'),
    serials: file('serials'),
    bank: (id) => file(`bank-${id}`),
    terminal: (id) => file(`terminal-${id}`),
  };
}
