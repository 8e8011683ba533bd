import { hash } from 'node:crypto';
import { type ChainedRow, chainText } from '../chain.ts';

/** SHA-256 by Node.js. */
export function sha256Hex(text: string): string {
  return hash('sha256', text);
}

/** The hash of a journal row. One a row costs 0.6 µs and lets an audit name the row. */
export function chainHash(previous: string, row: ChainedRow): string {
  return sha256Hex(chainText(previous, row));
}
