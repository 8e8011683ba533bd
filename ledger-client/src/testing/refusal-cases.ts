import { AMOUNT_MAX_TIYN } from '@kassa/primitives';
import { accountId, label, operationId } from '../identifiers.ts';
import type { Operation } from '../operation.ts';
import type { Refusal } from '../outcome.ts';
import {
  execute,
  executeToRedemption,
  expire,
  freeze,
  hold,
  issue,
  open,
  redeem,
  release,
  transfer,
  unfreeze,
} from './operations.ts';

/** Well past the clock of the contract's ledger. */
export const LATER = 10_000;

/**
 * Refusals in the documented order, on the contract's ledger: each operation is also wrong in every later way that can be
 * arranged, so that the order itself is tested.
 */
export const REFUSAL_CASES: readonly (readonly [
  setUp: readonly Operation[],
  operation: Operation,
  refusal: Refusal,
])[] = [
  [[], transfer('x', 'nobody', 'nobody', 0), { code: 'zero-amount' }],
  [[], issue('x', 'nobody', 0), { code: 'zero-amount' }],
  [[], hold('x', 'nobody', 0, 1), { code: 'zero-amount' }],
  [[], redeem('x', 'nobody', 0, 'meal'), { code: 'zero-amount' }],
  [[], execute('x', 'none', 'nobody', { amount: 0 }), { code: 'zero-amount' }],
  [[], hold('x', 'nobody', 1, 1_000), { code: 'expiry-in-the-past', expiresAtMs: 1_000 }],
  [[], execute('x', 'none', 'nobody'), { code: 'unknown-hold', hold: operationId('none') }],
  [[], release('x', 't1'), { code: 'unknown-hold', hold: operationId('t1') }],
  [[hold('h', 'aru', 5_000, LATER)], expire('x', 'h'), { code: 'unknown-hold', hold: operationId('h') }],
  [
    [hold('h', 'aru', 9, LATER), execute('e', 'h', 'shop')],
    execute('x', 'h', 'aru', { amount: 10 }),
    { code: 'hold-already-executed', hold: operationId('h') },
  ],
  [
    [hold('h', 'aru', 9, LATER), executeToRedemption('e', 'h')],
    release('x', 'h'),
    { code: 'hold-already-executed', hold: operationId('h') },
  ],
  [
    [hold('h', 'aru', 9, LATER), release('e', 'h')],
    execute('x', 'h', 'aru', { amount: 10 }),
    { code: 'hold-released', hold: operationId('h') },
  ],
  [
    [hold('h', 'aru', 9, LATER), release('e', 'h')],
    expire('x', 'h'),
    { code: 'hold-released', hold: operationId('h') },
  ],
  [
    [hold('h', 'aru', 9, LATER)],
    expire('x', 'h'),
    { code: 'hold-not-expired', hold: operationId('h'), expiresAtMs: LATER },
  ],
  [[], transfer('x', 'nobody', 'nobody', 1), { code: 'accounts-must-differ', account: accountId('nobody') }],
  [
    [hold('h', 'aru', 9, LATER), freeze('f', 'aru')],
    execute('x', 'h', 'aru', { amount: 10 }),
    { code: 'accounts-must-differ', account: accountId('aru') },
  ],
  [[], redeem('x', 'nobody', 1, 'meal'), { code: 'label-may-not-be-redeemed', label: label('meal') }],
  [
    [hold('h', 'aru', 9, LATER, 'meal')],
    executeToRedemption('x', 'h', { amount: 10 }),
    { code: 'label-may-not-be-redeemed', label: label('meal') },
  ],
  [[], issue('x', 'nobody', AMOUNT_MAX_TIYN), { code: 'unknown-account', account: accountId('nobody') }],
  [
    [freeze('f', 'shop')],
    transfer('x', 'nobody', 'shop', 1),
    { code: 'unknown-account', account: accountId('nobody') },
  ],
  [
    [freeze('f', 'aru')],
    transfer('x', 'aru', 'nobody', 1),
    { code: 'unknown-account', account: accountId('nobody') },
  ],
  [
    [hold('h', 'aru', 9, LATER)],
    execute('x', 'h', 'nobody', { amount: 10 }),
    { code: 'unknown-account', account: accountId('nobody') },
  ],
  [[], hold('x', 'nobody', 1, LATER), { code: 'unknown-account', account: accountId('nobody') }],
  [[], redeem('x', 'nobody', 1), { code: 'unknown-account', account: accountId('nobody') }],
  [[], freeze('x', 'nobody'), { code: 'unknown-account', account: accountId('nobody') }],
  [[], unfreeze('x', 'nobody'), { code: 'unknown-account', account: accountId('nobody') }],
  [
    [],
    open('x', 'aru', 'bank'),
    { code: 'account-exists-with-different-content', account: accountId('aru'), differs: 'kind' },
  ],
  [
    [freeze('f', 'aru'), freeze('g', 'shop')],
    transfer('x', 'aru', 'shop', 1_001),
    { code: 'payer-frozen', account: accountId('aru') },
  ],
  [[freeze('f', 'aru')], hold('x', 'aru', 1_001, LATER), { code: 'payer-frozen', account: accountId('aru') }],
  [[freeze('f', 'aru')], redeem('x', 'aru', 1_001), { code: 'payer-frozen', account: accountId('aru') }],
  [
    [freeze('f', 'shop')],
    transfer('x', 'aru', 'shop', 1_001),
    { code: 'payee-frozen', account: accountId('shop') },
  ],
  [[freeze('f', 'aru')], issue('x', 'aru', 1), { code: 'payee-frozen', account: accountId('aru') }],
  [
    [hold('h', 'aru', 9, LATER), freeze('f', 'shop')],
    execute('x', 'h', 'shop', { amount: 10 }),
    { code: 'payee-frozen', account: accountId('shop') },
  ],
  [
    [hold('h', 'aru', 9, LATER)],
    execute('x', 'h', 'shop', { amount: 10 }),
    { code: 'amount-exceeds-hold', remaining: 9n, required: 10n },
  ],
  [
    [],
    transfer('x', 'aru', 'shop', 1_001),
    { code: 'insufficient-funds', available: 1_000n, required: 1_001n },
  ],
  [[], hold('x', 'bek', 1, LATER), { code: 'insufficient-funds', available: 0n, required: 1n }],
  [[], redeem('x', 'aru', 1_001), { code: 'insufficient-funds', available: 1_000n, required: 1_001n }],
];
