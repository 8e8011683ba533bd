import type { LedgerView } from './view.ts';

/** A ledger before its first operation. */
export const EMPTY_VIEW: LedgerView = {
  account: () => undefined,
  purse: (account, label) => ({ account, label, available: 0n, held: 0n }),
  purses: () => [],
  hold: () => undefined,
  circulation: (label) => ({ label, issued: 0n, redeemed: 0n }),
  tierPolicy: () => undefined,
  labelPolicy: () => undefined,
  attestation: () => undefined,
  spending: () => undefined,
};
