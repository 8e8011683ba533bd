import type { AccountId } from '@kassa/ledger-client';
import type { Settle } from './payment-request.ts';

/** A merchant as its acquirer knows it. */
export interface Merchant {
  readonly id: string;
  /** DE 42. */
  readonly merchantNumber: string;
  /** DE 41 of its devices: no other terminal is paid into its accounts. */
  readonly terminalIds: ReadonlySet<string>;
  readonly name: string;
  /** Digital account that DIRECT payments go to. */
  readonly account: AccountId;
  /** Bank and IBAN that CONVERT payments go to. */
  readonly bankId: string;
  readonly iban: string;
  readonly settle: Settle;
}

/** By DE 42. */
export function findMerchant(
  { merchants }: { readonly merchants: ReadonlyMap<string, Merchant> },
  merchantNumber: string,
): Merchant | undefined {
  return [...merchants.values()].find((merchant) => merchant.merchantNumber === merchantNumber);
}
