import type { AccountId, Label } from '../identifiers.ts';
import { POSTING_LINES_MAX } from '../limits.ts';
import { appendLine, emptyTail, type LineLinks, type LineTail } from '../line-links.ts';
import { type Posting, postingKey } from '../posting.ts';
import type { Note } from './audit-report.ts';
import type { LedgerTables, PostingRow } from './ledger-tables.ts';

/** What the file should know of a purse besides its money. */
export interface NumberedTail extends LineTail {
  readonly purse: number;
}

/** Compares the lines of statements with those that follow from the journal, both read once from the first to the last. */
export interface PostingComparison {
  /** The lines an entry has, given those it should have; entries come in order. */
  compare(sequence: number, expected: readonly Posting[]): void;
  /** An entry that cannot be read: nobody knows what lines it should have. */
  passOver(sequence: number): void;
  /** After the last entry. */
  end(): void;
  tailOf(account: AccountId, label: Label): NumberedTail | undefined;
}

export function comparePostings(tables: LedgerTables, note: Note): PostingComparison {
  const names = namesOfPurses(tables);
  const rows = tables.postings();
  // A map for each label: joining label and account to one key would cost more than both look-ups.
  const tails = new Map<Label, Map<AccountId, NumberedTail>>();
  let purses = 0;
  const unreadable = new Set<number>();
  let next = rows.next();

  const tailFor = (account: AccountId, label: Label): NumberedTail => {
    let byAccount = tails.get(label);
    if (!byAccount) {
      byAccount = new Map();
      tails.set(label, byAccount);
    }
    let tail = byAccount.get(account);
    if (!tail) {
      tail = { purse: ++purses, ...emptyTail() };
      byAccount.set(account, tail);
    }
    return tail;
  };

  /** Takes the rows up to an entry; those of entries that were not asked for belong to none. */
  const take = (sequence: number): readonly PostingRow[] => {
    const found: PostingRow[] = [];
    for (; !next.done; next = rows.next()) {
      const row = next.value;
      const of = sequenceOf(row);
      if (of > sequence) break;
      if (of === sequence) found.push(row);
      else if (!unreadable.has(of)) noteStray(row, names, note);
    }
    unreadable.clear();
    return found;
  };

  return {
    compare: (sequence, expected) => {
      const stored = take(sequence);
      const count = Math.max(stored.length, expected.length);
      for (let index = 0; index < count; index++) {
        const [is, should] = [stored[index], expected[index]];
        const tail = should && tailFor(should.account, should.label);
        const links = should && tail && appendLine(tail, postingKey(sequence, should.line));
        if (is && should && tail && links && isSame(is, should, tail, links)) continue;
        const wanted = should && tail && links ? describeExpected(should, tail, links) : NOTHING;
        noteDiffering(
          { sequence, index, found: is ? describeStored(is, names) : NOTHING, wanted, note },
          should,
        );
      }
    },
    passOver: (sequence) => unreadable.add(sequence),
    end: () => {
      take(Number.MAX_SAFE_INTEGER);
      rows.return?.();
    },
    tailOf: (account, label) => tails.get(label)?.get(account),
  };
}

interface Described {
  readonly money: string;
  readonly place: string;
}
const NOTHING: Described = { money: 'nothing', place: '' };

function isSame(row: PostingRow, posting: Posting, { purse }: NumberedTail, links: LineLinks): boolean {
  return (
    row.amount === posting.amount &&
    row.balance === posting.balance &&
    (row.counterAccount ?? undefined) === posting.counterAccount &&
    Number(row.purse) === purse &&
    Number(row.key) === postingKey(posting.sequence, posting.line) &&
    Number(row.number) === links.number &&
    Number(row.previous) === links.previous &&
    Number(row.jump) === links.jump
  );
}

/** Where the money is right, the finding is about how the line is linked. */
function noteDiffering(
  difference: { sequence: number; index: number; found: Described; wanted: Described; note: Note },
  expected: Posting | undefined,
): void {
  const { sequence, index, found, wanted, note } = difference;
  const isMoneyRight = found.money === wanted.money;
  const say = ({ money, place }: Described): string => (isMoneyRight ? place : money);
  note({
    code: 'posting-differs',
    sequence,
    ...(expected && { account: expected.account, label: expected.label }),
    message: `line ${index} of entry ${sequence} is stored as ${say(found)}, the journal gives ${say(wanted)}`,
  });
}

function describeExpected(posting: Posting, { purse }: NumberedTail, links: LineLinks): Described {
  const { account, label, sequence, line } = posting;
  return {
    money: describe(`${account}, label "${label}"`, posting),
    place: describePlace(postingKey(sequence, line), purse, links),
  };
}

function describeStored(row: PostingRow, names: ReadonlyMap<bigint, string>): Described {
  const { key, purse, counterAccount, ...rest } = row;
  return {
    money: describe(nameOf(row, names), { ...rest, counterAccount: counterAccount ?? undefined }),
    place: describePlace(key, purse, rest),
  };
}

function describe(
  whose: string,
  { amount, balance, counterAccount }: Pick<Posting, 'amount' | 'balance' | 'counterAccount'>,
): string {
  return `${amount} tiyn on ${whose}, with ${counterAccount ?? 'the central bank'}, to a balance of ${balance}`;
}

function describePlace(
  key: number | bigint,
  purse: number | bigint,
  { number, previous, jump }: Readonly<Record<keyof LineLinks, number | bigint>>,
): string {
  return `${key}, number ${number} of purse ${purse}, after ${previous} and ${jump}`;
}

function noteStray(row: PostingRow, names: ReadonlyMap<bigint, string>, note: Note): void {
  const sequence = sequenceOf(row);
  const message = `a line of ${row.amount} tiyn on ${nameOf(row, names)}, is stored for entry ${sequence}, which is not in the journal`;
  note({ code: 'posting-differs', sequence, message });
}

function sequenceOf({ key }: PostingRow): number {
  return Math.floor(Number(key) / POSTING_LINES_MAX);
}

function nameOf({ purse }: PostingRow, names: ReadonlyMap<bigint, string>): string {
  return names.get(purse) ?? `no purse (${purse})`;
}

function namesOfPurses(tables: LedgerTables): ReadonlyMap<bigint, string> {
  const names = new Map<bigint, string>();
  for (const { number, account, label } of tables.allPurses()) {
    names.set(number, `${account}, label "${label}"`);
  }
  return names;
}
