import { decodeVerdict, encodeVerdict } from '../../canonical.ts';
import { EMPTY_HASH } from '../../chain.ts';
import { EMPTY_VIEW } from '../../empty-view.ts';
import type { OperationId } from '../../identifiers.ts';
import { isUnreadable } from '../../journal-lines.ts';
import type { JournalHead } from '../../ledger.ts';
import { SUBMISSION_OPERATIONS_MAX } from '../../limits.ts';
import { createOverlay, type Overlay } from '../../overlay.ts';
import { postingsOf } from '../../posting.ts';
import { decideAgain, differingVerdicts, type Step, stepOf } from '../../replay-group.ts';
import type { Hold } from '../../view.ts';
import type { Note } from '../audit-report.ts';
import { chainHash } from '../chain-hash.ts';
import { compareHold } from '../replay-journal.ts';
import { compareLines, type LineComparison } from './compare-lines.ts';
import { pagesOf } from './cursor-rows.ts';
import { HOLD_COLUMNS, type HoldRow, holdOf, JOURNAL_COLUMNS, type JournalRow } from './postgres-queries.ts';
import type { Session } from './session.ts';

/** What follows from the journal. */
export interface Replayed {
  /** All but the holds that are closed. */
  readonly state: Overlay;
  readonly entries: number;
  /** Of the last row read. */
  readonly head: JournalHead;
}

/** A stored hold with what the journal says of its making. */
export interface StoredHold {
  readonly hold: Hold;
  /** Sequence of the accepted operation that made it; undefined when the journal has none. */
  readonly madeAt: number | undefined;
}

interface MadeHoldRow extends HoldRow {
  readonly made_sequence: bigint | null;
  readonly made_content: string | null;
  readonly made_verdict: string | null;
}

/** Holds with their journal entries; a condition may follow. */
export function selectHolds(schema: string): string {
  const columns = HOLD_COLUMNS.split(', ').map((column) => `hold.${column}`);
  return `SELECT ${columns.join(', ')}, journal.sequence AS made_sequence, journal.content AS made_content, journal.verdict AS made_verdict
    FROM ${schema}.hold LEFT JOIN ${schema}.journal ON journal.id = hold.id`;
}

export function storedHoldOf(row: object): StoredHold {
  const { made_sequence, made_content, made_verdict, ...hold } = row as MadeHoldRow;
  const wasMade = made_verdict === encodeVerdict(undefined) && made_content?.startsWith('["hold"');
  return { hold: holdOf(hold), madeAt: wasMade ? Number(made_sequence) : undefined };
}

/**
 * Reads the whole journal, some rows at a time: checks sequence and chain, and lets the rules decide every operation again.
 * Memory grows with accounts and open holds, not with the journal: a hold is compared with its table when it closes.
 */
export async function replayPages(session: Session, schema: string, note: Note): Promise<Replayed> {
  const lines = compareLines(session, schema, note);
  /** Of the operations of this page and the one before, which a group may begin in. */
  let stored: ReadonlyMap<OperationId, StoredHold> = new Map();
  let sequence = 0;
  let entries = 0;
  let hash = EMPTY_HASH;
  let group: Step[] = [];
  const state = createOverlay({ ...EMPTY_VIEW, hold: (id) => closedHold(stored.get(id), sequence) });
  const endGroup = async (): Promise<void> => {
    await replayGroup({ state, lines, note, holdOf: (id) => stored.get(id)?.hold }, group);
    group = [];
  };
  const select = `SELECT ${JOURNAL_COLUMNS} FROM ${schema}.journal ORDER BY sequence`;
  for await (const page of pagesOf<JournalRow>(session, 'audit_journal', select)) {
    const steps = page.map(readStep);
    const readable = steps.flatMap((step) => (step instanceof Error ? [] : [step]));
    stored = await storedHolds(session, schema, [...group, ...readable]);
    for (const [index, row] of page.entries()) {
      checkChain(row, sequence, hash, note);
      const read = steps[index];
      const step = read instanceof Error ? undefined : read;
      if (read instanceof Error) noteUnreadable(Number(row.sequence), read, note);
      const [first] = group;
      const isFull = group.length >= SUBMISSION_OPERATIONS_MAX;
      if (first && (first.entry.groupSequence !== step?.entry.groupSequence || isFull)) await endGroup();
      // Only now, so that a closed hold is looked for before the group that is decided.
      sequence = Number(row.sequence);
      hash = row.hash;
      entries++;
      if (step) group.push(step);
      else await lines.passOver(sequence);
    }
  }
  await endGroup();
  await lines.end();
  return { state, entries, head: { sequence, hash } };
}

/** A hold that is no longer in memory was closed earlier in the journal, and is in its table. */
function closedHold(stored: StoredHold | undefined, sequence: number): Hold | undefined {
  return stored?.madeAt !== undefined && stored.madeAt < sequence ? stored.hold : undefined;
}

async function storedHolds(
  session: Session,
  schema: string,
  steps: readonly Step[],
): Promise<ReadonlyMap<OperationId, StoredHold>> {
  const ids = new Set(
    steps.flatMap(({ operation }) => {
      if (operation.type === 'hold') return [operation.id];
      return operation.type === 'execute' || operation.type === 'release' || operation.type === 'expire'
        ? [operation.hold]
        : [];
    }),
  );
  if (ids.size === 0) return new Map();
  const rows = await session.query({
    text: `${selectHolds(schema)} WHERE hold.id = ANY ($1::text[])`,
    values: [[...ids]],
    name: 'audit_holds',
  });
  return new Map(rows.map(storedHoldOf).map((each) => [each.hold.id, each]));
}

function checkChain(row: JournalRow, lastSequence: number, lastHash: string, note: Note): void {
  const sequence = Number(row.sequence);
  if (sequence !== lastSequence + 1) {
    const message = `entry ${lastSequence + 1} is missing: ${lastSequence} is followed by ${sequence}`;
    note({ code: 'sequence-gap', sequence: lastSequence + 1, message });
    return;
  }
  const { group_sequence: groupSequence, at_ms: atMs } = row;
  if (chainHash(lastHash, { ...row, groupSequence, atMs }) !== row.hash) {
    const message = `entry ${sequence} was changed after it was written, or does not belong after ${lastSequence}`;
    note({ code: 'hash-mismatch', sequence, message });
  }
}

/** The entry, or why it cannot be read. */
function readStep(row: JournalRow): Step | Error {
  try {
    return stepOf({
      sequence: Number(row.sequence),
      groupSequence: Number(row.group_sequence),
      id: row.id,
      atMs: Number(row.at_ms),
      content: row.content,
      refusal: decodeVerdict(row.verdict),
    });
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return error;
  }
}

function noteUnreadable(sequence: number, error: Error, note: Note): void {
  const message = `entry ${sequence} cannot be read: ${error.message}`;
  note({ code: 'unreadable-entry', sequence, message });
}

interface Replay {
  readonly state: Overlay;
  readonly lines: LineComparison;
  readonly note: Note;
  holdOf(id: OperationId): Hold | undefined;
}

async function replayGroup({ state, lines, note, holdOf: stored }: Replay, group: readonly Step[]) {
  for (const [{ entry }, decision] of decideAgain(state, group)) {
    const differing = differingVerdicts(entry, decision);
    if (differing) {
      const message = `entry ${entry.sequence} is stored as ${differing.stored}, the rules give ${differing.again}`;
      note({ code: 'verdict-differs', sequence: entry.sequence, message });
    }
    // The journal is the truth: what it refused had no effect.
    const changes = decision.ok && entry.refusal === undefined ? decision.changes : [];
    state.apply(changes);
    await lines.compare(entry.sequence, postingsOf(state, changes, entry.sequence));
    for (const change of changes) {
      if (change.type !== 'hold' || change.hold.state === 'open') continue;
      compareHold(change.hold, stored(change.hold.id), note);
      state.forgetHold(change.hold.id);
    }
  }
}
