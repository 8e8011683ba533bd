import type { AccountId, Condition, Label, OperationId, Subject, Tier } from './identifiers.ts';
import type { AccountKind } from './operation.ts';

/**
 * Why an operation is refused, one code per way to be wrong, in the order they are checked: an operation wrong in several
 * ways gets the code that stands first here. Of several payees the first in their order is named. Amounts in tiyn.
 */
export type Refusal =
  /** The id already names another operation, whose answer stays as it was; `differs` is the first differing field. */
  | { readonly code: 'id-reused-with-different-content'; readonly differs: string }
  | { readonly code: 'zero-amount' }
  /** Named twice among the parts of an execute; null for a second redemption. */
  | { readonly code: 'duplicate-payee'; readonly account: AccountId | null }
  | { readonly code: 'expiry-in-the-past'; readonly expiresAtMs: number }
  /** Ordinary money is bound to nothing. */
  | { readonly code: 'unmarked-takes-no-policy' }
  | { readonly code: 'validity-is-empty'; readonly validFromMs: number; readonly validToMs: number }
  /** Only a merchant sells something. */
  | { readonly code: 'kind-may-not-have-category'; readonly kind: AccountKind }
  | { readonly code: 'unknown-hold'; readonly hold: OperationId }
  | { readonly code: 'hold-already-executed'; readonly hold: OperationId }
  | { readonly code: 'hold-released'; readonly hold: OperationId }
  | { readonly code: 'hold-expired'; readonly hold: OperationId }
  | { readonly code: 'hold-not-expired'; readonly hold: OperationId; readonly expiresAtMs: number }
  | { readonly code: 'accounts-must-differ'; readonly account: AccountId }
  | { readonly code: 'label-may-not-be-redeemed'; readonly label: Label }
  | { readonly code: 'unknown-account'; readonly account: AccountId }
  | {
      readonly code: 'account-exists-with-different-content';
      readonly account: AccountId;
      readonly differs: string;
    }
  /** Of an account that is neither paid nor paying. */
  | { readonly code: 'account-closed'; readonly account: AccountId }
  | { readonly code: 'unknown-tier'; readonly tier: Tier }
  | { readonly code: 'payer-closed'; readonly account: AccountId }
  | { readonly code: 'payee-closed'; readonly account: AccountId }
  | { readonly code: 'payer-frozen'; readonly account: AccountId }
  | { readonly code: 'payee-frozen'; readonly account: AccountId }
  | { readonly code: 'kind-may-not-be-issued-to'; readonly account: AccountId; readonly kind: AccountKind }
  | { readonly code: 'kind-may-not-redeem'; readonly account: AccountId; readonly kind: AccountKind }
  /** Nobody has said what money under this label may do. */
  | { readonly code: 'label-unknown'; readonly label: Label }
  /** The label does not wait for this. */
  | { readonly code: 'label-has-no-such-condition'; readonly label: Label; readonly condition: Condition }
  | { readonly code: 'label-not-yet-valid'; readonly label: Label; readonly validFromMs: number }
  | { readonly code: 'label-expired'; readonly label: Label; readonly validToMs: number }
  | { readonly code: 'label-may-not-go-to-payee'; readonly label: Label; readonly account: AccountId }
  | {
      readonly code: 'label-condition-not-satisfied';
      readonly label: Label;
      readonly condition: Condition;
      readonly subject: Subject;
    }
  | {
      readonly code: 'label-day-count-exceeded';
      readonly label: Label;
      readonly count: number;
      readonly limit: number;
    }
  | { readonly code: 'amount-exceeds-hold'; readonly remaining: bigint; readonly required: bigint }
  | { readonly code: 'parts-do-not-add-up'; readonly sum: bigint; readonly required: bigint }
  | {
      readonly code: 'payment-limit-exceeded';
      readonly tier: Tier;
      readonly limit: bigint;
      readonly required: bigint;
    }
  /** `spent` today before this operation. */
  | {
      readonly code: 'day-limit-exceeded';
      readonly tier: Tier;
      readonly spent: bigint;
      readonly limit: bigint;
      readonly required: bigint;
    }
  /** Of the label that was asked for; held money is not available. */
  | { readonly code: 'insufficient-funds'; readonly available: bigint; readonly required: bigint }
  /** The payee's: `balance` before this operation. */
  | {
      readonly code: 'balance-limit-exceeded';
      readonly account: AccountId;
      readonly tier: Tier;
      readonly balance: bigint;
      readonly limit: bigint;
    }
  | { readonly code: 'issued-limit-exceeded'; readonly issued: bigint; readonly limit: bigint }
  | { readonly code: 'account-has-open-holds'; readonly account: AccountId; readonly held: bigint }
  | { readonly code: 'account-not-empty'; readonly account: AccountId; readonly available: bigint }
  /** Another operation of the linked group, named here, was refused or had already been answered outside the group. */
  | { readonly code: 'linked-failed'; readonly cause: OperationId };

export type RefusalCode = Refusal['code'];

interface Answered {
  /** The operation's id. */
  readonly id: OperationId;
  /** Place in the journal, from 1 without gaps. */
  readonly sequence: number;
  /** When the ledger decided. */
  readonly atMs: number;
  /** The answer was given before, to an earlier submission of this id. */
  readonly replayed: boolean;
}

export interface Accepted extends Answered {
  readonly ok: true;
}

export type Refused = Refusal & Answered & { readonly ok: false };

/** The ledger's answer, stored under the operation's id for good, refusals too. */
export type Outcome = Accepted | Refused;
