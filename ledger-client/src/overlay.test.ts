import { expect, it } from 'vitest';
import { EMPTY_VIEW } from './empty-view.ts';
import { accountId, label, operationId, UNMARKED } from './identifiers.ts';
import { createOverlay } from './overlay.ts';
import type { Hold, LedgerView } from './view.ts';

const aru = accountId('aru');
const NONE = {
  accounts: [],
  purses: [],
  holds: [],
  circulations: [],
  tierPolicies: [],
  labelPolicies: [],
  attestations: [],
  spendings: [],
};

/** A base that counts how often it is asked for a purse; everyone has ten tiyn. */
function countingBase(): LedgerView & { reads: number } {
  const base = {
    ...EMPTY_VIEW,
    reads: 0,
    purse: (account: typeof aru, mark: typeof UNMARKED) => {
      base.reads++;
      return { account, label: mark, available: 10n, held: 0n };
    },
    circulation: (mark: typeof UNMARKED) => ({ label: mark, issued: 10n, redeemed: 0n }),
  };
  return base;
}

it('adds up changes over a base it reads once, and lists each value once', () => {
  const base = countingBase();
  const overlay = createOverlay(base);
  const change = { type: 'purse', account: aru, label: UNMARKED, available: -3n, held: 2n } as const;
  overlay.apply([change, change]);
  expect(overlay.purse(aru, UNMARKED)).toEqual({ account: aru, label: '', available: 4n, held: 4n });
  expect(overlay.purse(aru, label('meal')).available).toBe(10n);
  expect(base.reads).toBe(2);
  expect(overlay.changed()).toEqual({
    ...NONE,
    purses: [{ account: aru, label: '', available: 4n, held: 4n }],
  });
});

it('remembers after settling, with nothing left to write', () => {
  const base = countingBase();
  const overlay = createOverlay(base);
  overlay.apply([
    { type: 'purse', account: aru, label: UNMARKED, available: 1n, held: 0n },
    {
      type: 'account',
      account: {
        id: aru,
        kind: 'person',
        frozen: false,
        closed: false,
        category: undefined,
        tier: undefined,
      },
    },
    { type: 'circulation', label: UNMARKED, issued: 1n, redeemed: 0n },
  ]);
  overlay.settle();
  expect(overlay.changed()).toEqual(NONE);
  expect(overlay.purse(aru, UNMARKED).available).toBe(11n);
  expect(overlay.account(aru)?.kind).toBe('person');
  expect(overlay.circulation(UNMARKED).issued).toBe(11n);
  expect([base.reads, overlay.size]).toEqual([1, 3]);
});

it('lays one overlay on another without changing it', () => {
  const lower = createOverlay(countingBase());
  const upper = createOverlay(lower);
  upper.apply([{ type: 'purse', account: aru, label: UNMARKED, available: -10n, held: 0n }]);
  expect(upper.purse(aru, UNMARKED).available).toBe(0n);
  expect(lower.purse(aru, UNMARKED).available).toBe(10n);
  expect(lower.changed()).toEqual(NONE);
});

it('forgets a hold altogether', () => {
  const overlay = createOverlay(countingBase());
  const id = operationId('h1');
  const hold: Hold = {
    id,
    payer: aru,
    label: UNMARKED,
    amount: 1n,
    remaining: 0n,
    expiresAtMs: 1,
    state: 'released',
    countedDay: undefined,
  };
  overlay.apply([{ type: 'hold', hold }]);
  expect(overlay.hold(id)).toEqual(hold);
  overlay.forgetHold(id);
  expect(overlay.hold(id)).toBeUndefined();
  expect(overlay.changed()).toEqual(NONE);
});

it('lists the purses of an account, its own changes over the base’s', () => {
  const meal = label('meal');
  const base: LedgerView = {
    ...EMPTY_VIEW,
    purses: (account) => [
      { account, label: UNMARKED, available: 10n, held: 0n },
      { account, label: meal, available: 5n, held: 0n },
    ],
    purse: (account, mark) => ({ account, label: mark, available: mark === meal ? 5n : 10n, held: 0n }),
  };
  const overlay = createOverlay(base);
  overlay.apply([
    { type: 'purse', account: aru, label: meal, available: -5n, held: 5n },
    { type: 'purse', account: accountId('bek'), label: meal, available: 1n, held: 0n },
  ]);
  expect(overlay.purses(aru)).toEqual([
    { account: aru, label: '', available: 10n, held: 0n },
    { account: aru, label: 'meal', available: 0n, held: 5n },
  ]);
});
