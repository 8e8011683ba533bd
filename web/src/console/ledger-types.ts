/** Amounts are decimal tenge throughout (docs/console.md). */
export interface SupplyLine {
  readonly issued: string;
  readonly redeemed: string;
  readonly wallets: string;
  readonly held: string;
}

export interface LedgerSummary {
  readonly total: SupplyLine;
  readonly labels: readonly (SupplyLine & { readonly label: string })[];
  /** Number of the last journal entry. */
  readonly head: number;
}

export interface LedgerPurse {
  readonly label: string;
  readonly available: string;
  readonly held: string;
}

export interface LedgerAccount {
  readonly account: string;
  readonly name: string | null;
  readonly kind: string;
  readonly frozen: boolean;
  readonly purses: readonly LedgerPurse[];
}

export interface StatementLine {
  readonly sequence: number;
  readonly line: number;
  readonly atMs: number;
  readonly operationId: string;
  readonly operationType: string;
  readonly amount: string;
  readonly balance: string;
  readonly counterAccount: string | null;
}

export interface StatementPage {
  readonly entries: readonly StatementLine[];
  /** What to ask for next; null on the last page. */
  readonly next: number | null;
}

export interface JournalLine {
  readonly sequence: number;
  readonly atMs: number;
  readonly operationType: string;
  readonly operationId: string;
  /** The whole operation, as JSON for people. */
  readonly operation: string;
  /** `null` when it was accepted, else the code of the refusal. */
  readonly refusal: string | null;
  readonly hash: string;
}

export interface JournalPage {
  readonly head: number;
  readonly entries: readonly JournalLine[];
}

export interface LedgerCheck {
  readonly ok: boolean;
  readonly entries: number;
  readonly findings: readonly string[];
}
