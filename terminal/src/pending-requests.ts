import { type Message, responseMti } from '@kassa/iso8583';

/** Requests that wait for their answer, matched by MTI, STAN, terminal, reference number and amount. */
export interface PendingRequests<T> {
  add(request: Message, waiter: T): void;
  /** The waiter of this answer, no longer pending; or why nobody waits for it. */
  take(answer: Message): { readonly waiter: T } | { readonly why: string };
  remove(waiter: T): void;
  waiting(): readonly T[];
  /** Everyone still waiting, none of them pending any more. */
  clear(): readonly T[];
}

/**
 * What an answer must repeat of its request (docs/wire.md). The amount too: an approval of another amount is not an
 * answer to this payment.
 */
interface Key {
  readonly mti: string;
  readonly stan: string;
  readonly terminalId: string;
  readonly rrn: string;
  readonly amount: string;
}

const KEY_NAMES: Readonly<Record<keyof Key, string>> = {
  mti: 'MTI',
  stan: 'STAN',
  terminalId: 'terminal',
  rrn: 'RRN',
  amount: 'amount',
};

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
      if (!found) {
        const waiting = pending.map((entry) => entry.key);
        return { why: explain(waiting, key) };
      }
      takeAt(index);
      return { waiter: found.waiter };
    },
    remove(waiter) {
      const index = pending.findIndex((entry) => entry.waiter === waiter);
      if (index >= 0) takeAt(index);
    },
    waiting: () => pending.map((entry) => entry.waiter),
    clear: () => pending.splice(0).map((entry) => entry.waiter),
  };
}

function keyOf({ mti, fields }: Message): Key {
  return {
    mti,
    stan: fields[11] ?? '',
    terminalId: (fields[41] ?? '').trim(),
    rrn: fields[37] ?? '',
    amount: fields[4] ?? '',
  };
}

function differences(expected: Key, found: Key): string[] {
  const names = Object.keys(KEY_NAMES) as (keyof Key)[];
  return names
    .filter((name) => expected[name] !== found[name])
    .map((name) => `${KEY_NAMES[name]} ${found[name] || 'missing'} instead of ${expected[name] || 'none'}`);
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
