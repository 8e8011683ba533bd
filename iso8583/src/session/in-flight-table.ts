import { assert } from '@kassa/primitives';
import type { Message } from '../codec/message.ts';
import type { MatchKeys } from './match-keys.ts';
import { CANDIDATES_COMPARED_MAX } from './session-limits.ts';

/** A request that went out, and what became of it. */
export interface InFlight<T> {
  readonly key: string;
  readonly sentMs: number;
  readonly deadlineMs: number;
  /** Null once it has ended: what is remembered of it holds nothing of the owner's. */
  owner: T | null;
  end: 'answered' | 'timed-out' | 'dropped' | null;
  endedMs: number;
  /** Neighbours in the order of deadlines. */
  previous: InFlight<T> | null;
  next: InFlight<T> | null;
}

/** Why an answer found no request. */
export interface Unmatched {
  readonly cause: 'late' | 'answered' | 'dropped' | 'different' | 'unexpected';
  readonly why: string;
}

export interface InFlightLimits {
  readonly rememberedMax: number;
  readonly rememberedMs: number;
}

/**
 * Requests by the key of the answer they wait for: found in one look, in a list by deadline, and remembered for a
 * while after their end.
 */
export class InFlightTable<T> {
  readonly #keys: MatchKeys;
  readonly #limits: InFlightLimits;
  readonly #byKey = new Map<string, InFlight<T>>();
  /** Ended requests, oldest first; the place of the next one wraps round. */
  readonly #ended: (InFlight<T> | undefined)[] = [];
  #endedNext = 0;
  #first: InFlight<T> | null = null;
  #last: InFlight<T> | null = null;
  #size = 0;

  constructor(keys: MatchKeys, limits: InFlightLimits) {
    assert(limits.rememberedMax >= 1, 'at least one ended request is remembered');
    this.#keys = keys;
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  get nextDeadlineMs(): number | undefined {
    return this.#first?.deadlineMs;
  }

  /** Whether a request with these keys is in flight: a second one could not be told from it. */
  has(key: string): boolean {
    return this.#byKey.get(key)?.end === null;
  }

  add(key: string, owner: T, sentMs: number, deadlineMs: number): void {
    const entry: InFlight<T> = {
      key,
      sentMs,
      deadlineMs,
      owner,
      end: null,
      endedMs: 0,
      previous: null,
      next: null,
    };
    this.#byKey.set(key, entry);
    this.#link(entry);
    this.#size++;
  }

  /** The request this answers, ended by it; or why there is none. */
  match(answer: Message, nowMs: number): { readonly owner: T; readonly sentMs: number } | Unmatched {
    const found = this.#byKey.get(this.#keys.ofAnswer(answer));
    if (found === undefined || found.owner === null) return this.explain(answer, nowMs);
    const { owner } = found;
    this.#finish(found, 'answered', nowMs);
    return { owner, sentMs: found.sentMs };
  }

  /** The next request whose deadline has passed, ended by that. */
  takeDue(nowMs: number): { readonly owner: T; readonly sentMs: number } | null {
    const entry = this.#first;
    if (entry === null || entry.owner === null || entry.deadlineMs > nowMs) return null;
    const { owner, sentMs } = entry;
    this.#finish(entry, 'timed-out', nowMs);
    return { owner, sentMs };
  }

  /** The next request of any, ended because its connection is. */
  takeDropped(nowMs: number): { readonly owner: T; readonly sentMs: number } | null {
    const entry = this.#first;
    if (entry === null || entry.owner === null) return null;
    const { owner, sentMs } = entry;
    this.#finish(entry, 'dropped', nowMs);
    return { owner, sentMs };
  }

  /** Why a message is the answer to nothing that waits. */
  explain(answer: Message, nowMs: number): Unmatched {
    const known = this.#byKey.get(this.#keys.ofAnswer(answer));
    if (known !== undefined && known.end !== null && this.#isRemembered(known, nowMs))
      return ended(known, nowMs);
    const waiting = this.#nearest(answer, this.#waiting());
    if (waiting) return { cause: 'different', why: `no request matches: ${waiting.join(', ')}` };
    const remembered = this.#nearest(answer, this.#remembered(nowMs));
    const nearest = remembered ? `; the nearest that did: ${remembered.join(', ')}` : '';
    return { cause: 'unexpected', why: `no request is waiting${nearest}` };
  }

  #nearest(answer: Message, candidates: Iterable<InFlight<T>>): string[] | undefined {
    let nearest: string[] | undefined;
    let compared = 0;
    for (const { key } of candidates) {
      if (++compared > CANDIDATES_COMPARED_MAX) break;
      const differences = this.#keys.differences(key, answer);
      if (nearest === undefined || differences.length < nearest.length) nearest = differences;
    }
    return nearest;
  }

  *#waiting(): Iterable<InFlight<T>> {
    for (let entry = this.#first; entry !== null; entry = entry.next) yield entry;
  }

  /** Newest first. */
  *#remembered(nowMs: number): Iterable<InFlight<T>> {
    const size = this.#ended.length;
    for (let back = 1; back <= size; back++) {
      const entry = this.#ended[(this.#endedNext - back + size) % size];
      if (entry === undefined || !this.#isRemembered(entry, nowMs)) return;
      yield entry;
    }
  }

  #isRemembered(entry: InFlight<T>, nowMs: number): boolean {
    return nowMs - entry.endedMs <= this.#limits.rememberedMs;
  }

  #finish(entry: InFlight<T>, end: InFlight<T>['end'], nowMs: number): void {
    this.#unlink(entry);
    this.#size--;
    entry.owner = null;
    entry.end = end;
    entry.endedMs = nowMs;
    const forgotten = this.#ended[this.#endedNext];
    if (forgotten && this.#byKey.get(forgotten.key) === forgotten) this.#byKey.delete(forgotten.key);
    this.#ended[this.#endedNext] = entry;
    this.#endedNext = (this.#endedNext + 1) % this.#limits.rememberedMax;
  }

  /** From the back: requests that wait equally long come in the order of their deadlines. */
  #link(entry: InFlight<T>): void {
    let before = this.#last;
    while (before !== null && before.deadlineMs > entry.deadlineMs) before = before.previous;
    entry.previous = before;
    entry.next = before === null ? this.#first : before.next;
    if (entry.next === null) this.#last = entry;
    else entry.next.previous = entry;
    if (before === null) this.#first = entry;
    else before.next = entry;
  }

  #unlink(entry: InFlight<T>): void {
    const { previous, next } = entry;
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    entry.previous = null;
    entry.next = null;
  }
}

function ended(entry: InFlight<unknown>, nowMs: number): Unmatched {
  const agoMs = nowMs - entry.endedMs;
  if (entry.end === 'timed-out') {
    const why = `late by ${seconds(agoMs)}: its request was given up after ${seconds(entry.endedMs - entry.sentMs)}`;
    return { cause: 'late', why };
  }
  if (entry.end === 'answered')
    return { cause: 'answered', why: `its request was answered already, ${seconds(agoMs)} before` };
  return { cause: 'dropped', why: `its request ended with its connection, ${seconds(agoMs)} before` };
}

/** `1.2 s`; `0.03 s` and `0.004 s` where a tenth says nothing. */
export function seconds(ms: number): string {
  const digits = ms >= 1000 ? 1 : ms >= 10 ? 2 : 3;
  return `${Number((ms / 1000).toFixed(digits))} s`;
}
