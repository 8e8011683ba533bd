import { assert } from '@kassa/primitives';
import { encodeOperation, encodeVerdict, firstDifference } from './canonical.ts';
import { type Decision, decide } from './decide.ts';
import type { OperationId } from './identifiers.ts';
import type { Operation } from './operation.ts';
import type { Outcome, Refusal } from './outcome.ts';
import { createOverlay, type Overlay } from './overlay.ts';
import type { LedgerView } from './view.ts';

/** One operation as the journal keeps it. */
export interface Entry {
  readonly sequence: number;
  readonly id: OperationId;
  /** Sequence of the first entry of its linked group; its own when it was not linked. */
  readonly groupSequence: number;
  readonly atMs: number;
  /** Canonical text of the operation. */
  readonly content: string;
  /** Undefined when accepted. */
  readonly refusal: Refusal | undefined;
}

/** What an engine must be able to read of its journal: committed state, under its write lock. */
export interface JournalView {
  readonly lastSequence: number;
  /** The entry stored under an id. */
  entry(id: OperationId): Entry | undefined;
}

/**
 * The submissions of one transaction, decided one after the other and written together. Nothing is written before the
 * end, so a submission that throws leaves nothing behind, and a value that changes often is written once.
 */
export interface Block {
  submit(operations: readonly Operation[], linked: boolean, nowMs: number): readonly Outcome[];
  /** New journal entries, in order. Their effects are the changes of the overlay. */
  readonly entries: readonly Entry[];
}

export function createBlock(overlay: Overlay, journal: JournalView): Block {
  const entries: Entry[] = [];
  const newById = new Map<OperationId, Entry>();

  const known = (id: OperationId): Entry | undefined => newById.get(id) ?? journal.entry(id);

  const nextSequence = (): number => journal.lastSequence + entries.length + 1;

  const record = (
    { operation, content }: Encoded,
    decision: Decision,
    atMs: number,
    groupSequence: number,
  ): Outcome => {
    const refusal = decision.ok ? undefined : decision.refusal;
    const sequence = nextSequence();
    const entry: Entry = { sequence, groupSequence, id: operation.id, atMs, content, refusal };
    if (decision.ok) overlay.apply(decision.changes);
    entries.push(entry);
    newById.set(entry.id, entry);
    return outcomeOf(entry, false);
  };

  const submitOne = (encoded: Encoded, nowMs: number): Outcome => {
    const earlier = known(encoded.operation.id);
    if (earlier) return answerAgain(earlier, encoded.content);
    return record(encoded, decide(overlay, encoded.operation, nowMs), nowMs, nextSequence());
  };

  const submitLinked = (group: readonly Encoded[], nowMs: number): readonly Outcome[] => {
    const earlier = group.filter(({ operation }) => known(operation.id));
    const [first] = earlier;
    // A group is answered as it was before when all of it was; one that mixes old and new ids cannot be all or none.
    const decisions =
      first === undefined
        ? decideGroup(overlay, group, nowMs)
        : new Map(group.map((encoded) => [encoded, linkedFailure(first.operation.id)]));
    const groupSequence = nextSequence();
    return group.map((encoded) => {
      const answered = known(encoded.operation.id);
      if (answered) return answerAgain(answered, encoded.content);
      const decision = decisions.get(encoded);
      assert(decision !== undefined, 'a decision for every operation of the group');
      return record(encoded, decision, nowMs, groupSequence);
    });
  };

  return {
    submit: (operations, linked, nowMs) => {
      assert(Number.isSafeInteger(nowMs), 'the clock gives whole milliseconds');
      // All before the first is recorded: a content that cannot be encoded must leave nothing behind.
      const submission = operations.map((operation) => ({ operation, content: encodeOperation(operation) }));
      return linked && submission.length > 1
        ? submitLinked(submission, nowMs)
        : submission.map((encoded) => submitOne(encoded, nowMs));
    },
    entries,
  };
}

/** An operation with its canonical text. */
export interface Encoded {
  readonly operation: Operation;
  readonly content: string;
}

/** Decides a group whose ids are all new: every operation as decided when all are accepted, else none is. */
export function decideGroup<E extends Encoded>(
  base: LedgerView,
  group: readonly E[],
  nowMs: number,
): Map<E, Decision> {
  const view = createOverlay(base);
  const decisions = new Map<E, Decision>();
  const contentById = new Map<OperationId, string>();
  for (const encoded of group) {
    const { operation, content } = encoded;
    const twin = contentById.get(operation.id);
    if (twin === content) continue;
    const decision = twin === undefined ? decide(view, operation, nowMs) : linkedFailure(operation.id);
    if (!decision.ok) {
      const failures = new Map(group.map((member) => [member, linkedFailure(operation.id)]));
      return failures.set(encoded, decision);
    }
    contentById.set(operation.id, content);
    view.apply(decision.changes);
    decisions.set(encoded, decision);
  }
  return decisions;
}

function linkedFailure(cause: OperationId): Decision {
  return { ok: false, refusal: { code: 'linked-failed', cause } };
}

/** The answer to a submission whose id is taken: the stored one, or that the content is not the stored one. */
function answerAgain(entry: Entry, content: string): Outcome {
  const differs = firstDifference(entry.content, content);
  if (differs === undefined) return outcomeOf(entry, true);
  const { id, sequence, atMs } = entry;
  return {
    ok: false,
    code: 'id-reused-with-different-content',
    differs,
    id,
    sequence,
    atMs,
    replayed: false,
  };
}

/** The answer an entry stands for. */
export function outcomeOf(entry: Entry, replayed: boolean): Outcome {
  const { id, sequence, atMs, refusal } = entry;
  return refusal
    ? { ...refusal, ok: false, id, sequence, atMs, replayed }
    : { ok: true, id, sequence, atMs, replayed };
}

/** The stored form of an entry's answer. */
export function verdictOf(entry: Entry): string {
  return encodeVerdict(entry.refusal);
}
