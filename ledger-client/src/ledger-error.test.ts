import { expect, test } from 'vitest';
import { operationId } from './identifiers.ts';
import { LedgerFenced, OutcomeUnknown } from './ledger-error.ts';

const ids = ['t1', 't2'].map(operationId);

test('an unknown outcome says what to do, and names what was submitted', () => {
  const cause = new Error('ECONNRESET');
  const error = new OutcomeUnknown(ids, 'the connection was lost', { cause });
  expect(String(error)).toBe(
    'OutcomeUnknown: the connection was lost: whether the 2 operations were decided is unknown. Submit again under the same ids.',
  );
  expect([error.ids, error.cause]).toEqual([['t1', 't2'], cause]);
  expect(new OutcomeUnknown(ids.slice(1), 'no answer in 5000 ms').message).toBe(
    'no answer in 5000 ms: whether the operation was decided is unknown. Submit again under the same id.',
  );
});

test('a fenced writer knows both epochs', () => {
  expect(new LedgerFenced(3, 5)).toMatchObject({ name: 'LedgerFenced', ownEpoch: 3, currentEpoch: 5 });
});
