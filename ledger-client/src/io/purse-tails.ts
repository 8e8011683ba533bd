import { assert } from '@kassa/primitives';
import type { Database } from '@kassa/storage';
import type { AccountId, Label } from '../identifiers.ts';
import { emptyTail, type LineTail, tailOf } from '../line-links.ts';
import { readLinksOf } from './read-links.ts';

/** A purse of the file with the end of its lines. */
export interface PurseTail extends LineTail {
  readonly account: AccountId;
  readonly label: Label;
  /** Its number. */
  readonly purse: number;
  /** Whether it has its row. */
  isStored: boolean;
}

/** Numbers and last lines of purses, remembered between blocks. */
export interface PurseTails {
  /** A purse met for the first time gets the next number. */
  of(account: AccountId, label: Label): PurseTail;
  forget(): void;
}

export function createPurseTails(db: Database): PurseTails {
  const find = db
    .prepare<[string, string], { number: number; lastLine: number }>(
      'SELECT number, last_line AS lastLine FROM purse WHERE account = ? AND label = ?',
    )
    .safeIntegers(false);
  const highest = db
    .prepare<[], { number: number | null }>('SELECT max(number) AS number FROM purse')
    .safeIntegers(false);
  const readLinks = readLinksOf(db);
  // A map for each label: joining label and account to one key would cost more than both look-ups.
  const known = new Map<Label, Map<AccountId, PurseTail>>();
  let next: number | undefined;
  const load = (account: AccountId, label: Label): PurseTail => {
    const row = find.get(account, label);
    if (row) return { account, label, purse: row.number, isStored: true, ...tailOf(row.lastLine, readLinks) };
    next ??= (highest.get()?.number ?? 0) + 1;
    assert(Number.isSafeInteger(next), 'purses are numbered from 1');
    return { account, label, purse: next++, isStored: false, ...emptyTail() };
  };
  return {
    of: (account, label) => {
      let byAccount = known.get(label);
      if (!byAccount) {
        byAccount = new Map();
        known.set(label, byAccount);
      }
      let tail = byAccount.get(account);
      if (!tail) {
        tail = load(account, label);
        byAccount.set(account, tail);
      }
      return tail;
    },
    forget: () => {
      known.clear();
      next = undefined;
    },
  };
}
