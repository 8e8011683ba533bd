export {
  AMOUNT as amountField,
  CanonicalError,
  decode as decodeCanonical,
  encode as encodeCanonical,
  type FieldKind,
  firstDifferenceIn,
  INSTANT as instantField,
  type Layouts,
  layouts,
  oneOf as oneOfField,
  optional as optionalField,
  text as textField,
} from './canonical-form.ts';
export { type ChainedRow, chainText, EMPTY_HASH } from './chain.ts';
export { decide } from './decide.ts';
export {
  type AccountId,
  accountId,
  type Condition,
  condition,
  IdentifierError,
  type Label,
  label,
  type MerchantCategory,
  merchantCategory,
  type OperationId,
  operationId,
  type Subject,
  subject,
  type Tier,
  tier,
  UNMARKED,
} from './identifiers.ts';
export { createInMemoryLedger, type InMemoryLedgerOptions } from './in-memory-ledger.ts';
export { type AuditOptions, auditLedger, auditLedgerFile } from './io/audit-ledger.ts';
export type { AuditFinding, AuditFindingCode, AuditReport } from './io/audit-report.ts';
export { chainHash, sha256Hex } from './io/chain-hash.ts';
export { type LedgerReader, openLedgerReader } from './io/ledger-reader.ts';
export { auditPostgresLedger } from './io/postgres/audit-postgres.ts';
export { importPostgresLedger } from './io/postgres/import-postgres.ts';
export { PostgresAddressError } from './io/postgres/postgres-address.ts';
export { openPostgresLedger, type PostgresLedgerOptions } from './io/postgres/postgres-ledger.ts';
export type { PostgresPlaceOptions } from './io/postgres/postgres-place.ts';
export { openPostgresReader, type PostgresReader } from './io/postgres/postgres-reader.ts';
export { type OpenLedger, type OpenLedgerOptions, openLedger } from './io/sqlite-ledger.ts';
export { exportJournal, importJournal, type RestorableLedger } from './journal-lines.ts';
export type {
  JournalEntry,
  JournalHead,
  Ledger,
  Statement,
  StatementEntry,
  StatementQuery,
  SubmitOptions,
  Supply,
  SupplyLine,
} from './ledger.ts';
export { JournalRefused, LedgerFenced, OutcomeUnknown } from './ledger-error.ts';
export {
  AUDIT_FINDINGS_MAX,
  EXECUTE_PARTS_MAX,
  IDENTIFIER_CHARACTERS_MAX,
  ISSUED_MAX_TIYN,
  LABEL_LIST_MAX,
  PAGE_ROWS_MAX,
  SUBMISSION_OPERATIONS_MAX,
} from './limits.ts';
export {
  ACCOUNT_KINDS,
  type AccountKind,
  type AttestOperation,
  type CloseOperation,
  type ExecuteInPartsOperation,
  type ExecuteOperation,
  type ExecutePart,
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
  type SetLabelPolicyOperation,
  type SetTierOperation,
  type SetTierPolicyOperation,
  type TransferOperation,
  type UnfreezeOperation,
} from './operation.ts';
export type { Accepted, Outcome, Refusal, RefusalCode, Refused } from './outcome.ts';
export type { Posting } from './posting.ts';
export type { Decision } from './rules/decision.ts';
export type {
  Account,
  Attestation,
  Change,
  Circulation,
  Hold,
  HoldState,
  LabelPolicy,
  LedgerView,
  Purse,
  Spending,
  TierPolicy,
} from './view.ts';
