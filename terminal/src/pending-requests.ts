import { type Message, responseMti } from '@kassa/iso8583';

/** Requests that wait for their answer, matched by MTI, STAN and terminal. */
export interface PendingRequests<T> {
  add(request: Message, waiter: T): void;
  /** The waiter of this answer, no longer pending; or why nobody waits for it. */
  take(answer: Message): { readonly waiter: T } | { readonly why: string };
  remove(waiter: T): void;
  /** Everyone still waiting, none of them pending any more. */
  clear(): readonly T[];
}

interface Key {
  readonly mti: string;
  readonly stan: string;
  readonly terminalId: string;
}

export function createPendingRequests<T>(): PendingRequests<T> {
  const pending: { readonly key: Key; readonly waiter: T }[] = [];
  const takeAt = (index: number): void => void pending.splice(index, 1);
  return {
    add(request, waiter) {
      pending.push({ key: { ...keyOf(request), mti: responseMti(request.mti) }, waiter });
    },
    take(answer) {
      const key = keyOf(answer);
      const index = pending.findIndex((entry) => differences(entry.key, key).length === 0);
      const found = pending[index];
      if (!found)
        return {
          why: explain(
            pending.map((entry) => entry.key),
            key,
          ),
        };
      takeAt(index);
      return { waiter: found.waiter };
    },
    remove(waiter) {
      const index = pending.findIndex((entry) => entry.waiter === waiter);
      if (index >= 0) takeAt(index);
    },
    clear: () => pending.splice(0).map((entry) => entry.waiter),
  };
}

function keyOf({ mti, fields }: Message): Key {
  return { mti, stan: fields[11] ?? '', terminalId: (fields[41] ?? '').trim() };
}

function differences(expected: Key, found: Key): string[] {
  const names: string[] = [];
  if (expected.mti !== found.mti) names.push(`MTI ${found.mti} instead of ${expected.mti}`);
  if (expected.stan !== found.stan) names.push(`STAN ${found.stan || 'missing'} instead of ${expected.stan}`);
  if (expected.terminalId !== found.terminalId) names.push('another terminal');
  return names;
}

/** People call it a timeout when the answer came and did not match: so say what did not. */
function explain(candidates: readonly Key[], found: Key): string {
  const nearest = candidates
    .map((candidate) => differences(candidate, found))
    .sort((left, right) => left.length - right.length)[0];
  return nearest
    ? `no request matches: ${nearest.join(', ')}`
    : 'no request is waiting: it came too late, or twice';
}
