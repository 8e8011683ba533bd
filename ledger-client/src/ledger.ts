import type { AccountId, Label, OperationId, Tier } from './identifiers.ts';
import type { Operation, OperationType } from './operation.ts';
import type { Outcome } from './outcome.ts';
import type { Posting } from './posting.ts';
import type { Account, Hold, LabelPolicy, Purse, TierPolicy } from './view.ts';

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

/** Which part of an account's statement is wanted. */
export interface StatementQuery {
  /** Default {@link UNMARKED}: money of each label has a statement of its own. */
  readonly label?: Label;
  /** First journal entry. Default 1. */
  readonly fromSequence?: number;
  /** Last journal entry. Default: the last there is. */
  readonly toSequence?: number;
  /** `next` of the page before. */
  readonly after?: number;
  /** Lines of a page, at most and by default {@link PAGE_ROWS_MAX}. */
  readonly limit?: number;
}

/** A line of a statement. */
export interface StatementEntry extends Omit<Posting, 'account' | 'label'> {
  readonly atMs: number;
  readonly operationId: OperationId;
  readonly operationType: OperationType;
}

/** A page of an account's statement (after ISO 20022 camt.053). `opening + Σ amount = closing`; amounts in tiyn. */
export interface Statement {
  readonly account: AccountId;
  readonly label: Label;
  /** Before the page's first line; the closing balance of the page before. */
  readonly opening: bigint;
  readonly entries: readonly StatementEntry[];
  /** After the page's last line. */
  readonly closing: bigint;
  /** Give it as `after` for the next page; undefined when this is the last. */
  readonly next: number | undefined;
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
   * @throws (rejects) OutcomeUnknown when that is not known, and StorageError when the file is in trouble: submit again under
   * the same ids. LedgerFenced when another writer has taken over, and nothing was decided.
   */
  submit(operations: readonly Operation[], options?: SubmitOptions): Promise<readonly Outcome[]>;
  account(id: AccountId): Promise<Account | undefined>;
  /** One per label the account ever had money under, in the order of their text; empty for an unknown account. */
  balances(id: AccountId): Promise<readonly Purse[]>;
  hold(id: OperationId): Promise<Hold | undefined>;
  /** Open holds whose time is over at `atMs`, soonest first, at most `limit`: those to expire. */
  holdsDue(atMs: number, limit: number): Promise<readonly Hold[]>;
  supply(): Promise<Supply>;
  tierPolicy(tier: Tier): Promise<TierPolicy | undefined>;
  labelPolicy(label: Label): Promise<LabelPolicy | undefined>;
  /** What came and went, oldest first, a page at a time; empty for an unknown account. */
  statement(account: AccountId, query?: StatementQuery): Promise<Statement>;
  /** Held money included, after a journal entry (for an instant: {@link Ledger.sequenceAt}), in tiyn. */
  balanceAt(account: AccountId, label: Label, sequence: number): Promise<bigint>;
  /** The last journal entry made at or before an instant; 0 when there is none. Where the clock went back: one of them. */
  sequenceAt(atMs: number): Promise<number>;
  /** The operation stored under an id with its answer. */
  operation(id: OperationId): Promise<JournalEntry | undefined>;
  /** Entries from a sequence number on, in order, at most `limit` (default and maximum {@link PAGE_ROWS_MAX}). */
  readJournal(fromSequence: number, limit?: number): Promise<readonly JournalEntry[]>;
  head(): Promise<JournalHead>;
}
