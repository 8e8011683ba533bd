import type { AccountId, Label } from '../../identifiers.ts';
import { POSTING_LINES_MAX } from '../../limits.ts';
import type { Posting } from '../../posting.ts';
import type { Note } from '../audit-report.ts';
import { pagesOf } from './cursor-rows.ts';
import type { Session } from './session.ts';

interface PostingRow {
  readonly key: bigint;
  readonly account: AccountId;
  readonly label: Label;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly counter_account: AccountId | null;
}

/** Lines of statements beside the journal, both in the order of the entries. */
export interface LineComparison {
  /** The lines one entry should have; entries rise. */
  compare(sequence: number, expected: readonly Posting[]): Promise<void>;
  /** The lines of an entry that cannot be read are not compared. */
  passOver(sequence: number): Promise<void>;
  /** After the last entry. */
  end(): Promise<void>;
}

export function compareLines(session: Session, schema: string, note: Note): LineComparison {
  const pages = pagesOf<PostingRow>(
    session,
    'audit_posting',
    `SELECT key, account, label, amount, balance, counter_account FROM ${schema}.posting ORDER BY key`,
  );
  let page: readonly PostingRow[] = [];
  let index = 0;
  const next = async (): Promise<Posting | undefined> => {
    if (index === page.length) {
      const { value, done } = await pages.next();
      page = done ? [] : value;
      index = 0;
    }
    const row = page[index];
    return row && postingOf(row);
  };
  /** Lines up to an entry that were not asked about: their entries are not in the journal. */
  const skipTo = async (sequence: number): Promise<void> => {
    for (let line = await next(); line && line.sequence < sequence; line = await next()) {
      noteStray(line, note);
      index++;
    }
  };
  const linesOf = async (sequence: number): Promise<readonly Posting[]> => {
    await skipTo(sequence);
    const lines: Posting[] = [];
    for (let line = await next(); line?.sequence === sequence; line = await next()) {
      lines.push(line);
      index++;
    }
    return lines;
  };
  return {
    compare: async (sequence, expected) => compareEntry(await linesOf(sequence), expected, sequence, note),
    passOver: async (sequence) => {
      await linesOf(sequence);
    },
    end: () => skipTo(Number.POSITIVE_INFINITY),
  };
}

function compareEntry(
  stored: readonly Posting[],
  expected: readonly Posting[],
  sequence: number,
  note: Note,
): void {
  const count = Math.max(stored.length, expected.length);
  for (let index = 0; index < count; index++) {
    const found = describe(stored[index]);
    const wanted = describe(expected[index]);
    if (found === wanted) continue;
    const place = expected[index] ?? stored[index];
    note({
      code: 'posting-differs',
      sequence,
      ...(place && { account: place.account, label: place.label }),
      message: `line ${index} of entry ${sequence} is stored as ${found}, the journal gives ${wanted}`,
    });
  }
}

function noteStray({ sequence, account, label, amount }: Posting, note: Note): void {
  const message = `a line of ${amount} tiyn on ${account}, label "${label}", is stored for entry ${sequence}, which is not in the journal`;
  note({ code: 'posting-differs', sequence, account, label, message });
}

function describe(posting: Posting | undefined): string {
  if (!posting) return 'nothing';
  const { account, label, amount, balance, counterAccount, line } = posting;
  return `line ${line}, ${amount} tiyn on ${account}, label "${label}", with ${counterAccount ?? 'the central bank'}, to a balance of ${balance}`;
}

function postingOf({ key, counter_account, ...row }: PostingRow): Posting {
  const number = Number(key);
  return {
    ...row,
    sequence: Math.floor(number / POSTING_LINES_MAX),
    line: number % POSTING_LINES_MAX,
    counterAccount: counter_account ?? undefined,
  };
}
