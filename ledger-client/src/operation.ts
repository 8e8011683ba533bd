import type { Tiyn } from '@kassa/primitives';
import type {
  AccountId,
  Condition,
  Label,
  MerchantCategory,
  OperationId,
  Subject,
  Tier,
} from './identifiers.ts';

/**
 * Who may hold digital tenge. A contract or a device holds only what others pay it: nothing is issued to it, and it cannot
 * redeem.
 */
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

/** Creates a digital account. One that exists with the same content is a success. */
export interface OpenOperation extends Identified {
  readonly type: 'open';
  readonly account: AccountId;
  readonly kind: AccountKind;
  /** What it sells, by which labels may admit it; a merchant's only. */
  readonly category?: MerchantCategory;
  /** Whose limits bind it. Default: none, and no limits. */
  readonly tier?: Tier;
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
  /** What the label's condition is asked of. Default: the payee. */
  readonly subject?: Subject;
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
  /**
   * Who is meant to be paid: asked about already now, so that a card is declined and not a settlement. Binds nothing: an
   * execute is asked about its own payees.
   */
  readonly payee?: AccountId;
  /** What the label's condition is asked of, when there is a payee. Default: the payee. */
  readonly subject?: Subject;
}

interface ExecuteBase extends Identified {
  readonly type: 'execute';
  /** Id of the hold operation. */
  readonly hold: OperationId;
  /** Default: all that is still held. */
  readonly amount?: Tiyn;
  /** What becomes of the part not executed; `keep` leaves it held for another execute. Default `release`. */
  readonly rest?: RestOfHold;
  /** What the label's condition is asked of. Default: each payee. */
  readonly subject?: Subject;
}
export type RestOfHold = 'release' | 'keep';

/** Pays held money to a payee. */
export interface ExecuteToPayeeOperation extends ExecuteBase {
  readonly payee: AccountId;
  readonly redeem?: never;
  readonly parts?: never;
}

/** Takes held money out of circulation, to be paid out as cash or non-cash. Unmarked money only. */
export interface ExecuteToRedemptionOperation extends ExecuteBase {
  readonly redeem: true;
  readonly payee?: never;
  readonly parts?: never;
}

/** Divides held money, all parts or none; they add up to the amount. */
export interface ExecuteInPartsOperation extends ExecuteBase {
  /** At most {@link EXECUTE_PARTS_MAX}; no payee twice, and at most one redemption. */
  readonly parts: readonly ExecutePart[];
  readonly payee?: never;
  readonly redeem?: never;
}

/** What one payee gets of a hold, or, as null, redemption. */
export interface ExecutePart {
  readonly payee: AccountId | null;
  readonly amount: Tiyn;
}

export type ExecuteOperation =
  | ExecuteToPayeeOperation
  | ExecuteToRedemptionOperation
  | ExecuteInPartsOperation;

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

/** Ends an account that is empty and has no open holds; its id is never used again. One that is closed is a success. */
export interface CloseOperation extends Identified {
  readonly type: 'close';
  readonly account: AccountId;
}

/** Puts an account under the limits of a tier, or, without one, under none. */
export interface SetTierOperation extends Identified {
  readonly type: 'set-tier';
  readonly account: AccountId;
  readonly tier?: Tier;
}

/**
 * Makes a tier, or replaces its limits for every account it has. A tier limits unmarked money; marked money is limited by
 * its label.
 */
export interface SetTierPolicyOperation extends Identified {
  readonly type: 'set-tier-policy';
  readonly tier: Tier;
  /** Most that one transfer, hold or redemption may take. Default: no limit. */
  readonly paymentMax?: Tiyn;
  /** Most that may leave an account in one day of Almaty, open holds included. Default: no limit. */
  readonly dayMax?: Tiyn;
  /** Most that may be on an account after a credit, held money included. Default: no limit. */
  readonly balanceMax?: Tiyn;
}

/**
 * Makes a label, or replaces what it demands. Its money goes where it is allowed to, under the same label, until a final
 * payee gets it unmarked.
 */
export interface SetLabelPolicyOperation extends Identified {
  readonly type: 'set-label-policy';
  readonly label: Label;
  /** Who may be paid. With neither these nor categories: anybody. */
  readonly payees?: readonly AccountId[];
  /** Merchants of which categories may be paid. */
  readonly categories?: readonly MerchantCategory[];
  /** For whom the mark disappears; they may always be paid. Default: nobody. */
  readonly finalPayees?: readonly AccountId[];
  /** Categories of merchants for whom the mark disappears; they may always be paid. Default: none. */
  readonly finalCategories?: readonly MerchantCategory[];
  /** Not to be spent before this instant. */
  readonly validFromMs?: number;
  /** Not to be spent from this instant on. */
  readonly validToMs?: number;
  /** Payments of one payer in one day of Almaty. */
  readonly dayCountMax?: number;
  /** What has to be attested of the payee, or of the subject a payment names. */
  readonly condition?: Condition;
}

/** An oracle says that a label's condition is satisfied for a subject. Saying it again is a success. */
export interface AttestOperation extends Identified {
  readonly type: 'attest';
  readonly label: Label;
  readonly condition: Condition;
  readonly subject: Subject;
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
  | UnfreezeOperation
  | CloseOperation
  | SetTierOperation
  | SetTierPolicyOperation
  | SetLabelPolicyOperation
  | AttestOperation;

export type OperationType = Operation['type'];
