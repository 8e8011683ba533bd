import type {
  AccountId,
  Condition,
  Label,
  MerchantCategory,
  OperationId,
  Subject,
  Tier,
} from './identifiers.ts';
import type { AccountKind, SetLabelPolicyOperation, SetTierPolicyOperation } from './operation.ts';

export interface Account {
  readonly id: AccountId;
  readonly kind: AccountKind;
  readonly frozen: boolean;
  /** For good. */
  readonly closed: boolean;
  readonly category: MerchantCategory | undefined;
  readonly tier: Tier | undefined;
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
  /** The day in whose {@link Spending} it counts; undefined when it counts in none. */
  readonly countedDay: number | undefined;
}

/** Money issued and redeemed under one label, in tiyn. What a final payee got counts as issued unmarked, no longer here. */
export interface Circulation {
  readonly label: Label;
  readonly issued: bigint;
  readonly redeemed: bigint;
}

/** What an account paid under one label on the last day it paid; kept for marked money and for accounts with a tier. */
export interface Spending {
  readonly account: AccountId;
  readonly label: Label;
  /** Days since 1970-01-01 in Almaty: see `dayOf`. */
  readonly day: number;
  /** Transferred, held and redeemed, without what holds gave back, in tiyn. */
  readonly amount: bigint;
  /** Payments; a hold counts once, and not when all of it was given back on the same day. */
  readonly count: number;
}

/** The limits of a tier. */
export type TierPolicy = Omit<SetTierPolicyOperation, 'type' | 'id'>;

/** What a label demands. */
export type LabelPolicy = Omit<SetLabelPolicyOperation, 'type' | 'id'>;

/** What an oracle said. */
export interface Attestation {
  readonly label: Label;
  readonly condition: Condition;
  readonly subject: Subject;
}

/** What the rules may know of the ledger: the state after every operation decided so far. */
export interface LedgerView {
  account(id: AccountId): Account | undefined;
  /** Zeros when the account never had money under the label. */
  purse(account: AccountId, label: Label): Purse;
  /** All of an account, in the order of their labels' text. Asked only when it is to be closed. */
  purses(account: AccountId): readonly Purse[];
  hold(id: OperationId): Hold | undefined;
  circulation(label: Label): Circulation;
  tierPolicy(tier: Tier): TierPolicy | undefined;
  labelPolicy(label: Label): LabelPolicy | undefined;
  attestation(label: Label, condition: Condition, subject: Subject): Attestation | undefined;
  spending(account: AccountId, label: Label): Spending | undefined;
}

/** One effect of an accepted operation. Amounts are differences in tiyn; everything else is the new value. */
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
    }
  | { readonly type: 'tier-policy'; readonly policy: TierPolicy }
  | { readonly type: 'label-policy'; readonly policy: LabelPolicy }
  | { readonly type: 'attestation'; readonly attestation: Attestation }
  | { readonly type: 'spending'; readonly spending: Spending }
  /** A line on a statement: what came (positive) or went (negative) over the books. Holding money writes none. */
  | {
      readonly type: 'posting';
      readonly account: AccountId;
      readonly label: Label;
      readonly amount: bigint;
      /** Whom it came from or went to; undefined for issue and redemption. */
      readonly counterAccount: AccountId | undefined;
    };
