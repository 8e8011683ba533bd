import { decide } from './decide.ts';
import type { Encoded } from './entry.ts';
import type { OperationId } from './identifiers.ts';
import { createOverlay } from './overlay.ts';
import type { Decision } from './rules/decision.ts';
import type { LedgerView } from './view.ts';

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

/** What the members of a group that is not at fault themselves are told. */
export function linkedFailure(cause: OperationId): Decision {
  return { ok: false, refusal: { code: 'linked-failed', cause } };
}
