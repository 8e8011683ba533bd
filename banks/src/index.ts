export {
  type Authorisation,
  type AuthorisationRequest,
  type Bank,
  type CardIssue,
  createBank,
} from './bank.ts';
export type { CardEvidence, ChipEvidence, StripeEvidence } from './card-checks.ts';
export { holdIdOf } from './hold.ts';
export {
  auditBank,
  type BankStore,
  type NonCashAudit,
  openBankStore,
  SETTLEMENT_OWNER,
} from './io/bank-store.ts';
export {
  type CreditInstruction,
  createNonCashBook,
  type NonCashBook,
  type NonCashOutcome,
} from './non-cash-book.ts';
export { REFUSALS, type Refusal } from './refusal.ts';
export {
  type AcquirerKeys,
  type AcquirerSecurityModule,
  createAcquirerSecurityModule,
  createIssuerSecurityModule,
  type IssuerKeys,
  type IssuerSecurityModule,
} from './security-module.ts';
