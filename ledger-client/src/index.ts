export { type Decision, decide } from './decide.ts';
export {
  type AccountId,
  accountId,
  IdentifierError,
  type Label,
  label,
  type OperationId,
  operationId,
  UNMARKED,
} from './identifiers.ts';
export { auditLedger, auditLedgerFile } from './io/audit-ledger.ts';
export type { AuditFinding, AuditFindingCode, AuditReport } from './io/audit-report.ts';
export { type LedgerReader, openLedgerReader } from './io/ledger-reader.ts';
export { type OpenLedger, type OpenLedgerOptions, openLedger } from './io/sqlite-ledger.ts';
export type { JournalEntry, JournalHead, Ledger, SubmitOptions, Supply, SupplyLine } from './ledger.ts';
export {
  AUDIT_FINDINGS_MAX,
  IDENTIFIER_CHARACTERS_MAX,
  ISSUED_MAX_TIYN,
  PAGE_ROWS_MAX,
  SUBMISSION_OPERATIONS_MAX,
} from './limits.ts';
export {
  ACCOUNT_KINDS,
  type AccountKind,
  type ExecuteOperation,
  type ExecuteToPayeeOperation,
  type ExecuteToRedemptionOperation,
  type ExpireOperation,
  type FreezeOperation,
  type HoldOperation,
  type IssueOperation,
  type OpenOperation,
  type Operation,
  type OperationType,
  type RedeemOperation,
  type ReleaseOperation,
  type RestOfHold,
  type TransferOperation,
  type UnfreezeOperation,
} from './operation.ts';
export type { Accepted, Outcome, Refusal, RefusalCode, Refused } from './outcome.ts';
export type { Account, Circulation, Hold, HoldState, LedgerView, Purse } from './view.ts';
