import { type OperationId, type Outcome, operationId } from '@kassa/ledger-client';
import type { Refusal } from './refusal.ts';

/** The hold of a transaction: a function of its id, so that a retry is the same hold. */
export function holdIdOf(transactionId: string): OperationId {
  return operationId(`${transactionId}:hold`);
}

/** What a ledger's answer to a hold means to the cardholder; null when the money is held. */
export function refusalOfHold(outcome: Outcome | undefined): Refusal | null {
  if (outcome?.ok) return null;
  switch (outcome?.code) {
    case 'insufficient-funds':
      return 'insufficient-funds';
    case 'payer-frozen':
      return 'account-frozen';
    case 'payment-limit-exceeded':
    case 'day-limit-exceeded':
      return 'limit-exceeded';
    case 'label-day-count-exceeded':
      return 'count-exceeded';
    default:
      return 'account-unusable';
  }
}
