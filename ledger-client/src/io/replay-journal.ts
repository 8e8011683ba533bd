import { encodeVerdict } from '../canonical.ts';
import { EMPTY_HASH } from '../chain.ts';
import { EMPTY_VIEW } from '../empty-view.ts';
import type { AccountId, Label, OperationId } from '../identifiers.ts';
import { isUnreadable } from '../journal-lines.ts';
import type { JournalHead } from '../ledger.ts';
import { SUBMISSION_OPERATIONS_MAX } from '../limits.ts';
import { createOverlay, type Overlay } from '../overlay.ts';
import { postingsOf } from '../posting.ts';
import { decideAgain, differingVerdicts, type Step, stepOf } from '../replay-group.ts';
import type { Change, Hold, LedgerView } from '../view.ts';
import type { Note } from './audit-report.ts';
import { chainHash } from './chain-hash.ts';
import { comparePostings, type NumberedTail, type PostingComparison } from './compare-postings.ts';
import { entryOf, type JournalRow, type LedgerTables } from './ledger-tables.ts';

/** What follows from the journal. */
export interface Replayed {
  /** Accounts, purses, circulations, and the holds still open. */
  readonly state: Overlay;
  /** Where a purse's lines end. */
  tailOf(account: AccountId, label: Label): NumberedTail | undefined;
  readonly entries: number;
  /** Of the last row read. */
  readonly head: JournalHead;
}

/**
 * Reads the whole journal, a row at a time: checks sequence and chain, and lets the rules decide every operation again. Memory
 * grows with accounts and open holds, not with the journal: a hold is compared with its table when it closes, then forgotten.
 */
export function replayJournal(tables: LedgerTables, note: Note): Replayed {
  const state = createOverlay(emptyView(tables, () => sequence));
  const postings = comparePostings(tables, note);
  const replay: Replay = { state, tables, postings, note };
  let sequence = 0;
  let entries = 0;
  let hash = EMPTY_HASH;
  let group: Step[] = [];

  const endGroup = (): void => {
    if (group.length > 0) replayGroup(replay, group);
    group = [];
  };

  for (const row of tables.journalRows()) {
    checkChain(row, sequence, hash, note);
    const step = readStep(row, note);
    const [first] = group;
    if (first && (first.entry.groupSequence !== step?.entry.groupSequence || isFull(group))) endGroup();
    // Only now, so that a closed hold is looked for before the group that is decided.
    sequence = row.sequence;
    hash = row.hash;
    entries++;
    if (step) group.push(step);
    else postings.passOver(sequence);
  }
  endGroup();
  postings.end();
  return { state, tailOf: postings.tailOf, entries, head: { sequence, hash } };
}

interface Replay {
  readonly state: Overlay;
  readonly tables: LedgerTables;
  readonly postings: PostingComparison;
  readonly note: Note;
}

function isFull(group: readonly Step[]): boolean {
  return group.length >= SUBMISSION_OPERATIONS_MAX;
}

function checkChain(row: JournalRow, lastSequence: number, lastHash: string, note: Note): void {
  const sequence = row.sequence;
  if (sequence !== lastSequence + 1) {
    const message = `entry ${lastSequence + 1} is missing: ${lastSequence} is followed by ${sequence}`;
    note({ code: 'sequence-gap', sequence: lastSequence + 1, message });
    return;
  }
  if (chainHash(lastHash, row) !== row.hash) {
    const message = `entry ${sequence} was changed after it was written, or does not belong after ${lastSequence}`;
    note({ code: 'hash-mismatch', sequence, message });
  }
}

function readStep(row: JournalRow, note: Note): Step | undefined {
  try {
    return stepOf(entryOf(row));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const sequence = row.sequence;
    note({
      code: 'unreadable-entry',
      sequence,
      message: `entry ${sequence} cannot be read: ${error.message}`,
    });
    return undefined;
  }
}

function replayGroup({ state, tables, postings, note }: Replay, group: readonly Step[]): void {
  for (const [step, decision] of decideAgain(state, group)) {
    const { entry } = step;
    const differing = differingVerdicts(entry, decision);
    if (differing) {
      const { stored, again } = differing;
      const message = `entry ${entry.sequence} is stored as ${stored}, the rules give ${again}`;
      note({ code: 'verdict-differs', sequence: entry.sequence, message });
    }
    // The journal is the truth: what it refused had no effect.
    const isDone = decision.ok && entry.refusal === undefined;
    if (isDone) state.apply(decision.changes);
    postings.compare(entry.sequence, isDone ? postingsOf(state, decision.changes, entry.sequence) : []);
    if (isDone) closeHolds(state, tables, decision.changes, note);
  }
}

function closeHolds(state: Overlay, tables: LedgerTables, changes: readonly Change[], note: Note): void {
  for (const change of changes) {
    if (change.type !== 'hold' || change.hold.state === 'open') continue;
    compareHold(change.hold, tables.hold(change.hold.id), note);
    state.forgetHold(change.hold.id);
  }
}

/** Notes where the table's hold is not the one that follows from the journal. */
export function compareHold(expected: Hold, stored: Hold | undefined, note: Note): void {
  const wanted = describeHold(expected);
  const found = stored ? describeHold(stored) : 'nothing';
  if (wanted === found) return;
  const { id, payer: account, label } = expected;
  const message = `hold ${id} is stored as ${found}, the journal gives ${wanted}`;
  note({ code: 'hold-differs', hold: id, account, label, message });
}

function describeHold({ payer, label, amount, remaining, expiresAtMs, state, countedDay }: Hold): string {
  const day = countedDay === undefined ? '' : `, counted on day ${countedDay}`;
  return `${state}, ${remaining} of ${amount} tiyn held on ${payer}, label "${label}", until ${expiresAtMs}${day}`;
}

/** Nothing exists before the journal; a hold that is no longer in memory was closed earlier in it, and is in its table. */
function emptyView(tables: LedgerTables, lastSequence: () => number): LedgerView {
  const closedHold = (id: OperationId): Hold | undefined => {
    const row = tables.journalRow(id);
    const wasMade = row !== undefined && row.sequence < lastSequence() && row.content.startsWith('["hold"');
    return wasMade && row.verdict === encodeVerdict(undefined) ? tables.hold(id) : undefined;
  };
  return { ...EMPTY_VIEW, hold: closedHold };
}
