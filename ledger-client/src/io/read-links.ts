import { assert } from '@kassa/primitives';
import type { Database } from '@kassa/storage';
import type { LineLinks, ReadLinks } from '../line-links.ts';

/** Reads the links of lines of statements from their table. */
export function readLinksOf(db: Database): ReadLinks {
  const get = db
    .prepare<[number], LineLinks>('SELECT number, previous, jump FROM posting WHERE key = ?')
    .safeIntegers(false);
  return (key) => {
    const links = get.get(key);
    assert(links !== undefined, `there is a line ${key} on a statement`);
    return links;
  };
}
