import { CARD_CHECKS } from './check-card-crypto.ts';
import { CARD_DATA_CHECKS } from './check-card-data.ts';
import { PIN_CHECKS } from './check-pin-crypto.ts';
import { type CryptoCheck, type CryptoVector, compareAnswers } from './crypto-vector.ts';
import { type KindCount, runEach, type VectorRunner } from './vector-run.ts';

const CHECKS: Readonly<Record<string, CryptoCheck>> = { ...CARD_CHECKS, ...PIN_CHECKS, ...CARD_DATA_CHECKS };

/** Known answers of `crypto.json`, through the public functions of `@kassa/emv`, with a count of each kind. */
export const runCrypto: VectorRunner = (text) => {
  const { vectors } = JSON.parse(text) as { readonly vectors: readonly CryptoVector[] };
  const passed = new Map<string, number>();
  const run = runEach(
    vectors,
    ({ id }) => id,
    (vector) => {
      const check = CHECKS[vector.kind];
      if (check === undefined) throw new Error(`nothing here calculates ${vector.kind}`);
      compareAnswers(vector, check(vector));
      passed.set(vector.kind, (passed.get(vector.kind) ?? 0) + 1);
    },
  );
  const totals = new Map<string, number>();
  for (const { kind } of vectors) totals.set(kind, (totals.get(kind) ?? 0) + 1);
  const kinds: KindCount[] = [...totals]
    .map(([kind, total]) => ({ kind, passed: passed.get(kind) ?? 0, total }))
    .sort((left, right) => (left.kind < right.kind ? -1 : 1));
  return { ...run, kinds };
};
