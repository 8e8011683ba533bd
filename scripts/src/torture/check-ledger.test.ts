import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountId, openLedger, operationId } from '@kassa/ledger-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLedger, readAcknowledged } from './check-ledger.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-check-'));
  path = join(directory, 'ledger.db');
  const ledger = openLedger({ path, clock: () => 1_000, writer: 'this-thread' });
  for (const name of ['aru', 'bek']) {
    await ledger.submit([
      { type: 'open', id: operationId(`open-${name}`), account: accountId(name), kind: 'person' },
    ]);
  }
  await ledger.close();
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function failuresOf(known: ReadonlyMap<string, number>): readonly string[] {
  const failures: string[] = [];
  expect(checkLedger(path, known, failures)).toBe(2);
  return failures;
}

// The harness that finds nothing must be one that would.
describe('checkLedger', () => {
  it.each<[string, [string, number][], string[]]>([
    [
      'everything in its place',
      [
        ['open-aru', 1],
        ['open-bek', 2],
      ],
      [],
    ],
    ['a lost payment', [['open-zoe', 3]], ['open-zoe was acknowledged as entry 3 and is lost']],
    ['another place', [['open-aru', 2]], ['open-aru was acknowledged as entry 2 and is 1']],
    [
      'one place for two',
      [
        ['open-aru', 1],
        ['open-bek', 1],
      ],
      [
        'open-bek was acknowledged as entry 1 and is 2',
        'entry 1 was acknowledged for open-aru and for open-bek',
      ],
    ],
  ])('tells %s', (_, known, expected) => {
    expect(failuresOf(new Map(known))).toEqual(expected);
  });
});

describe('readAcknowledged', () => {
  it('counts what is new, and tells a payment that was done twice', () => {
    const known = new Map([['a', 1]]);
    const failures: string[] = [];
    expect(readAcknowledged(['ready 0', 'a 1', 'b 2'], known, failures)).toEqual({ fresh: 1, own: 2 });
    expect(failures).toEqual([]);
    expect(readAcknowledged(['ready 0', 'b 5'], known, failures)).toEqual({ fresh: 0, own: 1 });
    expect(failures).toEqual(['b was entry 2 and is 5: done twice']);
  });
});
