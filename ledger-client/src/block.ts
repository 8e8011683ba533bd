import { assert } from '@kassa/primitives';
import { encodeOperation, firstDifference } from './canonical.ts';
import { decide } from './decide.ts';
import { decideGroup, linkedFailure } from './decide-group.ts';
import { type Encoded, type Entry, outcomeOf } from './entry.ts';
import type { OperationId } from './identifiers.ts';
import { JournalRefused } from './ledger-error.ts';
import type { Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import type { Overlay } from './overlay.ts';
import { type Posting, postingsOf } from './posting.ts';
import { decideAgain, differingVerdicts, type Step } from './replay-group.ts';
import type { Decision } from './rules/decision.ts';

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
  /** The same for operations whose text is known. */
  submitEncoded(submission: readonly Encoded[], linked: boolean, nowMs: number): readonly Outcome[];
  /** Records entries of a journal as they are: see `RestorableLedger`. @throws JournalRefused */
  restore(steps: readonly Step[]): void;
  /** New journal entries, in order. Their effects are the changes of the overlay. */
  readonly entries: readonly Entry[];
  /** Their lines on statements, in order. */
  readonly postings: readonly Posting[];
}

export function createBlock(overlay: Overlay, journal: JournalView): Block {
  const entries: Entry[] = [];
  const postings: Posting[] = [];
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
    if (decision.ok) {
      overlay.apply(decision.changes);
      postings.push(...postingsOf(overlay, decision.changes, sequence));
    }
    entries.push(entry);
    newById.set(entry.id, entry);
    return outcomeOf(entry, false);
  };

  const restoreGroup = (group: readonly Step[]): void => {
    const decisions = decideAgain(overlay, group);
    for (const step of group) {
      const { sequence, groupSequence, atMs, id } = step.entry;
      const decision = decisions.get(step);
      if (sequence !== nextSequence() || known(id) || !decision) {
        throw new JournalRefused(`entry ${sequence} does not follow on entry ${nextSequence() - 1}`);
      }
      const differing = differingVerdicts(step.entry, decision);
      if (differing) {
        const { stored, again } = differing;
        throw new JournalRefused(`entry ${sequence} is stored as ${stored}, the rules give ${again}`);
      }
      record(step, decision, atMs, groupSequence);
    }
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

  const submitEncoded: Block['submitEncoded'] = (submission, linked, nowMs) => {
    assert(Number.isSafeInteger(nowMs), 'the clock gives whole milliseconds');
    return linked && submission.length > 1
      ? submitLinked(submission, nowMs)
      : submission.map((encoded) => submitOne(encoded, nowMs));
  };

  return {
    // All before the first is recorded: a content that cannot be encoded must leave nothing behind.
    submit: (operations, linked, nowMs) => submitEncoded(encodeAll(operations), linked, nowMs),
    submitEncoded,
    restore: (steps) => {
      let group: Step[] = [];
      for (const step of steps) {
        if (group[0] && group[0].entry.groupSequence !== step.entry.groupSequence) {
          restoreGroup(group);
          group = [];
        }
        group.push(step);
      }
      restoreGroup(group);
    },
    entries,
    postings,
  };
}

/** Operations with their canonical texts. @throws AssertionError */
export function encodeAll(operations: readonly Operation[]): readonly Encoded[] {
  return operations.map((operation) => ({ operation, content: encodeOperation(operation) }));
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
