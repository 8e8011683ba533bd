import type { AccountId, Label, OperationId } from './identifiers.ts';

/**
 * Why an operation is refused, one code per way to be wrong, in the order they are checked: an operation wrong in several
 * ways gets the code that stands first here. Amounts in tiyn.
 */
export type Refusal =
  /** The id already names another operation, whose answer stays as it was; `differs` is the first differing field. */
  | { readonly code: 'id-reused-with-different-content'; readonly differs: string }
  | { readonly code: 'zero-amount' }
  | { readonly code: 'expiry-in-the-past'; readonly expiresAtMs: number }
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
  | { readonly code: 'payer-frozen'; readonly account: AccountId }
  | { readonly code: 'payee-frozen'; readonly account: AccountId }
  | { readonly code: 'amount-exceeds-hold'; readonly remaining: bigint; readonly required: bigint }
  /** Held money is not available. */
  | { readonly code: 'insufficient-funds'; readonly available: bigint; readonly required: bigint }
  | { readonly code: 'issued-limit-exceeded'; readonly issued: bigint; readonly limit: bigint }
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
