import { assert } from '@kassa/primitives';
import type { BankBehaviour } from './credit-transfer.ts';
import type { NonCashTables } from './io/non-cash-tables.ts';
import { NON_CASH_ID_CHARACTERS_MAX } from './limits.ts';
import {
  decodeNonCashVerdict,
  encodeNonCash,
  encodeNonCashVerdict,
  type NonCashOperation,
  type NonCashOutcome,
  nonCashDifference,
} from './non-cash-operation.ts';
import { applyNonCash, decideNonCash } from './non-cash-rules.ts';

/**
 * Decides one operation and writes it with all that follows, or gives the answer its id already has.
 * @throws AssertionError for an id that is empty, too long, or holds anything but letters, digits, `:`, `.`, `_` and `-`.
 */
export function submitNonCash(
  tables: NonCashTables,
  operation: NonCashOperation,
  behaviour: BankBehaviour,
  nowMs: number,
): NonCashOutcome {
  const { id } = operation;
  assert(
    id.length <= NON_CASH_ID_CHARACTERS_MAX && /^[\w:.-]+$/.test(id),
    'the id of an operation is 1 to 64 letters, digits and : . _ -',
  );
  const content = encodeNonCash(operation);
  const earlier = tables.row(id);
  if (earlier) {
    const about = { id, sequence: Number(earlier.sequence), atMs: Number(earlier.atMs) };
    const differs = nonCashDifference(earlier.content, content);
    return differs === undefined
      ? { ...decodeNonCashVerdict(earlier.verdict), ...about, replayed: true }
      : { code: 'id-reused-with-different-content', differs, ...about, replayed: false };
  }
  const verdict = decideNonCash(tables, operation, behaviour, nowMs);
  const sequence = tables.head().sequence + 1;
  tables.append({
    sequence,
    groupSequence: sequence,
    id,
    atMs: nowMs,
    content,
    verdict: encodeNonCashVerdict(verdict),
  });
  applyNonCash(tables, sequence, operation, verdict);
  return { ...verdict, id, sequence, atMs: nowMs, replayed: false };
}
