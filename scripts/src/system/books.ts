import { formatTenge } from '@kassa/primitives';
import type { System } from './start-system.ts';

/** Money in the system, decimal tenge (docs/api.md, GET /v1/books). */
export interface Books {
  readonly issued: string;
  readonly redeemed: string;
  readonly wallets: string;
  readonly held: string;
  readonly offline: string;
  readonly nonCash: string;
  /** wallets + held + offline = issued − redeemed. */
  readonly balanced: boolean;
  readonly merchants: readonly { id: string; name: string; digital: string; nonCash: string }[];
}

/** No purse holds digital tenge outside the ledger yet. */
const OFFLINE = 0n;

export async function readBooks({ ledger, banks, merchants }: System): Promise<Books> {
  const { total } = await ledger.supply();
  const lines = await Promise.all(
    [...merchants.values()].map(async ({ id, name, account, bankId, iban }) => {
      const purses = await ledger.balances(account);
      const digital = purses.reduce((sum, { available, held }) => sum + available + held, 0n);
      return { id, name, digital, nonCash: banks.get(bankId)?.nonCash.balance(iban) ?? 0n };
    }),
  );
  return {
    issued: formatTenge(total.issued),
    redeemed: formatTenge(total.redeemed),
    wallets: formatTenge(total.wallets),
    held: formatTenge(total.held),
    offline: formatTenge(OFFLINE),
    nonCash: formatTenge(lines.reduce((sum, { nonCash }) => sum + nonCash, 0n)),
    balanced: total.wallets + total.held + OFFLINE === total.issued - total.redeemed,
    merchants: lines.map(({ id, name, digital, nonCash }) => ({
      id,
      name,
      digital: formatTenge(digital),
      nonCash: formatTenge(nonCash),
    })),
  };
}
