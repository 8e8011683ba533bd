import type { Message } from '../codec/message.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Unmatched } from './in-flight-table.ts';

/** Network management the session has made: ISO 8583:1987, 0800. */
export type Purpose = 'sign-on' | 'key-exchange' | 'echo' | 'sign-off';

export type SessionState =
  /** No connection. */
  | 'down'
  /** Connected, not signed on: nothing of the owner's goes out. */
  | 'connected'
  | 'signing-on'
  | 'exchanging-keys'
  | 'ready'
  | 'signing-off';

/** Why a request is not taken, by name. */
export type Refusal =
  | 'not-connected'
  | 'not-ready'
  | 'too-many-in-flight'
  | 'queue-full'
  | 'same-keys'
  | 'queued-too-long'
  | 'disconnected';

/** Every end of a request; each has exactly one. */
export type RequestEnd =
  | {
      readonly kind: 'answered';
      readonly message: Message;
      /** As it came, a view of what arrived. */
      readonly bytes: Uint8Array;
      readonly waitedMs: number;
    }
  /** It went out, and whether it arrived is unknown. */
  | { readonly kind: 'no-answer'; readonly waitedMs: number; readonly why: string }
  /** Nothing went out. */
  | { readonly kind: 'not-sent'; readonly refusal: Refusal; readonly why: string };

/** Stands for one message asked for by `compose`: given back with it, once. */
export interface ManagementTicket {
  readonly purpose: Purpose;
}

/**
 * What the owner is to do, in this order.
 * @typeParam T what the owner gave with a request.
 * @typeParam A an answer as the owner keeps it for repeats.
 */
export type SessionAction<T, A> =
  | { readonly kind: 'send'; readonly message: Message; readonly owner: T }
  | { readonly kind: 'ended'; readonly owner: T; readonly end: RequestEnd }
  /** Make this message and give it to `managed`. */
  | { readonly kind: 'compose'; readonly ticket: ManagementTicket }
  /** Network management has ended; `refusal` says why it did not do what it was for. */
  | {
      readonly kind: 'managed';
      readonly purpose: Purpose;
      readonly end: RequestEnd;
      readonly refusal: string | null;
    }
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly why: string }
  /** Hang up. */
  | { readonly kind: 'drop'; readonly why: string }
  | { readonly kind: 'signed-off' }
  /** The peer asks something. */
  | { readonly kind: 'request'; readonly message: Message; readonly bytes: Uint8Array }
  /** The peer asked this before; `answer` is null while the first is being answered. */
  | {
      readonly kind: 'repeat';
      readonly message: Message;
      readonly bytes: Uint8Array;
      readonly answer: A | null;
      readonly firstMsAgo: number;
    }
  | ({ readonly kind: 'unmatched'; readonly message: Message; readonly bytes: Uint8Array } & (
      | Unmatched
      | NotGenuine
    ));

export interface NotGenuine {
  readonly cause: 'not-genuine';
  readonly why: string;
}

export interface SessionSettings {
  /** Data elements an answer must repeat, beside its message type. Default `MATCH_FIELDS`: 11, 37, 41. */
  readonly matchFields?: readonly number[];
  /** Whose masks show the values of other elements in reasons. */
  readonly dialect?: Dialect;
  /** Default `RESPONSE_TIMEOUT_MS`. */
  readonly responseTimeoutMs?: number;
  /** Requests in flight at one time. Default `IN_FLIGHT_MAX`. */
  readonly inFlightMax?: number;
  /** Requests waiting for a place; 0 refuses them. Default `QUEUED_MAX`. */
  readonly queuedMax?: number;
  /** Ended requests remembered, and how long. Defaults `ENDED_REMEMBERED_MAX`, `ENDED_REMEMBERED_MS`. */
  readonly rememberedMax?: number;
  readonly rememberedMs?: number;
  /** A line silent for this long gets an echo test; left out, none does. */
  readonly echoIntervalMs?: number;
  /** What is asked before the session is ready. Default nothing. */
  readonly opening?: readonly ('sign-on' | 'key-exchange')[];
  /** Whether the peer may ask; else its requests are answers to nothing. Default false. */
  readonly takesRequests?: boolean;
  /** Tells repeats of the peer's requests; left out, all are new. */
  readonly repeats?: {
    /** Elements that make two requests the same. Default those of `matchFields`. */
    readonly fields?: readonly number[];
    /** Defaults `SEEN_REQUESTS_MAX`, `SEEN_REQUESTS_MS`. */
    readonly countMax?: number;
    readonly windowMs?: number;
  };
  /** Whether a message is the peer's and whole; one that is not is as good as none. Default all are. */
  readonly isGenuine?: (message: Message, bytes: Uint8Array) => boolean;
  /** Why this answer does not do what was asked, or null. Default: DE 39 is not `00` (`000`, 1993; `0000`, 2003). */
  readonly refusalOf?: (purpose: Purpose, answer: Message) => string | null;
}

export interface HostSession<T, A = never> {
  readonly state: SessionState;
  readonly inFlight: number;
  readonly queued: number;
  /** When `tick` is to be called at the latest; undefined while nothing is waited for. */
  readonly nextDeadlineMs: number | undefined;
  /** Null where a request would be sent or queued. */
  accepts(): Refusal | null;
  /** The line is up. Without `opening` the session is ready at once; else `open` begins it. */
  connected(nowMs: number): SessionAction<T, A>[];
  /** Signs on and exchanges keys, where that has not been done. */
  open(nowMs: number): SessionAction<T, A>[];
  disconnected(why: string, nowMs: number): SessionAction<T, A>[];
  /** @throws ProtocolError `bad-mti` for a message that is not answered. */
  request(message: Message, owner: T, nowMs: number, timeoutMs?: number): SessionAction<T, A>[];
  /** The message a `compose` asked for. */
  managed(ticket: ManagementTicket, message: Message, owner: T, nowMs: number): SessionAction<T, A>[];
  /** There is none. */
  notManaged(ticket: ManagementTicket, why: string, nowMs: number): SessionAction<T, A>[];
  received(message: Message, bytes: Uint8Array, nowMs: number): SessionAction<T, A>[];
  /** Keeps what a request of the peer was answered, for its repeats. */
  answered(request: Message, answer: A): void;
  /** New keys, now: requests wait until they are agreed. */
  exchangeKeys(nowMs: number): SessionAction<T, A>[];
  /** Nothing new is taken; what is in flight is waited for by whoever asked. */
  signOff(): SessionAction<T, A>[];
  tick(nowMs: number): SessionAction<T, A>[];
}
