import type { Message } from '../codec/message.ts';
import { InFlightTable, seconds, type Unmatched } from './in-flight-table.ts';
import { type MatchKeys, matchKeys } from './match-keys.ts';
import { type Queued, RequestQueue } from './request-queue.ts';
import { createSeenRequests, type SeenRequests } from './seen-requests.ts';
import {
  ENDED_REMEMBERED_MAX,
  ENDED_REMEMBERED_MS,
  IN_FLIGHT_MAX,
  MATCH_FIELDS,
  QUEUED_MAX,
  RESPONSE_TIMEOUT_MS,
  SEEN_REQUESTS_MAX,
  SEEN_REQUESTS_MS,
} from './session-limits.ts';
import type {
  HostSession,
  ManagementTicket,
  NotGenuine,
  Purpose,
  Refusal,
  RequestEnd,
  SessionAction,
  SessionSettings,
  SessionState,
} from './session-types.ts';

/**
 * A conversation with a peer, without its socket and its clock: who owns them tells what happened and when, in ms of
 * any clock that only goes forward, and does what is returned.
 */
export function createHostSession<T, A = never>(settings: SessionSettings = {}): HostSession<T, A> {
  return new Session(settings);
}

/** What the session keeps with a request in flight. */
interface Waiting<T> {
  readonly owner: T;
  readonly timeoutMs: number;
  /** Null for a request of the owner's. */
  readonly purpose: Purpose | null;
  /** Mismatches told before it went out. */
  readonly mismatches: number;
}

type Actions<T, A> = SessionAction<T, A>[];

class Session<T, A> implements HostSession<T, A> {
  readonly #settings: SessionSettings;
  readonly #keys: MatchKeys;
  readonly #table: InFlightTable<Waiting<T>>;
  readonly #queue = new RequestQueue<T>();
  readonly #seen: SeenRequests<A> | null;
  readonly #seenKeys: MatchKeys;
  readonly #inFlightMax: number;
  readonly #queuedMax: number;
  readonly #responseTimeoutMs: number;
  #state: SessionState = 'down';
  /** Messages asked for and not yet made. */
  #tickets: ManagementTicket[] = [];
  /** What of the opening is still to be done. */
  #opening: Purpose[] = [];
  #trafficMs = 0;
  #isEchoing = false;
  #mismatches = 0;
  #mismatch = '';

  constructor(settings: SessionSettings) {
    const { matchFields = MATCH_FIELDS, dialect, repeats } = settings;
    this.#settings = settings;
    this.#keys = matchKeys(matchFields, dialect);
    this.#table = new InFlightTable(this.#keys, {
      rememberedMax: settings.rememberedMax ?? ENDED_REMEMBERED_MAX,
      rememberedMs: settings.rememberedMs ?? ENDED_REMEMBERED_MS,
    });
    this.#seenKeys = matchKeys(repeats?.fields ?? matchFields, dialect);
    this.#seen = repeats
      ? createSeenRequests({
          countMax: repeats.countMax ?? SEEN_REQUESTS_MAX,
          windowMs: repeats.windowMs ?? SEEN_REQUESTS_MS,
        })
      : null;
    this.#inFlightMax = settings.inFlightMax ?? IN_FLIGHT_MAX;
    this.#queuedMax = settings.queuedMax ?? QUEUED_MAX;
    this.#responseTimeoutMs = settings.responseTimeoutMs ?? RESPONSE_TIMEOUT_MS;
  }

  get state(): SessionState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#table.size;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get nextDeadlineMs(): number | undefined {
    const answerMs = this.#table.nextDeadlineMs ?? Number.POSITIVE_INFINITY;
    const dueMs = Math.min(answerMs, this.#queue.nextDeadlineMs, this.#echoDueMs());
    return dueMs === Number.POSITIVE_INFINITY ? undefined : dueMs;
  }

  accepts(): Refusal | null {
    const state = this.#state;
    if (state === 'down') return 'not-connected';
    if (state === 'connected' || state === 'signing-off') return 'not-ready';
    if (state === 'ready' && this.#queue.size === 0 && this.#table.size < this.#inFlightMax) return null;
    if (this.#queue.size < this.#queuedMax) return null;
    return this.#queuedMax > 0 ? 'queue-full' : state === 'ready' ? 'too-many-in-flight' : 'not-ready';
  }

  connected(nowMs: number): Actions<T, A> {
    this.#state = 'connected';
    this.#isEchoing = false;
    this.#trafficMs = nowMs;
    this.#opening = [...(this.#settings.opening ?? [])];
    return this.#opening.length === 0 ? this.#proceed(nowMs) : [];
  }

  open(nowMs: number): Actions<T, A> {
    if (this.#state !== 'connected') return [];
    return this.#proceed(nowMs);
  }

  disconnected(why: string, nowMs: number): Actions<T, A> {
    const actions: Actions<T, A> = [];
    this.#state = 'down';
    for (;;) {
      const dropped = this.#table.takeDropped(nowMs);
      if (dropped === null) break;
      const end: RequestEnd = { kind: 'no-answer', waitedMs: Math.round(nowMs - dropped.sentMs), why };
      this.#end(dropped.owner, end, nowMs, actions);
    }
    for (const { purpose } of this.#tickets.splice(0)) {
      this.#managementEnded(purpose, { kind: 'not-sent', refusal: 'disconnected', why }, nowMs, actions);
    }
    for (let item = this.#queue.take(); item !== undefined; item = this.#queue.take()) {
      actions.push(notSent(item.owner, 'disconnected', why));
    }
    return actions;
  }

  request(message: Message, owner: T, nowMs: number, timeoutMs = this.#responseTimeoutMs): Actions<T, A> {
    const refusal = this.accepts();
    if (refusal !== null) return [notSent(owner, refusal, this.#refusalText(refusal))];
    const key = this.#keys.ofRequest(message);
    if (this.#table.has(key)) return [notSent(owner, 'same-keys', this.#refusalText('same-keys'))];
    if (this.#state !== 'ready' || this.#queue.size > 0 || this.#table.size >= this.#inFlightMax) {
      this.#queue.add({ message, key, owner, askedMs: nowMs, timeoutMs });
      return [];
    }
    return [this.#send(message, key, owner, null, nowMs, timeoutMs, nowMs)];
  }

  managed(ticket: ManagementTicket, message: Message, owner: T, nowMs: number): Actions<T, A> {
    if (!this.#takeTicket(ticket)) return [];
    const key = this.#keys.ofRequest(message);
    if (this.#table.has(key)) return this.#notMade(ticket.purpose, this.#refusalText('same-keys'), nowMs);
    return [this.#send(message, key, owner, ticket.purpose, nowMs, this.#responseTimeoutMs, nowMs)];
  }

  notManaged(ticket: ManagementTicket, why: string, nowMs: number): Actions<T, A> {
    return this.#takeTicket(ticket) ? this.#notMade(ticket.purpose, why, nowMs) : [];
  }

  received(message: Message, bytes: Uint8Array, nowMs: number): Actions<T, A> {
    this.#trafficMs = nowMs;
    const { isGenuine } = this.#settings;
    if (isGenuine !== undefined && !isGenuine(message, bytes)) {
      return [this.#unmatched(message, bytes, { cause: 'not-genuine', why: 'its MAC does not verify' })];
    }
    // The third digit of a message that answers is odd.
    if ((message.mti.charCodeAt(2) & 1) === 0) {
      if (this.#settings.takesRequests) return [this.#asked(message, bytes, nowMs)];
      return [this.#unmatched(message, bytes, this.#table.explain(message, nowMs))];
    }
    const match = this.#table.match(message, nowMs);
    if ('cause' in match) return [this.#unmatched(message, bytes, match)];
    const actions: Actions<T, A> = [];
    const waitedMs = Math.round(nowMs - match.sentMs);
    this.#end(match.owner, { kind: 'answered', message, bytes, waitedMs }, nowMs, actions);
    this.#sendQueued(nowMs, actions);
    return actions;
  }

  answered(request: Message, answer: A): void {
    this.#seen?.answered(this.#seenKeys.ofAnswer(request), answer);
  }

  exchangeKeys(nowMs: number): Actions<T, A> {
    if (this.#state !== 'ready') return [];
    this.#opening = ['key-exchange'];
    return this.#proceed(nowMs);
  }

  signOff(): Actions<T, A> {
    if (this.#state !== 'ready') return [];
    this.#state = 'signing-off';
    return [this.#compose('sign-off')];
  }

  tick(nowMs: number): Actions<T, A> {
    const actions: Actions<T, A> = [];
    for (;;) {
      const due = this.#table.takeDue(nowMs);
      if (due === null) break;
      const { timeoutMs, mismatches } = due.owner;
      const mismatch = this.#mismatches > mismatches ? `; one came that is not it: ${this.#mismatch}` : '';
      const why = `no answer within ${timeoutMs / 1000} s${mismatch}`;
      const end: RequestEnd = { kind: 'no-answer', waitedMs: Math.round(nowMs - due.sentMs), why };
      this.#end(due.owner, end, nowMs, actions);
    }
    for (const { owner, timeoutMs } of this.#queue.takeDue(nowMs)) {
      actions.push(
        notSent(owner, 'queued-too-long', `no place to be sent from within ${seconds(timeoutMs)}`),
      );
    }
    this.#sendQueued(nowMs, actions);
    if (nowMs >= this.#echoDueMs()) {
      this.#isEchoing = true;
      actions.push(this.#compose('echo'));
    }
    return actions;
  }

  /** The next step of the opening, or its end. */
  #proceed(nowMs: number): Actions<T, A> {
    const [purpose] = this.#opening;
    if (purpose === undefined) {
      this.#state = 'ready';
      const actions: Actions<T, A> = [{ kind: 'ready' }];
      this.#sendQueued(nowMs, actions);
      return actions;
    }
    this.#state = purpose === 'sign-on' ? 'signing-on' : 'exchanging-keys';
    return [this.#compose(purpose)];
  }

  #compose(purpose: Purpose): SessionAction<T, A> {
    const ticket = { purpose };
    this.#tickets.push(ticket);
    return { kind: 'compose', ticket };
  }

  /** False for a message that comes after its connection. */
  #takeTicket(ticket: ManagementTicket): boolean {
    const index = this.#tickets.indexOf(ticket);
    if (index >= 0) this.#tickets.splice(index, 1);
    return index >= 0;
  }

  #notMade(purpose: Purpose, why: string, nowMs: number): Actions<T, A> {
    const actions: Actions<T, A> = [];
    this.#managementEnded(purpose, { kind: 'not-sent', refusal: 'not-ready', why }, nowMs, actions);
    return actions;
  }

  #send(
    message: Message,
    key: string,
    owner: T,
    purpose: Purpose | null,
    askedMs: number,
    timeoutMs: number,
    nowMs: number,
  ): SessionAction<T, A> {
    const waiting: Waiting<T> = { owner, timeoutMs, purpose, mismatches: this.#mismatches };
    this.#table.add(key, waiting, nowMs, askedMs + timeoutMs);
    this.#trafficMs = nowMs;
    return { kind: 'send', message, owner };
  }

  #sendQueued(nowMs: number, actions: Actions<T, A>): void {
    while (this.#state === 'ready' && this.#table.size < this.#inFlightMax) {
      const item = this.#queue.take();
      if (item === undefined) return;
      actions.push(this.#sendFromQueue(item, nowMs));
    }
  }

  #sendFromQueue({ message, key, owner, askedMs, timeoutMs }: Queued<T>, nowMs: number): SessionAction<T, A> {
    if (this.#table.has(key)) return notSent(owner, 'same-keys', this.#refusalText('same-keys'));
    return this.#send(message, key, owner, null, askedMs, timeoutMs, nowMs);
  }

  #end({ owner, purpose }: Waiting<T>, end: RequestEnd, nowMs: number, actions: Actions<T, A>): void {
    if (purpose === null) actions.push({ kind: 'ended', owner, end });
    else this.#managementEnded(purpose, end, nowMs, actions);
  }

  #managementEnded(purpose: Purpose, end: RequestEnd, nowMs: number, actions: Actions<T, A>): void {
    const refusal = this.#refusal(purpose, end);
    actions.push({ kind: 'managed', purpose, end, refusal });
    switch (purpose) {
      case 'echo':
        this.#isEchoing = false;
        if (end.kind === 'no-answer' && this.#state !== 'down')
          actions.push({ kind: 'drop', why: `echo test: ${end.why}` });
        return;
      case 'sign-off':
        actions.push({ kind: 'signed-off' });
        return;
      case 'sign-on':
      case 'key-exchange':
        if (refusal === null) {
          this.#opening.shift();
          actions.push(...this.#proceed(nowMs));
        } else this.#notOpened(refusal, actions);
    }
  }

  /** The whole opening is to be done again: keys without a sign-on are worth nothing. */
  #notOpened(why: string, actions: Actions<T, A>): void {
    if (this.#state !== 'down') this.#state = 'connected';
    this.#opening = [...(this.#settings.opening ?? [])];
    for (let item = this.#queue.take(); item !== undefined; item = this.#queue.take()) {
      actions.push(notSent(item.owner, 'not-ready', why));
    }
    actions.push({ kind: 'not-ready', why });
  }

  #refusal(purpose: Purpose, end: RequestEnd): string | null {
    if (end.kind !== 'answered') return `${purpose}: ${end.why}`;
    const { refusalOf = refusalByCode } = this.#settings;
    return refusalOf(purpose, end.message);
  }

  #asked(message: Message, bytes: Uint8Array, nowMs: number): SessionAction<T, A> {
    const seen = this.#seen?.see(this.#seenKeys.ofAnswer(message), nowMs);
    if (!seen) return { kind: 'request', message, bytes };
    return { kind: 'repeat', message, bytes, answer: seen.answer, firstMsAgo: nowMs - seen.firstMs };
  }

  #unmatched(message: Message, bytes: Uint8Array, reason: Unmatched | NotGenuine): SessionAction<T, A> {
    this.#mismatches++;
    this.#mismatch = reason.why;
    return { kind: 'unmatched', message, bytes, ...reason };
  }

  #echoDueMs(): number {
    const { echoIntervalMs } = this.#settings;
    if (echoIntervalMs === undefined || this.#state !== 'ready' || this.#isEchoing)
      return Number.POSITIVE_INFINITY;
    return this.#trafficMs + echoIntervalMs;
  }

  #refusalText(refusal: Refusal): string {
    switch (refusal) {
      case 'not-connected':
        return 'there is no connection';
      case 'not-ready':
        return 'the session is not signed on';
      case 'too-many-in-flight':
        return `${this.#table.size} requests are in flight, the most there may be`;
      case 'queue-full':
        return `${this.#table.size} requests are in flight and ${this.#queue.size} wait for a place, the most that may`;
      case 'same-keys':
        return 'a request with the same keys is in flight: their answers could not be told apart';
      case 'queued-too-long':
      case 'disconnected':
        return refusal;
    }
  }
}

function notSent<T>(owner: T, refusal: Refusal, why: string): SessionAction<T, never> {
  return { kind: 'ended', owner, end: { kind: 'not-sent', refusal, why } };
}

/** DE 39 has two digits in 1987, three in 1993, four in 2003; all zeros is done. */
function refusalByCode(purpose: Purpose, { fields }: Message): string | null {
  const code = fields[39] ?? '';
  return /^0{2,4}$/.test(code) ? null : `the host refused the ${purpose} with ${code || 'no response code'}`;
}
