export {
  type Authorisation,
  type AuthorisationRequest,
  type Bank,
  type CardIssue,
  createBank,
} from './bank.ts';
export type { CardEvidence, ChipEvidence, StripeEvidence } from './card-checks.ts';
export {
  type BankBehaviour,
  type CreditInstruction,
  type InstructionRequest,
  parseBankBehaviour,
  parseReasonCode,
  REASON_CODES,
  type ReasonCode,
  type StatusReport,
} from './credit-transfer.ts';
export { KeyFileSecret } from './crypto/key-file-secret.ts';
export { holdIdOf } from './hold.ts';
export { auditBank, type NonCashAudit } from './io/audit-bank.ts';
export { type BankStore, openBankStore } from './io/bank-store.ts';
export { createKeyFile, KeyFileError, readKeyFile } from './io/key-file.ts';
export { type KeyStore, openKeyStore } from './io/key-store.ts';
export { createNonCashBook, type NonCashBook, type NonCashBookPorts } from './non-cash-book.ts';
export {
  NON_CASH_REFUSAL_CODES,
  type NonCashOperation,
  type NonCashOutcome,
  type NonCashRefusal,
  type NonCashVerdict,
} from './non-cash-operation.ts';
export { type NonCashAccount, type NonCashCredit, SETTLEMENT_OWNER } from './non-cash-rules.ts';
export {
  type NonCashStatement,
  type NonCashStatementEntry,
  type NonCashStatementQuery,
  statementToJson,
} from './non-cash-statement.ts';
export { REFUSALS, type Refusal } from './refusal.ts';
export type { KeySerialProblem } from './security/key-serial.ts';
export { KEY_TYPES, type KeyType } from './security/key-types.ts';
export type { KeyDescription, KeyRecord, KeyVaultPorts } from './security/key-vault.ts';
export { keyVersionNumber } from './security/key-version.ts';
export { SecurityModule } from './security/security-module.ts';
export { SecurityModuleError, type SecurityModuleErrorCode } from './security/security-module-error.ts';
export {
  ACQUIRER_KEYS,
  type AcquirerSecurityModule,
  createAcquirerSecurityModule,
  createIssuerSecurityModule,
  ISSUER_KEYS,
  type IssuerSecurityModule,
} from './security-module.ts';
