import { accountId, condition, label, subject, tier } from '../identifiers.ts';
import type { Operation } from '../operation.ts';
import type { Refusal } from '../outcome.ts';
import {
  attest,
  execute,
  executeInParts,
  hold,
  issue,
  redeem,
  setLabelPolicy,
  setTier,
  setTierPolicy,
  transfer,
} from './operations.ts';

/** Well past the clock of the contract's ledger. */
export const LATER = 10_000;

/** What was done before, what is asked, and the answer. */
export type Cases = readonly (readonly [
  setUp: readonly Operation[],
  operation: Operation,
  refusal: Refusal,
])[];

const HELD = hold('h', 'aru', 9, LATER);
const MARKED = hold('h', 'aru', 9, LATER, 'meal');

const under = (limits: Parameters<typeof setTierPolicy>[2]): readonly Operation[] => [
  setTierPolicy('p', 'basic', limits),
  setTier('s', 'aru', 'basic'),
];

/** Of a tier's limits. */
const TIER_CASES: Cases = [
  [
    under({ paymentMax: 5, dayMax: 5 }),
    transfer('x', 'aru', 'shop', 2_000),
    { code: 'payment-limit-exceeded', tier: tier('basic'), limit: 5n, required: 2_000n },
  ],
  [
    under({ paymentMax: 5 }),
    hold('x', 'aru', 6, LATER),
    { code: 'payment-limit-exceeded', tier: tier('basic'), limit: 5n, required: 6n },
  ],
  [
    under({ paymentMax: 5 }),
    redeem('x', 'aru', 6),
    { code: 'payment-limit-exceeded', tier: tier('basic'), limit: 5n, required: 6n },
  ],
  [
    [...under({ dayMax: 10 }), transfer('a', 'aru', 'shop', 4), HELD, hold('i', 'aru', 6, LATER)],
    redeem('x', 'aru', 1),
    { code: 'day-limit-exceeded', tier: tier('basic'), spent: 10n, limit: 10n, required: 1n },
  ],
  [
    under({ balanceMax: 1_001 }),
    issue('x', 'aru', 2),
    {
      code: 'balance-limit-exceeded',
      account: accountId('aru'),
      tier: tier('basic'),
      balance: 1_000n,
      limit: 1_001n,
    },
  ],
  [
    [...under({ balanceMax: 999 }), transfer('a', 'aru', 'bek', 9), HELD, hold('b', 'bek', 9, LATER)],
    executeInParts('x', 'b', [['aru', 9]]),
    {
      code: 'balance-limit-exceeded',
      account: accountId('aru'),
      tier: tier('basic'),
      balance: 991n,
      limit: 999n,
    },
  ],
];

const policy = (demands: Parameters<typeof setLabelPolicy>[2]): Operation =>
  setLabelPolicy('p', 'meal', demands);
const meal = label('meal');

/** Of marked money. */
const LABEL_CASES: Cases = [
  [[], setLabelPolicy('x', '', { validFromMs: 2, validToMs: 1 }), { code: 'unmarked-takes-no-policy' }],
  [
    [],
    setLabelPolicy('x', 'meal', { validFromMs: 2, validToMs: 2 }),
    { code: 'validity-is-empty', validFromMs: 2, validToMs: 2 },
  ],
  [[], issue('x', 'aru', 1, 'gold'), { code: 'label-unknown', label: label('gold') }],
  [[], transfer('x', 'aru', 'shop', 1, 'gold'), { code: 'label-unknown', label: label('gold') }],
  [[], hold('x', 'aru', 1, LATER, 'gold'), { code: 'label-unknown', label: label('gold') }],
  [[], attest('x', 'gold', 'fed', 'cow'), { code: 'label-unknown', label: label('gold') }],
  [[], attest('x', '', 'fed', 'cow'), { code: 'label-unknown', label: label('') }],
  [
    [policy({ condition: 'fed' })],
    attest('x', 'meal', 'seen', 'cow'),
    { code: 'label-has-no-such-condition', label: meal, condition: condition('seen') },
  ],
  [
    [policy({ validFromMs: 1_001, payees: ['bek'] })],
    transfer('x', 'aru', 'shop', 1, 'meal'),
    { code: 'label-not-yet-valid', label: meal, validFromMs: 1_001 },
  ],
  [
    [policy({ validToMs: 1_000, payees: ['bek'] })],
    hold('x', 'aru', 1, LATER, 'meal', 'shop'),
    { code: 'label-expired', label: meal, validToMs: 1_000 },
  ],
  [
    [policy({ payees: ['bek'], categories: ['5812'], condition: 'fed' })],
    transfer('x', 'aru', 'shop', 1, 'meal'),
    { code: 'label-may-not-go-to-payee', label: meal, account: accountId('shop') },
  ],
  [
    [policy({ payees: ['bek'] })],
    hold('x', 'aru', 1, LATER, 'meal', 'shop'),
    { code: 'label-may-not-go-to-payee', label: meal, account: accountId('shop') },
  ],
  [
    [policy({ payees: ['bek'] }), MARKED],
    executeInParts('x', 'h', [
      ['bek', 5],
      ['shop', 5],
    ]),
    { code: 'label-may-not-go-to-payee', label: meal, account: accountId('shop') },
  ],
  [
    [policy({ condition: 'fed', dayCountMax: 0 })],
    transfer('x', 'aru', 'shop', 1, 'meal'),
    {
      code: 'label-condition-not-satisfied',
      label: meal,
      condition: condition('fed'),
      subject: subject('shop'),
    },
  ],
  [
    [policy({ condition: 'fed' }), attest('a', 'meal', 'fed', 'shop')],
    transfer('x', 'aru', 'shop', 1, 'meal', 'cow'),
    {
      code: 'label-condition-not-satisfied',
      label: meal,
      condition: condition('fed'),
      subject: subject('cow'),
    },
  ],
  [
    [policy({ condition: 'fed' }), MARKED],
    execute('x', 'h', 'shop', { amount: 10 }),
    {
      code: 'label-condition-not-satisfied',
      label: meal,
      condition: condition('fed'),
      subject: subject('shop'),
    },
  ],
  [
    [policy({ dayCountMax: 2 }), transfer('a', 'aru', 'shop', 1, 'meal'), MARKED],
    transfer('x', 'aru', 'shop', 999, 'meal'),
    { code: 'label-day-count-exceeded', label: meal, count: 2, limit: 2 },
  ],
];

/** Of tiers and labels. */
export const LIMIT_CASES: Cases = [...TIER_CASES, ...LABEL_CASES];
