import type { AccountId } from '@kassa/ledger-client';
import type { Settle } from './payment-request.ts';

/** A merchant as its acquirer knows it. */
export interface Merchant {
  readonly id: string;
  /** DE 42. */
  readonly merchantNumber: string;
  readonly name: string;
  /** Digital account that DIRECT payments go to. */
  readonly account: AccountId;
  /** Bank and IBAN that CONVERT payments go to. */
  readonly bankId: string;
  readonly iban: string;
  readonly settle: Settle;
}
