import { type Tiyn, tiyn } from '@kassa/primitives';
import {
  type AccountId,
  accountId,
  condition,
  type Label,
  label,
  merchantCategory,
  operationId,
  subject,
  tier,
} from '../identifiers.ts';
import type { AccountKind, Operation, RestOfHold, SetLabelPolicyOperation } from '../operation.ts';

/** The shorthand of the tests: operations from plain text and numbers of tiyn. */
const money = (amount: number | bigint): Tiyn => tiyn(BigInt(amount));
const marked = (text: string | undefined): { label?: Label } =>
  text === undefined ? {} : { label: label(text) };
const account = (text: string): AccountId => accountId(text);

export const open = (
  id: string,
  name: string,
  kind: AccountKind = 'person',
  options: { readonly category?: string; readonly tier?: string } = {},
): Operation => ({
  type: 'open',
  id: operationId(id),
  account: account(name),
  kind,
  ...(options.category === undefined ? {} : { category: merchantCategory(options.category) }),
  ...(options.tier === undefined ? {} : { tier: tier(options.tier) }),
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
  about?: string,
): Operation => ({
  type: 'transfer',
  id: operationId(id),
  payer: account(payer),
  payee: account(payee),
  amount: money(amount),
  ...marked(mark),
  ...(about === undefined ? {} : { subject: subject(about) }),
});

export const hold = (
  id: string,
  payer: string,
  amount: number,
  expiresAtMs: number,
  mark?: string,
  payee?: string,
): Operation => ({
  type: 'hold',
  id: operationId(id),
  payer: account(payer),
  amount: money(amount),
  expiresAtMs,
  ...marked(mark),
  ...(payee === undefined ? {} : { payee: account(payee) }),
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

/** Parts as `['shop', 100]`, redemption as `[null, 50]`. */
export const executeInParts = (
  id: string,
  held: string,
  parts: readonly (readonly [payee: string | null, amount: number])[],
  options: PartOfHold = {},
): Operation => ({
  type: 'execute',
  id: operationId(id),
  hold: operationId(held),
  parts: parts.map(([payee, amount]) => ({
    payee: payee === null ? null : account(payee),
    amount: money(amount),
  })),
  ...part(options),
});

export const close = (id: string, name: string): Operation => ({
  type: 'close',
  id: operationId(id),
  account: account(name),
});

export const setTier = (id: string, name: string, under?: string): Operation => ({
  type: 'set-tier',
  id: operationId(id),
  account: account(name),
  ...(under === undefined ? {} : { tier: tier(under) }),
});

export const setTierPolicy = (
  id: string,
  name: string,
  limits: { readonly paymentMax?: number; readonly dayMax?: number; readonly balanceMax?: number } = {},
): Operation => ({
  type: 'set-tier-policy',
  id: operationId(id),
  tier: tier(name),
  ...(limits.paymentMax === undefined ? {} : { paymentMax: money(limits.paymentMax) }),
  ...(limits.dayMax === undefined ? {} : { dayMax: money(limits.dayMax) }),
  ...(limits.balanceMax === undefined ? {} : { balanceMax: money(limits.balanceMax) }),
});

/** What a label demands, in plain text. */
export interface Demands {
  readonly payees?: readonly string[];
  readonly categories?: readonly string[];
  readonly finalPayees?: readonly string[];
  readonly finalCategories?: readonly string[];
  readonly validFromMs?: number;
  readonly validToMs?: number;
  readonly dayCountMax?: number;
  readonly condition?: string;
}

export const setLabelPolicy = (id: string, mark: string, demands: Demands = {}): SetLabelPolicyOperation => {
  const { payees, categories, finalPayees, finalCategories, condition: named, ...numbers } = demands;
  return {
    type: 'set-label-policy',
    id: operationId(id),
    label: label(mark),
    ...numbers,
    ...(payees && { payees: payees.map(account) }),
    ...(categories && { categories: categories.map(merchantCategory) }),
    ...(finalPayees && { finalPayees: finalPayees.map(account) }),
    ...(finalCategories && { finalCategories: finalCategories.map(merchantCategory) }),
    ...(named === undefined ? {} : { condition: condition(named) }),
  };
};

export const attest = (id: string, mark: string, named: string, about: string): Operation => ({
  type: 'attest',
  id: operationId(id),
  label: label(mark),
  condition: condition(named),
  subject: subject(about),
});
