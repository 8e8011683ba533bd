import type { Supply, SupplyLine } from '../ledger.ts';
import type { LedgerTables } from './ledger-tables.ts';

/** Supply by label and in total, from the tables. */
export function supplyOf(tables: LedgerTables): Supply {
  const sums = new Map(tables.walletSums().map((line) => [line.label, line]));
  const labels = tables.circulations().map(({ label, issued, redeemed }) => {
    const { wallets, held } = sums.get(label) ?? { wallets: 0n, held: 0n };
    return { label, issued, redeemed, wallets, held };
  });
  return { total: labels.reduce(addLines, { issued: 0n, redeemed: 0n, wallets: 0n, held: 0n }), labels };
}

function addLines(left: SupplyLine, right: SupplyLine): SupplyLine {
  return {
    issued: left.issued + right.issued,
    redeemed: left.redeemed + right.redeemed,
    wallets: left.wallets + right.wallets,
    held: left.held + right.held,
  };
}
