import { decodeOperation, encodeVerdict } from './canonical.ts';
import { decide } from './decide.ts';
import { decideGroup } from './decide-group.ts';
import type { Encoded, Entry } from './entry.ts';
import type { Decision } from './rules/decision.ts';
import type { LedgerView } from './view.ts';

/** A journal entry on its way through the rules again. */
export interface Step extends Encoded {
  readonly entry: Entry;
}

/** @throws CanonicalError, IdentifierError or RangeError when the entry's content is no operation. */
export function stepOf(entry: Entry): Step {
  return { entry, operation: decodeOperation(entry.id, entry.content), content: entry.content };
}

/** What the rules say today about a linked group, or about one operation alone. */
export function decideAgain(view: LedgerView, group: readonly Step[]): ReadonlyMap<Step, Decision> {
  const [first] = group;
  if (first === undefined) return new Map();
  // The cause was an id answered outside the group, which the journal does not show again.
  if (group.every(({ entry }) => entry.refusal?.code === 'linked-failed')) {
    return new Map(
      group.flatMap((step) => (step.entry.refusal ? [[step, refusedAs(step.entry.refusal)]] : [])),
    );
  }
  const { operation, entry } = first;
  return group.length === 1
    ? new Map([[first, decide(view, operation, entry.atMs)]])
    : decideGroup(view, group, entry.atMs);
}

/** The two answers where they differ: the entry's as it is stored, and the rules'. */
export function differingVerdicts(
  entry: Entry,
  decision: Decision,
): { readonly stored: string; readonly again: string } | undefined {
  const stored = encodeVerdict(entry.refusal);
  const again = encodeVerdict(decision.ok ? undefined : decision.refusal);
  return stored === again ? undefined : { stored, again };
}

function refusedAs(refusal: NonNullable<Entry['refusal']>): Decision {
  return { ok: false, refusal };
}
