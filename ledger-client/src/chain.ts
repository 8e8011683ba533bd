import { type Entry, verdictOf } from './entry.ts';

/** SHA-256 (FIPS 180-4) of a text in UTF-8, in hexadecimal: given in, since the core has no cryptography of its own. */
export type Sha256Hex = (text: string) => string;

/** Stands before the first entry. */
export const EMPTY_HASH = '0'.repeat(64);

/** The columns of a journal row that its hash covers, as they are stored. */
export interface ChainedRow {
  readonly sequence: number | bigint;
  readonly groupSequence: number | bigint;
  readonly id: string;
  readonly atMs: number | bigint;
  readonly content: string;
  readonly verdict: string;
}

/**
 * What a row's hash is made of: the hash before and the row's columns, one a line. No column can hold a line feed:
 * identifiers by their alphabet, the others by JSON.
 */
export function chainText(previous: string, row: ChainedRow): string {
  const { sequence, groupSequence, id, atMs, content, verdict } = row;
  return `${previous}\n${sequence}\n${groupSequence}\n${id}\n${atMs}\n${content}\n${verdict}`;
}

/** The row an entry is stored as, its hash aside. */
export function rowOf(entry: Entry): ChainedRow {
  const { sequence, groupSequence, id, atMs, content } = entry;
  return { sequence, groupSequence, id, atMs, content, verdict: verdictOf(entry) };
}
