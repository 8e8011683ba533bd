import { openDatabase } from '@kassa/storage';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accountId, operationId } from './identifiers.ts';
import { auditLedger } from './io/audit-ledger.ts';
import { LEDGER_DATABASE } from './io/schema.ts';
import { createLedger } from './io/sqlite-ledger.ts';
import type { Operation } from './operation.ts';
import * as make from './testing/operations.ts';
import { createReferenceLedger } from './testing/reference-ledger.ts';

// Few names, few amounts: collisions, shortages and reused ids are what is looked for.
const name = fc.constantFrom('a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c', 'd');
const mark = fc.constantFrom(undefined, 'meal');
const amount = fc.integer({ min: 0, max: 12 });
const id = fc.integer({ min: 0, max: 400 }).map((number) => `op-${number}`);
const held = fc.integer({ min: 0, max: 5 }).map((number) => `hold-${number}`);
const expiry = fc.integer({ min: 1, max: 120 });
const part = fc.record(
  { amount, rest: fc.constantFrom('release' as const, 'keep' as const) },
  { requiredKeys: [] },
);
const kind = fc.constantFrom('person' as const, 'merchant' as const);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(id, name, kind).map((values) => make.open(...values)) },
  { weight: 3, arbitrary: fc.tuple(id, name, amount, mark).map((values) => make.issue(...values)) },
  { weight: 4, arbitrary: fc.tuple(id, name, name, amount, mark).map((values) => make.transfer(...values)) },
  { weight: 8, arbitrary: fc.tuple(held, name, amount, expiry, mark).map((values) => make.hold(...values)) },
  { weight: 6, arbitrary: fc.tuple(id, held, name, part).map((values) => make.execute(...values)) },
  { weight: 3, arbitrary: fc.tuple(id, held, part).map((values) => make.executeToRedemption(...values)) },
  { weight: 2, arbitrary: fc.tuple(id, held).map((values) => make.release(...values)) },
  { weight: 2, arbitrary: fc.tuple(id, held).map((values) => make.expire(...values)) },
  { weight: 2, arbitrary: fc.tuple(id, name, amount, mark).map((values) => make.redeem(...values)) },
  { weight: 1, arbitrary: fc.tuple(id, name).map((values) => make.freeze(...values)) },
  { weight: 1, arbitrary: fc.tuple(id, name).map((values) => make.unfreeze(...values)) },
);

const submission = fc.record({
  operations: fc.array(operation, { minLength: 1, maxLength: 5 }),
  linked: fc.constantFrom(true, false, false, false),
  passedMs: fc.integer({ min: 0, max: 4 }),
});

const OPENING = ['a', 'b', 'c'].flatMap((account, index) => [
  make.open(`open-${index}`, account),
  make.issue(`issue-${index}`, account, 20),
  make.issue(`mark-${index}`, account, 10, 'meal'),
]);

it('answers like the reference, and money is neither made nor lost at any step', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(submission, { minLength: 1, maxLength: 30, size: 'max' }),
      async (submissions) => {
        let nowMs = 1;
        const db = openDatabase(':memory:', LEDGER_DATABASE);
        const ledger = createLedger(db, { clock: () => nowMs });
        const reference = createReferenceLedger(() => nowMs);
        for (const each of [ledger, reference]) await each.submit(OPENING);
        for (const { operations, linked, passedMs } of submissions) {
          nowMs += passedMs;
          const outcomes = await ledger.submit(operations, { linked });
          expect(outcomes).toEqual(await reference.submit(operations, { linked }));
          for (const outcome of outcomes) seen.add(outcome.ok ? 'ok' : outcome.code);
          const supply = await ledger.supply();
          expect(supply).toEqual(await reference.supply());
          for (const { wallets, held, issued, redeemed } of supply.labels) {
            expect(wallets + held).toBe(issued - redeemed);
          }
        }
        for (const account of ['a', 'b', 'c', 'd'].map(accountId)) {
          expect(await ledger.account(account)).toEqual(await reference.account(account));
          expect(await ledger.balances(account)).toEqual(await reference.balances(account));
        }
        for (let number = 0; number <= 5; number++) {
          const holdId = operationId(`hold-${number}`);
          expect(await ledger.hold(holdId)).toEqual(await reference.hold(holdId));
        }
        expect(await ledger.holdsDue(nowMs, 100)).toEqual(await reference.holdsDue(nowMs, 100));
        expect(await ledger.readJournal(1)).toEqual(await reference.readJournal(1));
        expect(await ledger.head()).toEqual(await reference.head());
        expect(auditLedger(db).findings).toEqual([]);
        await ledger.close();
      },
    ),
    { numRuns: 150 },
  );
  // The comparison says little about an answer that never came up; only the limit on issuing is out of reach here.
  expect([...seen].sort()).toEqual([
    'account-exists-with-different-content',
    'accounts-must-differ',
    'amount-exceeds-hold',
    'expiry-in-the-past',
    'hold-already-executed',
    'hold-expired',
    'hold-not-expired',
    'hold-released',
    'id-reused-with-different-content',
    'insufficient-funds',
    'label-may-not-be-redeemed',
    'linked-failed',
    'ok',
    'payee-frozen',
    'payer-frozen',
    'unknown-account',
    'unknown-hold',
    'zero-amount',
  ]);
});
