import { AMOUNT_MAX_TIYN } from '@kassa/primitives';
import { expect, it } from 'vitest';
import { decide } from './decide.ts';
import { EMPTY_VIEW } from './empty-view.ts';
import { accountId } from './identifiers.ts';
import { ISSUED_MAX_TIYN } from './limits.ts';
import { issue, transfer } from './testing/operations.ts';
import type { LedgerView } from './view.ts';

const viewWith = (issued: bigint): LedgerView => ({
  ...EMPTY_VIEW,
  account: (id) => ({
    id,
    kind: 'bank',
    frozen: false,
    closed: false,
    category: undefined,
    tier: undefined,
  }),
  circulation: (label) => ({ label, issued, redeemed: issued }),
});

it('issues up to the limit of a label and not past it, however much was redeemed', () => {
  const operation = issue('i1', 'bank', AMOUNT_MAX_TIYN);
  expect(decide(viewWith(ISSUED_MAX_TIYN - AMOUNT_MAX_TIYN), operation, 1)).toEqual({
    ok: true,
    changes: [
      { type: 'circulation', label: '', issued: AMOUNT_MAX_TIYN, redeemed: 0n },
      { type: 'purse', account: accountId('bank'), label: '', available: AMOUNT_MAX_TIYN, held: 0n },
      {
        type: 'posting',
        account: accountId('bank'),
        label: '',
        amount: AMOUNT_MAX_TIYN,
        counterAccount: undefined,
      },
    ],
  });
  const issued = ISSUED_MAX_TIYN - AMOUNT_MAX_TIYN + 1n;
  expect(decide(viewWith(issued), operation, 1)).toEqual({
    ok: false,
    refusal: { code: 'issued-limit-exceeded', issued, limit: ISSUED_MAX_TIYN },
  });
});

it('lets marked money become unmarked only up to the limit of unmarked money', () => {
  const view: LedgerView = {
    ...viewWith(ISSUED_MAX_TIYN - 5n),
    purse: (account, label) => ({ account, label, available: 10n, held: 0n }),
    labelPolicy: (label) => ({ label, finalPayees: [accountId('farm')] }),
  };
  expect(decide(view, transfer('t1', 'aru', 'farm', 5, 'meal'), 1).ok).toBe(true);
  expect(decide(view, transfer('t1', 'aru', 'bek', 6, 'meal'), 1).ok).toBe(true);
  expect(decide(view, transfer('t1', 'aru', 'farm', 6, 'meal'), 1)).toEqual({
    ok: false,
    refusal: { code: 'issued-limit-exceeded', issued: ISSUED_MAX_TIYN - 5n, limit: ISSUED_MAX_TIYN },
  });
});

it('keeps the limit within the integers of the engines', () => {
  expect(ISSUED_MAX_TIYN).toBeLessThan(2n ** 63n);
});
