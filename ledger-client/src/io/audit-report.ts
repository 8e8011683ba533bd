import type { AccountId, Label, OperationId } from '../identifiers.ts';
import type { JournalHead, Supply } from '../ledger.ts';
import { AUDIT_FINDINGS_MAX } from '../limits.ts';

export type AuditFindingCode =
  /** A journal row is missing, or stands at another's place. */
  | 'sequence-gap'
  /** A journal row is not what its hash was made of, or does not follow the row before it. */
  | 'hash-mismatch'
  /** A journal row holds no operation or answer this program could have written. */
  | 'unreadable-entry'
  /** The rules give another answer than the one stored. */
  | 'verdict-differs'
  /** The journal does not end where it was last written. */
  | 'head-differs'
  /** A table does not say what follows from the journal. */
  | 'account-differs'
  | 'purse-differs'
  | 'hold-differs'
  | 'circulation-differs'
  | 'posting-differs'
  | 'tier-policy-differs'
  | 'label-policy-differs'
  | 'attestation-differs'
  | 'spending-differs'
  /** wallets + held is not issued − redeemed. */
  | 'supply-broken';

/** One disagreement, with all that names its place. */
export interface AuditFinding {
  readonly code: AuditFindingCode;
  readonly sequence?: number;
  readonly account?: AccountId;
  readonly label?: Label;
  readonly hold?: OperationId;
  /** A sentence for people: what was found and what was expected. */
  readonly message: string;
}

export interface AuditReport {
  /** Nothing was found. */
  readonly ok: boolean;
  /** Journal entries read. */
  readonly entries: number;
  /** End of the journal as read: compare it with the last head seen elsewhere, for a journal cut short agrees with itself. */
  readonly head: JournalHead;
  /** As the tables have it. */
  readonly supply: Supply;
  /** The first {@link AUDIT_FINDINGS_MAX}, in the order found. */
  readonly findings: readonly AuditFinding[];
  readonly findingsTotal: number;
}

/** Where an audit puts what it finds. */
export type Note = (finding: AuditFinding) => void;

/** Findings up to the limit, and how many there were. */
export interface Findings {
  readonly note: Note;
  readonly list: readonly AuditFinding[];
  readonly total: number;
}

export function createFindings(): Findings {
  const list: AuditFinding[] = [];
  let total = 0;
  return {
    note: (finding) => {
      total++;
      if (list.length < AUDIT_FINDINGS_MAX) list.push(finding);
    },
    list,
    get total() {
      return total;
    },
  };
}
