import type { AccountId, Label, OperationId } from './identifiers.ts';
import type { Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import type { Account, Hold, Purse } from './view.ts';

/** Money in existence under one label or in all, in tiyn. `wallets + held = issued − redeemed`, always. */
export interface SupplyLine {
  readonly issued: bigint;
  readonly redeemed: bigint;
  /** Sum of what is available on all accounts. */
  readonly wallets: bigint;
  /** Sum of what is held on all accounts. */
  readonly held: bigint;
}

export interface Supply {
  readonly total: SupplyLine;
  /** Every label that ever had money, in the order of their text. */
  readonly labels: readonly (SupplyLine & { readonly label: Label })[];
}

/** An operation with its answer. */
export interface JournalEntry {
  /** From 1 without gaps. */
  readonly sequence: number;
  /** Sequence of the first entry of its linked group; its own when it was not linked. */
  readonly groupSequence: number;
  readonly atMs: number;
  readonly operation: Operation;
  readonly outcome: Outcome;
  /** SHA-256 of this entry and everything before it, in hexadecimal. */
  readonly hash: string;
}

/** The end of the journal: two ledgers with the same head hold the same entries. */
export interface JournalHead {
  /** 0 for an empty journal. */
  readonly sequence: number;
  readonly hash: string;
}

export interface SubmitOptions {
  /**
   * All operations are accepted or none is; then those that were not at fault are refused as `linked-failed`, which is
   * stored like any refusal. Later operations see the effects of earlier ones.
   */
  readonly linked?: boolean;
}

/** The digital tenge ledger as its users see it, whatever engine keeps it. */
export interface Ledger {
  /**
   * Decides operations in order and answers in the same order once the answers are durable. The same id with the same
   * content gets the same answer at any later time, with `replayed` set.
   * @throws (rejects) StorageError when nothing was decided, or when that is unknown: submit again under the same ids.
   */
  submit(operations: readonly Operation[], options?: SubmitOptions): Promise<readonly Outcome[]>;
  account(id: AccountId): Promise<Account | undefined>;
  /** One per label the account ever had money under, in the order of their text; empty for an unknown account. */
  balances(id: AccountId): Promise<readonly Purse[]>;
  hold(id: OperationId): Promise<Hold | undefined>;
  /** Open holds whose time is over at `atMs`, soonest first, at most `limit`: those to expire. */
  holdsDue(atMs: number, limit: number): Promise<readonly Hold[]>;
  supply(): Promise<Supply>;
  /** The operation stored under an id with its answer. */
  operation(id: OperationId): Promise<JournalEntry | undefined>;
  /** Entries from a sequence number on, in order, at most `limit` (default and maximum {@link PAGE_ROWS_MAX}). */
  readJournal(fromSequence: number, limit?: number): Promise<readonly JournalEntry[]>;
  head(): Promise<JournalHead>;
}
