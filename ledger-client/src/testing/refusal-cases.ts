import { AMOUNT_MAX_TIYN } from '@kassa/primitives';
import { accountId, label, operationId, tier } from '../identifiers.ts';
import {
  close,
  execute,
  executeInParts,
  executeToRedemption,
  expire,
  freeze,
  hold,
  issue,
  open,
  redeem,
  release,
  setTier,
  transfer,
  unfreeze,
} from './operations.ts';
import { type Cases, LATER, LIMIT_CASES } from './refusal-cases-limits.ts';

export { LATER };

/**
 * Refusals in the documented order, on the contract's ledger: each operation is also wrong in every later way that can be
 * arranged, so that the order itself is tested.
 */
const FIRST_CASES: Cases = [
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

const CLOSED = [open('oc', 'gone'), close('cc', 'gone')];
const HELD = hold('h', 'aru', 9, LATER);
const MARKED = hold('h', 'aru', 9, LATER, 'meal');

/** Of accounts, tiers and kinds. */
const ACCOUNT_CASES: Cases = [
  [
    [HELD],
    executeInParts('x', 'h', [
      ['shop', 5],
      ['bek', 0],
    ]),
    { code: 'zero-amount' },
  ],
  [
    [],
    executeInParts('x', 'none', [
      ['shop', 5],
      ['bek', 1],
      ['shop', 2],
    ]),
    { code: 'duplicate-payee', account: accountId('shop') },
  ],
  [
    [],
    executeInParts('x', 'none', [
      [null, 5],
      [null, 1],
    ]),
    { code: 'duplicate-payee', account: null },
  ],
  [
    [],
    open('x', 'aru', 'bank', { category: '5812', tier: 'none' }),
    { code: 'kind-may-not-have-category', kind: 'bank' },
  ],
  [
    [],
    hold('x', 'aru', 1, LATER, undefined, 'aru'),
    { code: 'accounts-must-differ', account: accountId('aru') },
  ],
  [
    [MARKED],
    executeInParts('x', 'h', [
      ['nobody', 5],
      [null, 9],
    ]),
    { code: 'label-may-not-be-redeemed', label: label('meal') },
  ],
  [
    [],
    hold('x', 'aru', 1, LATER, undefined, 'nobody'),
    { code: 'unknown-account', account: accountId('nobody') },
  ],
  [[], close('x', 'nobody'), { code: 'unknown-account', account: accountId('nobody') }],
  [[], setTier('x', 'nobody', 'none'), { code: 'unknown-account', account: accountId('nobody') }],
  [
    [],
    open('x', 'shop', 'merchant', { category: '5812', tier: 'none' }),
    { code: 'account-exists-with-different-content', account: accountId('shop'), differs: 'category' },
  ],
  [
    [],
    open('x', 'aru', 'person', { tier: 'none' }),
    { code: 'account-exists-with-different-content', account: accountId('aru'), differs: 'tier' },
  ],
  [CLOSED, open('x', 'gone'), { code: 'account-closed', account: accountId('gone') }],
  [CLOSED, freeze('x', 'gone'), { code: 'account-closed', account: accountId('gone') }],
  [CLOSED, unfreeze('x', 'gone'), { code: 'account-closed', account: accountId('gone') }],
  [CLOSED, setTier('x', 'gone', 'none'), { code: 'account-closed', account: accountId('gone') }],
  [[], open('x', 'new', 'person', { tier: 'none' }), { code: 'unknown-tier', tier: tier('none') }],
  [[], setTier('x', 'aru', 'none'), { code: 'unknown-tier', tier: tier('none') }],
  [CLOSED, transfer('x', 'gone', 'shop', 1), { code: 'payer-closed', account: accountId('gone') }],
  [CLOSED, redeem('x', 'gone', 1), { code: 'payer-closed', account: accountId('gone') }],
  [
    [...CLOSED, freeze('f', 'aru')],
    transfer('x', 'aru', 'gone', 1),
    { code: 'payee-closed', account: accountId('gone') },
  ],
  [CLOSED, issue('x', 'gone', 1), { code: 'payee-closed', account: accountId('gone') }],
  [
    [...CLOSED, HELD, freeze('f', 'shop')],
    executeInParts('x', 'h', [
      ['shop', 5],
      ['gone', 9],
    ]),
    { code: 'payee-closed', account: accountId('gone') },
  ],
  [
    [freeze('f', 'shop')],
    hold('x', 'aru', 5_000, LATER, undefined, 'shop'),
    { code: 'payee-frozen', account: accountId('shop') },
  ],
  [
    [open('ov', 'vault', 'contract')],
    issue('x', 'vault', 1, 'gold'),
    { code: 'kind-may-not-be-issued-to', account: accountId('vault'), kind: 'contract' },
  ],
  [
    [open('ov', 'purse', 'device')],
    redeem('x', 'purse', 1),
    { code: 'kind-may-not-redeem', account: accountId('purse'), kind: 'device' },
  ],
  [
    [open('ov', 'vault', 'contract'), transfer('tv', 'aru', 'vault', 9), hold('h', 'vault', 9, LATER)],
    executeToRedemption('x', 'h', { amount: 10 }),
    { code: 'kind-may-not-redeem', account: accountId('vault'), kind: 'contract' },
  ],
  [
    [HELD],
    executeInParts(
      'x',
      'h',
      [
        ['shop', 5],
        [null, 5],
      ],
      { amount: 10 },
    ),
    { code: 'amount-exceeds-hold', remaining: 9n, required: 10n },
  ],
  [
    [HELD],
    executeInParts('x', 'h', [
      ['shop', 5],
      [null, 3],
    ]),
    { code: 'parts-do-not-add-up', sum: 8n, required: 9n },
  ],
  [[HELD], executeInParts('x', 'h', []), { code: 'parts-do-not-add-up', sum: 0n, required: 9n }],
  [
    [HELD, transfer('tv', 'aru', 'bek', 991)],
    close('x', 'aru'),
    { code: 'account-has-open-holds', account: accountId('aru'), held: 9n },
  ],
  [[], close('x', 'aru'), { code: 'account-not-empty', account: accountId('aru'), available: 1_300n }],
];

/** Refusals in the documented order within each part. */
export const REFUSAL_CASES: Cases = [...FIRST_CASES, ...ACCOUNT_CASES, ...LIMIT_CASES];
