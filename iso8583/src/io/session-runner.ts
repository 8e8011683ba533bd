import type { Codec } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import { createHostSession } from '../session/host-session.ts';
import type {
  HostSession,
  ManagementTicket,
  Purpose,
  Refusal,
  RequestEnd,
  SessionAction,
  SessionSettings,
  SessionState,
} from '../session/session-types.ts';
import type { Line, LineEnd } from './line.ts';
import { PeerRequest } from './peer-request.ts';

/** A message with the bytes it goes out as, where they are more than its encoding: sealed with a MAC, say. */
export interface OutgoingMessage {
  readonly message: Message;
  readonly bytes?: Uint8Array;
}

/** What the owner of a session may supply and be told. */
export interface SessionHooks {
  /** Makes a message of network management. What it throws is told to who waits in `open`, else to `onTrouble`. */
  readonly compose?: (purpose: Purpose) => OutgoingMessage | Promise<OutgoingMessage>;
  /** Just before a message goes out. */
  readonly onSending?: (message: Message, bytes: Uint8Array) => void;
  /** An answer that was waited for, before it is handed on. */
  readonly onReceived?: (message: Message, bytes: Uint8Array) => void;
  /** Network management has ended; `refusal` says why it did not do what it was for. */
  readonly onManaged?: (purpose: Purpose, end: RequestEnd, refusal: string | null) => void;
  /** An answer nobody waits for, or a message that is not genuine. */
  readonly onUnmatched?: (message: Message, bytes: Uint8Array, why: string, cause: string) => void;
  /** The peer asks; answer it, now or later. Without this hook it may not ask. */
  readonly onRequest?: (request: PeerRequest) => void;
  /** The peer asked this before. Without this hook the first answer is given again, once there is one. */
  readonly onRepeat?: (request: PeerRequest, firstAnswer: Uint8Array | null) => void;
  /** What `compose` threw where nobody waits. */
  readonly onTrouble?: (error: unknown) => void;
}

interface Asked {
  readonly bytes: Uint8Array;
  readonly onEnd: ((end: RequestEnd) => void) | null;
}

const NO_CODEC = 'the dialect of the peer is known from its first message on';

/** What only the two ends of a connection tell apart. */
interface Owner {
  readonly onReady: () => void;
  /** @returns whether someone was told the cause. */
  readonly onNotReady: (why: string, cause?: unknown) => boolean;
  readonly onSignedOff: () => void;
}

/** Runs a session over lines, one after the other: does what it says, and has one timer for all its deadlines. */
export class SessionRunner {
  readonly #session: HostSession<Asked, Uint8Array>;
  readonly #hooks: SessionHooks;
  readonly #owner: Owner;
  #codec: Codec | null;
  #line: Line | null = null;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;
  #composeError: { readonly cause: unknown; isTold: boolean } | null = null;

  constructor(settings: SessionSettings, hooks: SessionHooks, owner: Owner, codec: Codec | null) {
    const dialect = codec ? { dialect: codec.dialect } : {};
    this.#session = createHostSession({
      ...dialect,
      ...settings,
      takesRequests: hooks.onRequest !== undefined,
    });
    this.#hooks = hooks;
    this.#owner = owner;
    this.#codec = codec;
  }

  get state(): SessionState {
    return this.#session.state;
  }

  get inFlight(): number {
    return this.#session.inFlight + this.#session.queued;
  }

  accepts(): Refusal | null {
    return this.#session.accepts();
  }

  /** The codec, where it is known only when the first message comes. */
  use(codec: Codec): void {
    this.#codec = codec;
  }

  connected(line: Line): void {
    this.#line = line;
    this.#run(this.#session.connected(performance.now()));
  }

  disconnected(end: LineEnd): void {
    this.#line = null;
    this.#run(this.#session.disconnected(end.why, performance.now()));
  }

  open(): void {
    this.#run(this.#session.open(performance.now()));
  }

  exchangeKeys(): void {
    this.#run(this.#session.exchangeKeys(performance.now()));
  }

  signOff(): void {
    this.#run(this.#session.signOff());
  }

  ask(
    message: Message,
    bytes: Uint8Array | null,
    onEnd: (end: RequestEnd) => void,
    timeoutMs?: number,
  ): void {
    const made = bytes ?? this.#codec?.encode(message);
    if (made === undefined) {
      onEnd({ kind: 'not-sent', refusal: 'not-ready', why: NO_CODEC });
      return;
    }
    const asked = { bytes: this.#checked(made), onEnd };
    this.#run(this.#session.request(message, asked, performance.now(), timeoutMs));
  }

  received(message: Message, bytes: Uint8Array, header: Uint8Array): void {
    const actions = this.#session.received(message, bytes, this.#line?.nowMs ?? performance.now());
    for (const action of actions) {
      if (action.kind === 'request' || action.kind === 'repeat') this.#serve(action, header);
      else this.#do(action);
    }
    this.#arm();
  }

  /** Remembers what a request of the peer was answered. */
  readonly #answered = (request: Message, answer: Uint8Array): void => {
    this.#session.answered(request, answer);
  };

  #serve(
    action: Extract<SessionAction<Asked, Uint8Array>, { kind: 'request' | 'repeat' }>,
    header: Uint8Array,
  ): void {
    const line = this.#line;
    const codec = this.#codec;
    const { onRequest, onRepeat } = this.#hooks;
    if (!line || !codec || !onRequest) return;
    const request = new PeerRequest(line, codec, action.message, action.bytes, header, this.#answered);
    if (action.kind === 'request') onRequest(request);
    else if (onRepeat) onRepeat(request, action.answer);
    else if (action.answer) request.answer(action.answer);
    else request.ignore();
  }

  #run(actions: readonly SessionAction<Asked, Uint8Array>[]): void {
    for (const action of actions) this.#do(action);
    this.#arm();
  }

  #do(action: SessionAction<Asked, Uint8Array>): void {
    const { onReceived, onManaged, onUnmatched } = this.#hooks;
    switch (action.kind) {
      case 'send':
        this.#send(action.message, action.owner);
        return;
      case 'ended':
        if (action.end.kind === 'answered') onReceived?.(action.end.message, action.end.bytes);
        action.owner.onEnd?.(action.end);
        return;
      case 'compose':
        this.#compose(action.ticket);
        return;
      case 'managed':
        if (action.end.kind === 'answered') onReceived?.(action.end.message, action.end.bytes);
        onManaged?.(action.purpose, action.end, action.refusal);
        return;
      case 'ready':
        this.#owner.onReady();
        return;
      case 'not-ready':
        this.#notReady(action.why);
        return;
      case 'drop':
        this.#line?.end(action.why);
        return;
      case 'signed-off':
        this.#owner.onSignedOff();
        return;
      case 'unmatched':
        onUnmatched?.(action.message, action.bytes, action.why, action.cause);
        return;
      case 'request':
      case 'repeat':
        // Needs the header it came with: `received` serves it.
        return;
    }
  }

  #notReady(why: string): void {
    const isTold = this.#owner.onNotReady(why, this.#composeError?.cause);
    if (this.#composeError) this.#composeError.isTold = isTold;
  }

  #send(message: Message, { bytes }: Asked): void {
    this.#hooks.onSending?.(message, bytes);
    this.#line?.send(bytes);
  }

  /** What goes out, before anything is promised about it. @throws ProtocolError where no frame can carry it. */
  #checked(bytes: Uint8Array = new Uint8Array(0)): Uint8Array {
    this.#line?.check(bytes);
    return bytes;
  }

  #compose(ticket: ManagementTicket): void {
    const { compose } = this.#hooks;
    const failed = (error: unknown): void => {
      const trouble = { cause: error, isTold: false };
      this.#composeError = trouble;
      const why = error instanceof Error ? error.message : 'the message could not be made';
      this.#run(this.#session.notManaged(ticket, why, performance.now()));
      this.#composeError = null;
      if (!trouble.isTold) this.#hooks.onTrouble?.(error);
    };
    const made = ({ message, bytes }: OutgoingMessage): void => {
      let owner: Asked;
      try {
        owner = { bytes: this.#checked(bytes ?? this.#codec?.encode(message)), onEnd: null };
      } catch (error) {
        failed(error);
        return;
      }
      this.#run(this.#session.managed(ticket, message, owner, performance.now()));
    };
    if (!compose) {
      failed(new Error(`nobody makes the ${ticket.purpose} message`));
      return;
    }
    try {
      const composed = compose(ticket.purpose);
      if (composed instanceof Promise) composed.then(made, failed);
      else made(composed);
    } catch (error) {
      failed(error);
    }
  }

  /** A timer that goes off too early costs a look; so it is set again only where something is due before it. */
  #arm(): void {
    const dueMs = this.#session.nextDeadlineMs;
    if (dueMs === undefined || dueMs >= this.#timerDueMs) return;
    clearTimeout(this.#timer);
    this.#timerDueMs = dueMs;
    this.#timer = setTimeout(this.#tick, Math.max(1, Math.ceil(dueMs - performance.now())));
    this.#timer.unref();
  }

  readonly #tick = (): void => {
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    this.#run(this.#session.tick(performance.now()));
  };

  /** Nothing is waited for any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
