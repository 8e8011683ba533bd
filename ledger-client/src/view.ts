import type { AccountId, Label, OperationId } from './identifiers.ts';
import type { AccountKind } from './operation.ts';

export interface Account {
  readonly id: AccountId;
  readonly kind: AccountKind;
  readonly frozen: boolean;
}

/** Money of one account under one label, in tiyn: the account's balance is the sum of both. */
export interface Purse {
  readonly account: AccountId;
  readonly label: Label;
  /** Free to be spent. */
  readonly available: bigint;
  /** Locked by open holds. */
  readonly held: bigint;
}

export type HoldState = 'open' | 'executed' | 'released' | 'expired';

export interface Hold {
  /** Id of the operation that made it. */
  readonly id: OperationId;
  readonly payer: AccountId;
  readonly label: Label;
  /** As first held, in tiyn. */
  readonly amount: bigint;
  /** Still held, in tiyn; zero unless open. */
  readonly remaining: bigint;
  readonly expiresAtMs: number;
  readonly state: HoldState;
}

/** Money ever issued and redeemed under one label, in tiyn. */
export interface Circulation {
  readonly label: Label;
  readonly issued: bigint;
  readonly redeemed: bigint;
}

/** What the rules may know of the ledger: the state after every operation decided so far. */
export interface LedgerView {
  account(id: AccountId): Account | undefined;
  /** Zeros when the account never had money under the label. */
  purse(account: AccountId, label: Label): Purse;
  hold(id: OperationId): Hold | undefined;
  circulation(label: Label): Circulation;
}

/** One effect of an accepted operation. Amounts are differences in tiyn; accounts and holds are the new values. */
export type Change =
  | { readonly type: 'account'; readonly account: Account }
  | { readonly type: 'hold'; readonly hold: Hold }
  | {
      readonly type: 'purse';
      readonly account: AccountId;
      readonly label: Label;
      readonly available: bigint;
      readonly held: bigint;
    }
  | {
      readonly type: 'circulation';
      readonly label: Label;
      readonly issued: bigint;
      readonly redeemed: bigint;
    };
