import type { Outcome, RefusalCode } from '@kassa/ledger-client';
import { expect, test } from 'vitest';
import { holdIdOf, refusalOfHold } from './hold.ts';

const answered = { id: holdIdOf('T-1'), sequence: 1, atMs: 0, replayed: false };
const refused = (code: RefusalCode): Outcome => ({ ...answered, ok: false, code }) as Outcome;

test.each([
  ['accepted', { ...answered, ok: true } as Outcome, null],
  ['accepted before', { ...answered, ok: true, replayed: true } as Outcome, null],
  ['insufficient-funds', refused('insufficient-funds'), 'insufficient-funds'],
  ['payer-frozen', refused('payer-frozen'), 'account-frozen'],
  ['payment limit', refused('payment-limit-exceeded'), 'limit-exceeded'],
  ['day limit', refused('day-limit-exceeded'), 'limit-exceeded'],
  ['day count', refused('label-day-count-exceeded'), 'count-exceeded'],
  ['label not for this payee', refused('label-may-not-go-to-payee'), 'account-unusable'],
  ['unknown-account', refused('unknown-account'), 'account-unusable'],
  ['id reused', refused('id-reused-with-different-content'), 'account-unusable'],
  ['no answer', undefined, 'account-unusable'],
])('%s', (_name, outcome, refusal) => {
  expect(refusalOfHold(outcome)).toBe(refusal);
});
