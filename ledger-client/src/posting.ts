import { assert } from '@kassa/primitives';
import type { AccountId, Label } from './identifiers.ts';
import { POSTING_LINES_MAX } from './limits.ts';
import type { Change, LedgerView } from './view.ts';

/** A line on an account's statement, as an engine keeps it. */
export interface Posting {
  /** Of the journal entry. */
  readonly sequence: number;
  /** Place among the lines of its entry, from 0. */
  readonly line: number;
  readonly account: AccountId;
  readonly label: Label;
  /** What came (positive) or went (negative), in tiyn. */
  readonly amount: bigint;
  /** Of the account under the label after this line, held money included, in tiyn. */
  readonly balance: bigint;
  readonly counterAccount: AccountId | undefined;
}

/** One number that orders all lines of a journal and names one: what a page of a statement continues after. */
export function postingKey(sequence: number, line: number): number {
  return sequence * POSTING_LINES_MAX + line;
}

/** The lines an operation writes, given the state after it: the balance after each is that of the state without what came later. */
export function postingsOf(
  after: LedgerView,
  changes: readonly Change[],
  sequence: number,
): readonly Posting[] {
  const postings: Posting[] = [];
  for (const change of changes) {
    if (change.type !== 'posting') continue;
    const { account, label, amount, counterAccount } = change;
    postings.push({ sequence, line: postings.length, account, label, amount, balance: 0n, counterAccount });
  }
  assert(postings.length <= POSTING_LINES_MAX, 'an operation writes few lines');
  return postings.map((posting, index) => {
    // What comes later to the same purse is in its balance already. Few lines: a map would cost more than looking.
    let later = 0n;
    for (let next = index + 1; next < postings.length; next++) {
      const other = postings[next];
      if (other?.account === posting.account && other.label === posting.label) later += other.amount;
    }
    return { ...posting, balance: balanceOf(after, posting.account, posting.label) - later };
  });
}

function balanceOf(view: LedgerView, account: AccountId, label: Label): bigint {
  const { available, held } = view.purse(account, label);
  return available + held;
}
