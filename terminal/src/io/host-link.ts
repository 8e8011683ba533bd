import { createConnection, type Socket } from 'node:net';
import { type Codec, createDeframer, frame, type Message } from '@kassa/iso8583';
import { ProtocolError } from '@kassa/primitives';
import { CONNECT_TIMEOUT_MS, MESSAGE_BYTES_MAX } from '../limits.ts';
import { createPendingRequests } from '../pending-requests.ts';

/** Every end of a question to the host. */
export type HostAnswer =
  | { readonly kind: 'answered'; readonly message: Message; readonly bytes: Uint8Array }
  /** Nothing went out: the payment never left this terminal. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** It went out, and whether it arrived is unknown. */
  | { readonly kind: 'no-answer'; readonly waitedMs: number; readonly why: string };

export interface HostLinkPorts {
  readonly address: string;
  readonly port: number;
  readonly codec: Codec;
  readonly onConnected: () => void;
  readonly onDisconnected: (why: string) => void;
  /** An answer nobody waits for, with the reason it matches no request. */
  readonly onUnmatched: (message: Message, bytes: Uint8Array, why: string) => void;
  /** Whether an answer is really the host's and whole; one that is not is as good as none. */
  readonly isGenuine: (message: Message, bytes: Uint8Array) => boolean;
}

/** The terminal's connection to its host. Connects when there is something to send. */
export interface HostLink {
  readonly connected: boolean;
  /** @throws (rejects) nothing: every end is a {@link HostAnswer}. */
  ask(request: Message, bytes: Uint8Array, timeoutMs: number): Promise<HostAnswer>;
  connect(): Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }>;
  close(): void;
}

/** Both dialects of Kassa go in frames of a two-byte binary length. */
const FRAMING = 'post';

interface Waiter {
  readonly startedMs: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: HostAnswer) => void;
}

export function createHostLink(ports: HostLinkPorts): HostLink {
  const pending = createPendingRequests<Waiter>();
  let socket: Socket | undefined;
  let connecting: Promise<{ ok: true } | { ok: false; why: string }> | undefined;

  const giveUpAll = (why: string): void => {
    for (const waiter of pending.clear()) settle(waiter, noAnswer(waiter, why));
  };
  const receive = (bytes: Uint8Array): void => {
    const message = ports.codec.decode(bytes);
    const genuine = ports.isGenuine(message, bytes);
    const match = genuine ? pending.take(message) : { why: 'its MAC does not verify' };
    if ('waiter' in match) settle(match.waiter, { kind: 'answered', message, bytes });
    else ports.onUnmatched(message, bytes, match.why);
  };
  const adopt = (connected: Socket): void => {
    socket = connected;
    const deframer = createDeframer(FRAMING, { maxBytes: MESSAGE_BYTES_MAX });
    let why = 'the host closed the connection';
    connected.on('data', (chunk) => {
      try {
        for (const message of deframer.push(chunk)) receive(message);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        why = `the host sent bytes that are not a message: ${error.message}`;
        connected.destroy();
      }
    });
    connected.on('error', (error) => {
      why = error.message;
    });
    connected.on('close', () => {
      socket = undefined;
      giveUpAll(why);
      ports.onDisconnected(why);
    });
    ports.onConnected();
  };
  const connect: HostLink['connect'] = () => {
    if (socket) return Promise.resolve({ ok: true });
    connecting ??= open(ports, adopt).finally(() => {
      connecting = undefined;
    });
    return connecting;
  };
  return {
    get connected() {
      return socket !== undefined;
    },
    connect,
    async ask(request, bytes, timeoutMs) {
      const opened = await connect();
      if (!opened.ok || !socket)
        return { kind: 'unreachable', why: opened.ok ? 'the host closed the connection' : opened.why };
      const target = socket;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          pending.remove(waiter);
          settle(waiter, noAnswer(waiter, `no answer within ${timeoutMs / 1000} s`));
        }, timeoutMs);
        const waiter: Waiter = { startedMs: performance.now(), timer, resolve };
        pending.add(request, waiter);
        target.write(frame(FRAMING, bytes));
      });
    },
    close() {
      socket?.destroy();
    },
  };
}

function settle(waiter: Waiter, answer: HostAnswer): void {
  clearTimeout(waiter.timer);
  waiter.resolve(answer);
}

function noAnswer(waiter: Waiter, why: string): HostAnswer {
  return { kind: 'no-answer', waitedMs: Math.round(performance.now() - waiter.startedMs), why };
}

function open(
  ports: HostLinkPorts,
  adopt: (socket: Socket) => void,
): Promise<{ ok: true } | { ok: false; why: string }> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: ports.address, port: ports.port, noDelay: true });
    const fail = (why: string): void => {
      socket.destroy();
      resolve({ ok: false, why });
    };
    const timer = setTimeout(
      () => fail(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`),
      CONNECT_TIMEOUT_MS,
    );
    const onError = (error: Error): void => {
      clearTimeout(timer);
      fail(error.message);
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      adopt(socket);
      resolve({ ok: true });
    });
  });
}
