import { AMOUNT_MAX_TIYN } from '@kassa/primitives';
import { expect, it } from 'vitest';
import { decide } from './decide.ts';
import { accountId } from './identifiers.ts';
import { ISSUED_MAX_TIYN } from './limits.ts';
import { issue } from './testing/operations.ts';
import type { LedgerView } from './view.ts';

const viewWith = (issued: bigint): LedgerView => ({
  account: (id) => ({ id, kind: 'bank', frozen: false }),
  purse: (account, label) => ({ account, label, available: 0n, held: 0n }),
  hold: () => undefined,
  circulation: (label) => ({ label, issued, redeemed: issued }),
});

it('issues up to the limit of a label and not past it, however much was redeemed', () => {
  const operation = issue('i1', 'bank', AMOUNT_MAX_TIYN);
  expect(decide(viewWith(ISSUED_MAX_TIYN - AMOUNT_MAX_TIYN), operation, 1)).toEqual({
    ok: true,
    changes: [
      { type: 'circulation', label: '', issued: AMOUNT_MAX_TIYN, redeemed: 0n },
      { type: 'purse', account: accountId('bank'), label: '', available: AMOUNT_MAX_TIYN, held: 0n },
    ],
  });
  const issued = ISSUED_MAX_TIYN - AMOUNT_MAX_TIYN + 1n;
  expect(decide(viewWith(issued), operation, 1)).toEqual({
    ok: false,
    refusal: { code: 'issued-limit-exceeded', issued, limit: ISSUED_MAX_TIYN },
  });
});

it('keeps the limit within the integers of the engines', () => {
  expect(ISSUED_MAX_TIYN).toBeLessThan(2n ** 63n);
});
