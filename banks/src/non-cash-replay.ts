import {
  type NonCashAccount,
  type NonCashCredit,
  type NonCashPosting,
  type NonCashState,
  SETTLEMENT_OWNER,
} from './non-cash-rules.ts';

/** The book's state in memory, made from its journal alone. */
export interface NonCashReplay extends NonCashState {
  readonly accounts: ReadonlyMap<string, NonCashAccount>;
  readonly credits: ReadonlyMap<string, NonCashCredit>;
  /** By `sequence/line`. */
  readonly postings: ReadonlyMap<string, Pick<NonCashPosting, 'iban' | 'amount' | 'balance'>>;
}

export function createNonCashReplay(): NonCashReplay {
  const accounts = new Map<string, NonCashAccount>();
  const credits = new Map<string, NonCashCredit>();
  const postings = new Map<string, Pick<NonCashPosting, 'iban' | 'amount' | 'balance'>>();
  let settlementIban = '';
  return {
    accounts,
    credits,
    postings,
    account: (iban) => accounts.get(iban),
    credit: (instruction) => credits.get(instruction),
    settlement: () => accounts.get(settlementIban),
    putAccount(account) {
      if (account.owner === SETTLEMENT_OWNER) settlementIban = account.iban;
      accounts.set(account.iban, account);
    },
    putCredit: (credit) => void credits.set(credit.instruction, credit),
    addPosting: ({ sequence, line, iban, amount, balance }) =>
      void postings.set(`${sequence}/${line}`, { iban, amount, balance }),
  };
}
