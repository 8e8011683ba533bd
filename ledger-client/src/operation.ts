import type { Tiyn } from '@kassa/primitives';
import type { AccountId, Label, OperationId } from './identifiers.ts';

/** Who may hold digital tenge; the ledger itself treats all alike. */
export const ACCOUNT_KINDS = [
  'person',
  'merchant',
  'government',
  'bank',
  'reserve',
  'contract',
  'device',
] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** What every operation carries. */
interface Identified {
  /** Made by the caller and stored before sending: a retry reuses it and gets the same answer. */
  readonly id: OperationId;
}

/** Creates a digital account. One that exists with the same kind is a success. */
export interface OpenOperation extends Identified {
  readonly type: 'open';
  readonly account: AccountId;
  readonly kind: AccountKind;
}

/** The central bank puts new money into circulation. */
export interface IssueOperation extends Identified {
  readonly type: 'issue';
  readonly account: AccountId;
  readonly amount: Tiyn;
  /** Default {@link UNMARKED}. */
  readonly label?: Label;
}

/** Final at the moment of credit. */
export interface TransferOperation extends Identified {
  readonly type: 'transfer';
  readonly payer: AccountId;
  readonly payee: AccountId;
  readonly amount: Tiyn;
  /** Default {@link UNMARKED}. */
  readonly label?: Label;
}

/** Locks money on the payer's account. The hold is known by this operation's id. */
export interface HoldOperation extends Identified {
  readonly type: 'hold';
  readonly payer: AccountId;
  readonly amount: Tiyn;
  /** Default {@link UNMARKED}. */
  readonly label?: Label;
  /** From this instant on the hold can only be released or expired. */
  readonly expiresAtMs: number;
}

interface ExecuteBase extends Identified {
  readonly type: 'execute';
  /** Id of the hold operation. */
  readonly hold: OperationId;
  /** Default: all that is still held. */
  readonly amount?: Tiyn;
  /** What becomes of the part not executed; `keep` leaves it held for another execute. Default `release`. */
  readonly rest?: RestOfHold;
}
export type RestOfHold = 'release' | 'keep';

/** Pays held money to a payee. */
export interface ExecuteToPayeeOperation extends ExecuteBase {
  readonly payee: AccountId;
  readonly redeem?: never;
}

/** Takes held money out of circulation, to be paid out as cash or non-cash. Unmarked money only. */
export interface ExecuteToRedemptionOperation extends ExecuteBase {
  readonly redeem: true;
  readonly payee?: never;
}

export type ExecuteOperation = ExecuteToPayeeOperation | ExecuteToRedemptionOperation;

/** Gives what is still held back to the payer, before or after the expiry. */
export interface ReleaseOperation extends Identified {
  readonly type: 'release';
  readonly hold: OperationId;
}

/** Gives what is still held back to the payer because its time is over. The ledger never does this by itself. */
export interface ExpireOperation extends Identified {
  readonly type: 'expire';
  readonly hold: OperationId;
}

/** Takes money out of circulation, to be paid out as cash or non-cash. Unmarked money only. */
export interface RedeemOperation extends Identified {
  readonly type: 'redeem';
  readonly account: AccountId;
  readonly amount: Tiyn;
  /** Default {@link UNMARKED}; any other is refused by name. */
  readonly label?: Label;
}

/**
 * Stops an account from paying, holding, redeeming and receiving. A hold made before is a promise already given: it can
 * still be executed, released and expired.
 */
export interface FreezeOperation extends Identified {
  readonly type: 'freeze';
  readonly account: AccountId;
}

/** Undoes {@link FreezeOperation}; an account that is not frozen is a success. */
export interface UnfreezeOperation extends Identified {
  readonly type: 'unfreeze';
  readonly account: AccountId;
}

export type Operation =
  | OpenOperation
  | IssueOperation
  | TransferOperation
  | HoldOperation
  | ExecuteOperation
  | ReleaseOperation
  | ExpireOperation
  | RedeemOperation
  | FreezeOperation
  | UnfreezeOperation;

export type OperationType = Operation['type'];
