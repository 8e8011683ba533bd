import type { Bank } from '@kassa/banks';
import type { CardFixture, Fixtures, MerchantFixture } from '@kassa/fixtures';
import { accountId, type Ledger, type Operation, operationId } from '@kassa/ledger-client';
import { assert } from '@kassa/primitives';

/**
 * Puts the fixtures into an empty system: accounts, their first digital tenge, cards, merchants' bank accounts. Every
 * step has an id of its own, so on a system that has been running it changes nothing.
 */
export async function seed(
  fixtures: Fixtures,
  ledger: Ledger,
  banks: ReadonlyMap<string, Bank>,
): Promise<void> {
  const operations = [...fixtures.merchants.map(openMerchant), ...fixtures.cards.flatMap(openCardAccount)];
  for (const outcome of await ledger.submit(operations)) {
    assert(outcome.ok, `seeding ${outcome.id} was refused: ${outcome.ok ? '' : outcome.code}`);
  }
  for (const { bank, pan, psn, expiry, pin, account } of fixtures.cards) {
    await bankOf(banks, bank).issueCard({ pan, psn, expiry, pin, account: accountId(account) });
  }
  for (const { bank, iban, id } of fixtures.merchants)
    await bankOf(banks, bank).openMerchantAccount(iban, id);
}

function openMerchant({ account }: MerchantFixture): Operation {
  return {
    type: 'open',
    id: operationId(`seed:${account}:open`),
    account: accountId(account),
    kind: 'merchant',
  };
}

function openCardAccount({ account: text, balance, accountState }: CardFixture): Operation[] {
  const account = accountId(text);
  const operations: Operation[] = [
    { type: 'open', id: operationId(`seed:${account}:open`), account, kind: 'person' },
    { type: 'issue', id: operationId(`seed:${account}:issue`), account, amount: balance },
  ];
  if (accountState === 'frozen') {
    operations.push({ type: 'freeze', id: operationId(`seed:${account}:freeze`), account });
  }
  return operations;
}

function bankOf(banks: ReadonlyMap<string, Bank>, id: string): Bank {
  const bank = banks.get(id);
  assert(bank !== undefined, `fixtures name bank ${id}, which they do not hold`);
  return bank;
}
