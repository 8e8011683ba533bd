import { type Tiyn, tiyn } from '@kassa/primitives';
import { type AccountId, accountId, type Label, label, operationId } from '../identifiers.ts';
import type { AccountKind, Operation, RestOfHold } from '../operation.ts';

/** The shorthand of the tests: operations from plain text and numbers of tiyn. */
const money = (amount: number | bigint): Tiyn => tiyn(BigInt(amount));
const marked = (text: string | undefined): { label?: Label } =>
  text === undefined ? {} : { label: label(text) };
const account = (text: string): AccountId => accountId(text);

export const open = (id: string, name: string, kind: AccountKind = 'person'): Operation => ({
  type: 'open',
  id: operationId(id),
  account: account(name),
  kind,
});

export const issue = (id: string, name: string, amount: number | bigint, mark?: string): Operation => ({
  type: 'issue',
  id: operationId(id),
  account: account(name),
  amount: money(amount),
  ...marked(mark),
});

export const transfer = (
  id: string,
  payer: string,
  payee: string,
  amount: number,
  mark?: string,
): Operation => ({
  type: 'transfer',
  id: operationId(id),
  payer: account(payer),
  payee: account(payee),
  amount: money(amount),
  ...marked(mark),
});

export const hold = (
  id: string,
  payer: string,
  amount: number,
  expiresAtMs: number,
  mark?: string,
): Operation => ({
  type: 'hold',
  id: operationId(id),
  payer: account(payer),
  amount: money(amount),
  expiresAtMs,
  ...marked(mark),
});

interface PartOfHold {
  readonly amount?: number;
  readonly rest?: RestOfHold;
}

const part = ({ amount, rest }: PartOfHold): { amount?: Tiyn; rest?: RestOfHold } => ({
  ...(amount === undefined ? {} : { amount: money(amount) }),
  ...(rest === undefined ? {} : { rest }),
});

export const execute = (id: string, held: string, payee: string, options: PartOfHold = {}): Operation => ({
  type: 'execute',
  id: operationId(id),
  hold: operationId(held),
  payee: account(payee),
  ...part(options),
});

export const executeToRedemption = (id: string, held: string, options: PartOfHold = {}): Operation => ({
  type: 'execute',
  id: operationId(id),
  hold: operationId(held),
  redeem: true,
  ...part(options),
});

export const release = (id: string, held: string): Operation => ({
  type: 'release',
  id: operationId(id),
  hold: operationId(held),
});

export const expire = (id: string, held: string): Operation => ({
  type: 'expire',
  id: operationId(id),
  hold: operationId(held),
});

export const redeem = (id: string, name: string, amount: number, mark?: string): Operation => ({
  type: 'redeem',
  id: operationId(id),
  account: account(name),
  amount: money(amount),
  ...marked(mark),
});

export const freeze = (id: string, name: string): Operation => ({
  type: 'freeze',
  id: operationId(id),
  account: account(name),
});

export const unfreeze = (id: string, name: string): Operation => ({
  type: 'unfreeze',
  id: operationId(id),
  account: account(name),
});
