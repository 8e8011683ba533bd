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
  const lines: PostingChange[] = [];
  for (const change of changes) if (change.type === 'posting') lines.push(change);
  assert(lines.length <= POSTING_LINES_MAX, 'an operation writes few lines');
  return lines.map(({ account, label, amount, counterAccount }, line) => {
    // What comes later to the same purse is in its balance already. Few lines: a map would cost more than looking.
    let later = 0n;
    for (let next = line + 1; next < lines.length; next++) {
      const other = lines[next];
      if (other?.account === account && other.label === label) later += other.amount;
    }
    const balance = balanceOf(after, account, label) - later;
    return { sequence, line, account, label, amount, balance, counterAccount };
  });
}

type PostingChange = Extract<Change, { type: 'posting' }>;

function balanceOf(view: LedgerView, account: AccountId, label: Label): bigint {
  const { available, held } = view.purse(account, label);
  return available + held;
}
