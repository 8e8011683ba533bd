import {
  type AccountId,
  accountId,
  type Operation,
  type OperationId,
  operationId,
} from '@kassa/ledger-client';
import { tiyn } from '@kassa/primitives';

/** Accounts the money moves between: few, so that payments meet. */
const ACCOUNTS = 50;
const CALLERS = 64;
/** Of an account at first, in tiyn: more than a run can spend. */
const OPENING_TIYN = tiyn(1_000_000_000_00n);
const EXPIRES_AT_MS = Date.UTC(2100, 0);

/** What is submitted together, linked. Its first operation's id names it. */
export type Step = readonly [Operation, ...Operation[]];

/** Callers that submit at the same time. */
export const TORTURE_CALLERS = CALLERS;

/** Opens the accounts; again in each run, since an id that was answered is answered the same. */
export function openingSteps(): readonly Step[] {
  return Array.from({ length: ACCOUNTS }, (_, index): Step => {
    const account = accountOf(index);
    return [
      { type: 'open', id: operationId(`open-${account}`), account, kind: 'person' },
      { type: 'issue', id: operationId(`issue-${account}`), account, amount: OPENING_TIYN },
    ];
  });
}

export function stepId(run: number, number: number): OperationId {
  return operationId(`run${run}-${String(number).padStart(8, '0')}`);
}

/** The step of a number, the same whenever it is asked for: a retry must have the same content. */
export function plannedStep(seed: number, run: number, number: number): Step {
  const id = stepId(run, number);
  const mixed = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(seed + run, 0x85ebca6b);
  const payer = accountOf((mixed >>> 4) % ACCOUNTS);
  const payee = accountOf(((mixed >>> 4) + 1 + ((mixed >>> 12) % (ACCOUNTS - 1))) % ACCOUNTS);
  const amount = tiyn(BigInt(1 + ((mixed >>> 20) % 1_000)));
  if (number % 4 !== 3) return [{ type: 'transfer', id, payer, payee, amount }];
  return [
    { type: 'hold', id, payer, amount, expiresAtMs: EXPIRES_AT_MS },
    { type: 'execute', id: operationId(`${id}.pay`), hold: id, payee },
  ];
}

function accountOf(index: number): AccountId {
  return accountId(`dt-torture-${index}`);
}
