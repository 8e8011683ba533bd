import { encodeVerdict } from './canonical.ts';
import type { OperationId } from './identifiers.ts';
import type { Operation } from './operation.ts';
import type { Outcome, Refusal } from './outcome.ts';

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

/** An operation with its canonical text. */
export interface Encoded {
  readonly operation: Operation;
  readonly content: string;
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
