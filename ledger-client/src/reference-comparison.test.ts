import fc from 'fast-check';
import { expect, it } from 'vitest';
import { REFUSAL_CODES } from './canonical.ts';
import { accountId, label, operationId, tier } from './identifiers.ts';
import { createInMemoryLedger } from './in-memory-ledger.ts';
import { sha256Hex } from './io/chain-hash.ts';
import { exportJournal, importJournal } from './journal-lines.ts';
import type { Ledger } from './ledger.ts';
import type { Operation } from './operation.ts';
import { ENGINES, type Engine } from './testing/engines.ts';
import * as make from './testing/operations.ts';
import { createReferenceLedger } from './testing/reference-ledger.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const LABELS = ['', 'meal', 'herd', 'gold'];
const HOLDS = 6;

/** Midnight in Almaty on 2026-11-24, which the submissions pass. */
const MIDNIGHT_MS = Date.UTC(2026, 10, 23, 19);

// Few names, few amounts: collisions, shortages and reused ids are what is looked for.
const name = fc.constantFrom('a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c', 'd', 'e', 'f');
const mark = fc.constantFrom(undefined, undefined, undefined, 'meal', 'meal', 'herd', 'gold');
const amount = fc.integer({ min: 0, max: 12 });
const id = fc.integer({ min: 0, max: 400 }).map((number) => `op-${number}`);
const held = fc.integer({ min: 0, max: HOLDS - 1 }).map((number) => `hold-${number}`);
const expiry = fc.integer({ min: 1, max: 120 }).map((number) => MIDNIGHT_MS - 100 + number);
const part = fc.record(
  { amount, rest: fc.constantFrom('release' as const, 'keep' as const) },
  { requiredKeys: [] },
);
const kind = fc.constantFrom('person' as const, 'merchant' as const, 'contract' as const);
const categories = fc.subarray(['5812', '0763'], { maxLength: 1 });
const accounts = fc.subarray(['a', 'b', 'c'], { maxLength: 2 });
const parts = fc.array(
  fc.tuple(
    fc.constantFrom('b', 'b', 'c', null),
    fc.integer({ min: 0, max: 9 }).map((number) => Math.min(number, 4)),
  ),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const options = fc.record(
  { category: fc.constant('5812'), tier: fc.constantFrom('basic', 'none') },
  { requiredKeys: [] },
);
const limits = fc.record(
  {
    paymentMax: fc.integer({ min: 5, max: 12 }),
    dayMax: fc.integer({ min: 2, max: 20 }),
    balanceMax: fc.integer({ min: 5, max: 30 }),
  },
  { requiredKeys: [] },
);
const instant = (min: number, max: number) => fc.integer({ min, max }).map((offset) => MIDNIGHT_MS + offset);
const demands = fc.record(
  {
    payees: accounts,
    categories,
    finalPayees: accounts,
    finalCategories: categories,
    validFromMs: instant(-100, 20),
    validToMs: instant(-90, 30),
    dayCountMax: fc.integer({ min: 0, max: 2 }),
    condition: fc.constantFrom('fed', 'seen'),
  },
  { requiredKeys: [] },
);
/** Alone, a demand is met more often than among others that are asked about before it. */
const oneDemand: fc.Arbitrary<make.Demands> = fc.oneof(
  fc.record({ dayCountMax: fc.integer({ min: 0, max: 1 }) }),
  fc.record({ payees: fc.constantFrom(['a'], ['b'], ['c']) }),
);
const about = fc.constantFrom(undefined, undefined, 'cow');
const someone = fc.constantFrom(undefined, undefined, 'b', 'c', 'd');

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(id, name, kind, options).map((values) => make.open(...values)) },
  { weight: 3, arbitrary: fc.tuple(id, name, amount, mark).map((values) => make.issue(...values)) },
  {
    weight: 7,
    arbitrary: fc.tuple(id, name, name, amount, mark, about).map((values) => make.transfer(...values)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, name, name, fc.integer({ min: 1, max: 3 }), fc.constant('meal'))
      .map((values) => make.transfer(...values)),
  },
  {
    weight: 9,
    arbitrary: fc.tuple(held, name, amount, expiry, mark, someone).map((values) => make.hold(...values)),
  },
  { weight: 5, arbitrary: fc.tuple(id, held, name, part).map((values) => make.execute(...values)) },
  { weight: 3, arbitrary: fc.tuple(id, held, part).map((values) => make.executeToRedemption(...values)) },
  { weight: 5, arbitrary: fc.tuple(id, held, parts, part).map((values) => make.executeInParts(...values)) },
  { weight: 2, arbitrary: fc.tuple(id, held).map((values) => make.release(...values)) },
  { weight: 2, arbitrary: fc.tuple(id, held).map((values) => make.expire(...values)) },
  { weight: 2, arbitrary: fc.tuple(id, name, amount, mark).map((values) => make.redeem(...values)) },
  { weight: 1, arbitrary: fc.tuple(id, name).map((values) => make.freeze(...values)) },
  { weight: 2, arbitrary: fc.tuple(id, name).map((values) => make.unfreeze(...values)) },
  { weight: 1, arbitrary: fc.tuple(id, name).map((values) => make.close(...values)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(id, name, fc.constantFrom('basic', 'basic', 'none', undefined))
      .map((values) => make.setTier(...values)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(id, fc.constant('basic'), limits).map((values) => make.setTierPolicy(...values)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, fc.constantFrom('meal', 'meal', 'herd', ''), fc.oneof(demands, oneDemand))
      .map((values) => make.setLabelPolicy(...values)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, fc.constantFrom('meal', 'gold'), fc.constantFrom('fed', 'seen'), fc.constantFrom('b', 'cow'))
      .map((values) => make.attest(...values)),
  },
);

const submission = fc.record({
  operations: fc.array(operation, { minLength: 1, maxLength: 5 }),
  linked: fc.constantFrom(true, false, false, false),
  passedMs: fc.integer({ min: 0, max: 8 }),
});

const OPENING = [
  make.setLabelPolicy('meal', 'meal', { finalCategories: ['5812'] }),
  make.setLabelPolicy('herd', 'herd', { condition: 'seen' }),
  make.setTierPolicy('basic', 'basic', { paymentMax: 11, dayMax: 14, balanceMax: 26 }),
  make.open('open-a', 'a', 'person', { tier: 'basic' }),
  make.open('open-b', 'b', 'merchant', { category: '5812' }),
  make.open('open-c', 'c'),
  make.open('open-e', 'e', 'contract'),
  make.open('open-f', 'f'),
  make.close('close-f', 'f'),
  ...['a', 'b', 'c'].flatMap((account, index) => [
    make.issue(`issue-${index}`, account, 20),
    make.issue(`meal-${index}`, account, 10, 'meal'),
    make.issue(`herd-${index}`, account, 5, 'herd'),
  ]),
];

/** Everything that can be asked, as one value. */
async function tellAll(ledger: Ledger, nowMs: number): Promise<unknown[]> {
  const all: unknown[] = [
    await ledger.holdsDue(nowMs, 100),
    await ledger.readJournal(1),
    await ledger.head(),
  ];
  for (const account of NAMES.map(accountId)) {
    all.push(await ledger.account(account), await ledger.balances(account));
    for (const mark of LABELS.map(label)) {
      all.push(
        await ledger.statement(account, { label: mark }),
        await ledger.statement(account, { label: mark, fromSequence: 9, toSequence: 20, limit: 2 }),
        await ledger.balanceAt(account, mark, 18),
      );
    }
  }
  for (let number = 0; number < HOLDS; number++) all.push(await ledger.hold(operationId(`hold-${number}`)));
  for (const mark of LABELS.map(label)) all.push(await ledger.labelPolicy(mark));
  all.push(await ledger.tierPolicy(tier('basic')), await ledger.sequenceAt(nowMs - 20));
  return all;
}

/** Runs submissions through an engine, in memory and the reference, and compares all that is said; adds to what was `seen`. */
async function compare(engine: Engine, runs: number, seen: Set<string>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(submission, { minLength: 1, maxLength: 30, size: 'max' }),
      async (submissions) => {
        let nowMs = MIDNIGHT_MS - 100;
        const clock = (): number => nowMs;
        const { ledger, end } = await engine.start(clock);
        const inMemory = createInMemoryLedger({ clock, sha256: sha256Hex });
        const reference = createReferenceLedger(clock);
        for (const each of [ledger, inMemory, reference]) await each.submit(OPENING);
        for (const { operations, linked, passedMs } of submissions) {
          nowMs += passedMs;
          const outcomes = await ledger.submit(operations, { linked });
          expect(outcomes).toEqual(await reference.submit(operations, { linked }));
          expect(outcomes).toEqual(await inMemory.submit(operations, { linked }));
          for (const outcome of outcomes) seen.add(outcome.ok ? 'ok' : outcome.code);
          const supply = await ledger.supply();
          expect(supply).toEqual(await reference.supply());
          for (const { wallets, held: locked, issued, redeemed } of supply.labels) {
            expect(wallets + locked).toBe(issued - redeemed);
          }
        }
        const told = await tellAll(reference, nowMs);
        expect(await tellAll(ledger, nowMs)).toEqual(told);
        expect(await tellAll(inMemory, nowMs)).toEqual(told);
        const imported = createInMemoryLedger({ clock: () => 0, sha256: sha256Hex });
        await importJournal(imported, exportJournal(ledger), sha256Hex);
        expect(await tellAll(imported, nowMs)).toEqual(told);
        await end();
      },
    ),
    { numRuns: runs },
  );
}

const engineNamed = (name: string): Engine => ENGINES.find((engine) => engine.name === name)!;

it('answers like the reference, and money is neither made nor lost at any step', async () => {
  const seen = new Set<string>();
  await compare(engineNamed('sqlite'), 250, seen);
  // The comparison says little about an answer that never came up; only the limit on issuing is out of reach here.
  const unseen = REFUSAL_CODES.filter((code) => !seen.has(code));
  expect(unseen).toEqual(['issued-limit-exceeded']);
  expect(seen).toContain('ok');
});

it('answers like the reference on PostgreSQL', async () => {
  const seen = new Set<string>();
  await compare(engineNamed('postgres'), 20, seen);
  expect(seen).toContain('ok');
  expect(seen.size).toBeGreaterThan(20);
});
