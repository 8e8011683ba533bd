import { beforeEach, describe, expect, it } from 'vitest';
import { createInMemoryLedger } from './in-memory-ledger.ts';
import { sha256Hex } from './io/chain-hash.ts';
import { openLedger } from './io/sqlite-ledger.ts';
import { exportJournal, importJournal, type RestorableLedger } from './journal-lines.ts';
import { JournalRefused } from './ledger-error.ts';
import * as make from './testing/operations.ts';

const LATER = 10_000;
const inMemory = (): RestorableLedger => createInMemoryLedger({ clock: () => 1_000, sha256: sha256Hex });
let source: RestorableLedger;
let lines: string[];

// Entries 1 to 9: a refusal, a group, and a group refused for an id answered before it.
beforeEach(async () => {
  source = inMemory();
  await source.submit([
    make.open('o1', 'aru'),
    make.open('o2', 'shop', 'merchant'),
    make.issue('i1', 'aru', 1_000),
    make.hold('h1', 'aru', 400, LATER),
    make.transfer('t1', 'aru', 'shop', 9_999),
  ]);
  await source.submit([make.execute('e1', 'h1', 'shop'), make.redeem('r1', 'shop', 100)], { linked: true });
  await source.submit([make.open('o1', 'aru'), make.transfer('t2', 'aru', 'shop', 1)], { linked: true });
  await source.submit([make.freeze('f1', 'shop')]);
  lines = [];
  for await (const line of exportJournal(source)) lines.push(line);
});

const imported = async (text: readonly string[]): Promise<unknown> => {
  const ledger = inMemory();
  return importJournal(ledger, text, sha256Hex).catch((error: unknown) => error);
};

describe('exportJournal', () => {
  it('writes an entry a line', () => {
    expect(lines).toHaveLength(9);
    expect(JSON.parse(lines[6] ?? '')).toEqual({
      sequence: 7,
      groupSequence: 6,
      id: 'r1',
      atMs: 1_000,
      content: ['redeem', 'shop', '100', ''],
      verdict: ['ok'],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('begins where it is told to', async () => {
    const tail = [];
    for await (const line of exportJournal(source, 8)) tail.push(line);
    expect(tail).toEqual(lines.slice(7));
  });
});

describe('importJournal', () => {
  it('makes a ledger with the same head, that goes on', async () => {
    for (const ledger of [inMemory(), openLedger({ path: ':memory:', clock: () => 1_000 })]) {
      expect(await importJournal(ledger, [...lines, ''], sha256Hex)).toEqual(await source.head());
      expect(await ledger.supply()).toEqual(await source.supply());
      expect(await ledger.readJournal(1)).toEqual(await source.readJournal(1));
      const [again, next] = await ledger.submit([
        make.transfer('t1', 'aru', 'shop', 9_999),
        make.unfreeze('u1', 'shop'),
      ]);
      expect([again?.replayed, next?.sequence]).toEqual([true, 10]);
    }
  });

  it('goes on where a ledger ends', async () => {
    const ledger = inMemory();
    await importJournal(ledger, lines.slice(0, 5), sha256Hex);
    expect(await importJournal(ledger, lines.slice(5), sha256Hex)).toEqual(await source.head());
  });

  it('reads long journals in several batches', async () => {
    const operations = Array.from({ length: 250 }, (_, index) => make.transfer(`p${index}`, 'aru', 'bek', 1));
    await source.submit([make.open('o3', 'bek')]);
    for (let round = 0; round < 8; round++) {
      await source.submit(
        operations.map((each) => ({ ...each, id: `${each.id}-${round}` as typeof each.id })),
        { linked: true },
      );
    }
    const ledger = inMemory();
    expect(await importJournal(ledger, exportJournal(source), sha256Hex)).toEqual(await source.head());
  });

  const swap = (text: string[]): string[] => [text[1] ?? '', text[0] ?? '', ...text.slice(2)];
  it.each<[string, (text: string[]) => string[], string]>([
    [
      'a changed byte',
      (text) => text.map((line) => line.replace('"1000"', '"1001"')),
      'line 3: entry 3 was changed after it was written, or does not follow on what the ledger holds',
    ],
    [
      'a removed line',
      (text) => text.toSpliced(1, 1),
      'line 2: entry 3 was changed after it was written, or does not follow on what the ledger holds',
    ],
    [
      'two lines in each other’s place',
      swap,
      'line 1: entry 2 was changed after it was written, or does not follow on what the ledger holds',
    ],
    ['no JSON', () => ['sequence 1'], 'line 1 is no journal entry: Unexpected token'],
    ['another JSON', () => ['null'], 'line 1 is no journal entry: '],
    [
      'an unknown operation',
      (text) => [(text[0] ?? '').replace('"open"', '"mint"')],
      'line 1 is no journal entry: expected a known type',
    ],
  ])('refuses %s by its line', async (_, damage, message) => {
    const error = await imported(damage(lines));
    expect(error).toBeInstanceOf(JournalRefused);
    expect(String(error)).toContain(message);
  });

  it('refuses an answer the rules do not give, however well chained', async () => {
    const forged = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    const [content, verdict] = ['["issue","aru","5",""]', '["ok"]'];
    const hash = sha256Hex(`${'0'.repeat(64)}\n1\n1\no1\n1000\n${content}\n${verdict}`);
    const line = JSON.stringify({ ...forged, content: JSON.parse(content), hash });
    expect(String(await imported([line]))).toBe(
      'JournalRefused: entry 1 is stored as ["ok"], the rules give ["unknown-account","aru"]',
    );
  });

  it('refuses a journal on a ledger that has entries of its own', async () => {
    const ledger = inMemory();
    await ledger.submit([make.open('o9', 'else')]);
    await expect(importJournal(ledger, lines, sha256Hex)).rejects.toThrow(
      'line 1: entry 1 was changed after it was written, or does not follow on what the ledger holds',
    );
    expect((await ledger.head()).sequence).toBe(1);
  });
});
