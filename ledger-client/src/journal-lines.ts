import { AmountError } from '@kassa/primitives';
import { decodeVerdict, encodeOperation, encodeVerdict } from './canonical.ts';
import { CanonicalError } from './canonical-form.ts';
import { type ChainedRow, chainText, rowOf, type Sha256Hex } from './chain.ts';
import type { Entry } from './entry.ts';
import { IdentifierError, operationId } from './identifiers.ts';
import type { JournalEntry, JournalHead, Ledger } from './ledger.ts';
import { JournalRefused } from './ledger-error.ts';
import { PAGE_ROWS_MAX, SUBMISSION_OPERATIONS_MAX } from './limits.ts';
import { type Step, stepOf } from './replay-group.ts';

/** A ledger that can take over another's journal as it is. */
export interface RestorableLedger extends Ledger {
  /**
   * Appends entries with their sequence numbers and stamps, durable when it answers; the rules decide each again. Groups are
   * whole.
   * @throws (rejects) JournalRefused when one does not follow, or the rules answer otherwise; then none was kept.
   */
  restore(steps: readonly Step[]): Promise<void>;
}

/**
 * The journal as JSON lines, an entry each, with the operation and the answer in their canonical form:
 * `{"sequence":3,"groupSequence":3,"id":"t1","atMs":1,"content":["transfer",…],"verdict":["ok"],"hash":"…"}`.
 * A page is read at a time; what is written meanwhile comes at the end.
 */
export async function* exportJournal(
  ledger: Pick<Ledger, 'readJournal'>,
  fromSequence = 1,
): AsyncGenerator<string> {
  let next = fromSequence;
  for (;;) {
    const page = await ledger.readJournal(next, PAGE_ROWS_MAX);
    for (const entry of page) yield lineOf(entry);
    const last = page.at(-1);
    if (!last) return;
    next = last.sequence + 1;
  }
}

function lineOf(entry: JournalEntry): string {
  const { sequence, groupSequence, atMs, operation, outcome, hash } = entry;
  const content: unknown = JSON.parse(encodeOperation(operation));
  const verdict: unknown = JSON.parse(encodeVerdict(outcome.ok ? undefined : outcome));
  return JSON.stringify({ sequence, groupSequence, id: operation.id, atMs, content, verdict, hash });
}

/**
 * Reads lines of {@link exportJournal} into a ledger that ends where they begin, verifying the chain and deciding everything
 * again. Up to the line that is refused, what came before stays.
 * @returns the ledger's head, which is the exported one's. @throws JournalRefused
 */
export async function importJournal(
  ledger: RestorableLedger,
  lines: AsyncIterable<string> | Iterable<string>,
  sha256: Sha256Hex,
): Promise<JournalHead> {
  let { hash } = await ledger.head();
  let waiting: Step[] = [];
  let line = 0;
  // A page is written while the next is read.
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    await writing;
    writing = ledger.restore(waiting);
    // It is waited for a page later.
    writing.catch(() => undefined);
    waiting = [];
  };
  try {
    for await (const text of lines) {
      line++;
      if (text.trim() === '') continue;
      const { step, hash: given } = parseLine(text, line);
      hash = sha256(chainText(hash, rowOf(step.entry)));
      if (hash !== given) {
        throw new JournalRefused(
          `line ${line}: entry ${step.entry.sequence} was changed after it was written, or does not follow on what the ledger holds`,
        );
      }
      const isNewGroup = waiting.at(-1)?.entry.groupSequence !== step.entry.groupSequence;
      if (isNewGroup && waiting.length > PAGE_ROWS_MAX - SUBMISSION_OPERATIONS_MAX) await write();
      waiting.push(step);
    }
  } catch (error) {
    // What stands earlier is refused first.
    await writing;
    throw error;
  }
  if (waiting.length > 0) await write();
  await writing;
  return ledger.head();
}

function parseLine(text: string, line: number): { readonly step: Step; readonly hash: string } {
  try {
    const { sequence, groupSequence, id, atMs, content, verdict, hash } = JSON.parse(text) as Record<
      keyof ChainedRow | 'hash',
      unknown
    >;
    const entry: Entry = {
      sequence: whole(sequence),
      groupSequence: whole(groupSequence),
      id: operationId(String(id)),
      atMs: whole(atMs),
      content: JSON.stringify(content) ?? '',
      refusal: decodeVerdict(JSON.stringify(verdict) ?? ''),
    };
    return { step: stepOf(entry), hash: String(hash) };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    throw new JournalRefused(`line ${line} is no journal entry: ${error.message}`, { cause: error });
  }
}

/** What decoding a damaged text ends in. */
export function isUnreadable(error: unknown): error is Error {
  return (
    error instanceof CanonicalError ||
    error instanceof IdentifierError ||
    error instanceof AmountError ||
    error instanceof SyntaxError ||
    error instanceof TypeError ||
    error instanceof RangeError
  );
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new CanonicalError('expected a whole number');
  return value as number;
}
