import type { Message } from '../codec/message.ts';

/** A request that waits for a place in flight. */
export interface Queued<T> {
  readonly message: Message;
  readonly key: string;
  readonly owner: T;
  readonly askedMs: number;
  readonly timeoutMs: number;
}

/** First in, first out, with deadlines. */
export class RequestQueue<T> {
  #items: Queued<T>[] = [];
  #head = 0;
  /** Not later than the first deadline: an early look costs little, a late one breaks a promise. */
  #dueMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get nextDeadlineMs(): number {
    return this.#dueMs;
  }

  add(item: Queued<T>): void {
    this.#items.push(item);
    this.#dueMs = Math.min(this.#dueMs, item.askedMs + item.timeoutMs);
  }

  take(): Queued<T> | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head++;
    if (this.#head === this.#items.length) this.#reset([]);
    else if (this.#head >= 64 && this.#head * 2 >= this.#items.length)
      this.#reset(this.#items.slice(this.#head));
    return item;
  }

  takeDue(nowMs: number): Queued<T>[] {
    if (nowMs < this.#dueMs) return [];
    const items = this.#items.slice(this.#head);
    const isDue = ({ askedMs, timeoutMs }: Queued<T>): boolean => askedMs + timeoutMs <= nowMs;
    this.#reset(items.filter((item) => !isDue(item)));
    return items.filter(isDue);
  }

  #reset(items: Queued<T>[]): void {
    this.#items = items;
    this.#head = 0;
    this.#dueMs = Number.POSITIVE_INFINITY;
    for (const { askedMs, timeoutMs } of items) this.#dueMs = Math.min(this.#dueMs, askedMs + timeoutMs);
  }
}
