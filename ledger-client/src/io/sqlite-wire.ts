import { AssertionError, assert } from '@kassa/primitives';
import { type BatchOutcome, StorageError, type StorageErrorDetail, type Verdict } from '@kassa/storage';
import { decodeVerdict, encodeVerdict, reviveOperation } from '../canonical.ts';
import type { Encoded, Entry } from '../entry.ts';
import { type OperationId, operationId } from '../identifiers.ts';
import { JournalRefused, LedgerFenced } from '../ledger-error.ts';
import type { Outcome } from '../outcome.ts';
import type { Step } from '../replay-group.ts';
import type { Submission } from './sqlite-writer.ts';

/**
 * Submissions on their way to the writer's thread: one text, a column a line. Copying an operation as an object costs both
 * threads 5 µs, as lines of one text under 1.5 µs. No column can hold a line feed: identifiers by their alphabet, the
 * others by JSON.
 */
export function encodeBatch(batch: readonly Submission[]): string {
  const lines: (string | number)[] = [];
  for (const submission of batch) {
    if (submission.type === 'submit') {
      const { operations, linked, nowMs } = submission;
      lines.push(linked ? 'linked' : 'submit', nowMs, operations.length);
      for (const { operation, content } of operations) lines.push(checkedId(operation.id), content);
    } else {
      lines.push('restore', submission.steps.length);
      for (const { entry } of submission.steps) {
        const { sequence, groupSequence, id, atMs, content, refusal } = entry;
        lines.push(sequence, groupSequence, checkedId(id), atMs, content, encodeVerdict(refusal));
      }
    }
  }
  return lines.join('\n');
}

/** Made by a parser, or else somebody forced its type; one line feed would make two operations of one. */
function checkedId(id: OperationId): OperationId {
  return id.includes('\n') ? operationId(id) : id;
}

export function decodeBatch(text: string): readonly Submission[] {
  const lines = text === '' ? [] : text.split('\n');
  const batch: Submission[] = [];
  let at = 0;
  const take = (): string => {
    const line = lines[at++];
    assert(line !== undefined, 'a batch has all its lines');
    return line;
  };
  while (at < lines.length) {
    const type = take();
    if (type === 'restore') {
      batch.push({ type, steps: Array.from({ length: Number(take()) }, () => takeStep(take)) });
      continue;
    }
    const nowMs = Number(take());
    const count = Number(take());
    const operations: Encoded[] = [];
    for (let index = 0; index < count; index++) {
      const id = take();
      const content = take();
      operations.push({ operation: reviveOperation(id, content), content });
    }
    batch.push({ type: 'submit', operations, linked: type === 'linked', nowMs });
  }
  return batch;
}

function takeStep(take: () => string): Step {
  const [sequence, groupSequence] = [Number(take()), Number(take())];
  const id = operationId(take());
  const atMs = Number(take());
  const content = take();
  const entry: Entry = { sequence, groupSequence, id, atMs, content, refusal: decodeVerdict(take()) };
  return { entry, operation: reviveOperation(id, content), content };
}

/** A batch's outcome on its way back. What is accepted for the first time, nearly all, is a number. */
export interface BatchReply {
  /** By operation, over all submissions; 0 where `others` tells more. */
  readonly sequences: Float64Array;
  readonly others: readonly (readonly [operation: number, outcome: Outcome])[];
  readonly failed: readonly (readonly [submission: number, error: SentError])[];
  /** Nothing of the batch was kept. */
  readonly error: SentError | undefined;
}

/** What a copy between threads leaves of an error. */
type SentError =
  | { readonly type: 'storage'; readonly detail: StorageErrorDetail; readonly message: string }
  | { readonly type: 'fenced'; readonly ownEpoch: number; readonly currentEpoch: number }
  | { readonly type: 'refused' | 'assertion' | 'other'; readonly message: string };

export function replyOf(batch: readonly Submission[], outcome: BatchOutcome): BatchReply {
  if ('error' in outcome) {
    return { sequences: new Float64Array(0), others: [], failed: [], error: sentError(outcome.error) };
  }
  const count = batch.reduce((sum, each) => sum + (each.type === 'submit' ? each.operations.length : 0), 0);
  const sequences = new Float64Array(count);
  const others: [number, Outcome][] = [];
  const failed: [number, SentError][] = [];
  let operation = 0;
  batch.forEach((submission, index) => {
    const verdict = outcome.verdicts[index];
    assert(verdict !== undefined, 'a verdict for every submission');
    if (!verdict.ok) failed.push([index, sentError(verdict.error)]);
    if (submission.type === 'restore') return;
    if (verdict.ok) {
      (verdict.value as readonly Outcome[]).forEach((each, place) => {
        if (each.ok && !each.replayed) sequences[operation + place] = each.sequence;
        else others.push([operation + place, each]);
      });
    }
    operation += submission.operations.length;
  });
  return { sequences, others, failed, error: undefined };
}

/** Verdicts of the batch a reply is to. */
export function verdictsOf(batch: readonly Submission[], reply: BatchReply): readonly Verdict[] {
  if (reply.error) {
    const error = receivedError(reply.error);
    return batch.map(() => ({ ok: false, error }));
  }
  const failed = new Map(reply.failed);
  const others = new Map(reply.others);
  let operation = 0;
  return batch.map((submission, index): Verdict => {
    const failure = failed.get(index);
    const first = operation;
    if (submission.type === 'submit') operation += submission.operations.length;
    if (failure) return { ok: false, error: receivedError(failure) };
    if (submission.type === 'restore') return { ok: true, value: undefined };
    const value = submission.operations.map(
      ({ operation: { id } }, place): Outcome =>
        (others.size > 0 && others.get(first + place)) || {
          ok: true,
          id,
          sequence: reply.sequences[first + place] ?? 0,
          atMs: submission.nowMs,
          replayed: false,
        },
    );
    return { ok: true, value };
  });
}

function sentError(error: unknown): SentError {
  if (error instanceof StorageError) {
    const { code, path, found, remedy } = error;
    return { type: 'storage', detail: { code, path, found, remedy }, message: causeOf(error) };
  }
  if (error instanceof LedgerFenced) {
    return { type: 'fenced', ownEpoch: error.ownEpoch, currentEpoch: error.currentEpoch };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof JournalRefused) return { type: 'refused', message };
  return { type: error instanceof AssertionError ? 'assertion' : 'other', message };
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? cause.message : '';
}

function receivedError(sent: SentError): Error {
  switch (sent.type) {
    case 'storage':
      return new StorageError(sent.detail, sent.message ? { cause: new Error(sent.message) } : {});
    case 'fenced':
      return new LedgerFenced(sent.ownEpoch, sent.currentEpoch);
    case 'refused':
      return new JournalRefused(sent.message);
    case 'assertion':
      return new AssertionError(sent.message);
    case 'other':
      return new Error(sent.message);
  }
}
