/** A request of the peer that came before. */
export interface SeenRequest<A> {
  readonly firstMs: number;
  /** What it was answered; null while it is being answered. */
  answer: A | null;
}

export interface SeenRequests<A> {
  /** The first request with this key, if it came within the window; else null, and this one is the first. */
  see(key: string, nowMs: number): SeenRequest<A> | null;
  /** Keeps the answer, to be given again. */
  answered(key: string, answer: A): void;
}

interface Kept<A> extends SeenRequest<A> {
  readonly key: string;
}

/** Requests by their keys, bounded in number and in time. */
export function createSeenRequests<A>(limits: {
  readonly countMax: number;
  readonly windowMs: number;
}): SeenRequests<A> {
  const byKey = new Map<string, Kept<A>>();
  const ring: (Kept<A> | undefined)[] = [];
  let place = 0;
  return {
    see(key, nowMs) {
      const known = byKey.get(key);
      if (known && nowMs - known.firstMs <= limits.windowMs) return known;
      const forgotten = ring[place];
      if (forgotten && byKey.get(forgotten.key) === forgotten) byKey.delete(forgotten.key);
      const kept: Kept<A> = { key, firstMs: nowMs, answer: null };
      ring[place] = kept;
      place = (place + 1) % limits.countMax;
      byKey.set(key, kept);
      return null;
    },
    answered(key, answer) {
      const known = byKey.get(key);
      if (known) known.answer = answer;
    },
  };
}
