import { ProtocolError } from '@kassa/primitives';
import type { Codec } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import type { Framing } from '../framing/framing.ts';
import type { RequestEnd, SessionSettings } from '../session/session-types.ts';
import { type FrameServer, type FrameServerSettings, type ServedLine, serveFrames } from './frame-server.ts';
import type { PeerRequest } from './peer-request.ts';
import { type SessionHooks, SessionRunner } from './session-runner.ts';

export interface HostServerSettings
  extends Omit<FrameServerSettings, 'framing'>,
    Omit<SessionSettings, 'takesRequests' | 'opening' | 'echoIntervalMs'> {
  /** One for all, or chosen by the first message of each connection. */
  readonly codec: Codec | ((firstMessage: Uint8Array) => Codec);
  /** Default that of the codec's dialect; `post` where the codec is chosen. */
  readonly framing?: Framing;
}

/** One client, from its connection to its end. */
export interface ClientOfHost {
  /** Names of its certificate: common name, then DNS names; none without mutual TLS. */
  readonly names: readonly string[];
  /** Address and port it comes from. */
  readonly remote: string;
  /** Asks the client: a host may send 0800 to a terminal. */
  ask(request: Message, onEnd: (end: RequestEnd) => void, bytes?: Uint8Array, timeoutMs?: number): void;
  /** Hangs up. */
  disconnect(why: string): void;
}

export interface HostServerHooks
  extends Omit<SessionHooks, 'onRequest' | 'onRepeat' | 'compose' | 'onManaged' | 'onTrouble'> {
  /** A client asks; answer it, now or later. */
  readonly onRequest: (request: PeerRequest, client: ClientOfHost) => void;
  /** A client asked this before. Without this hook the first answer is given again, once there is one. */
  readonly onRepeat?: (request: PeerRequest, firstAnswer: Uint8Array | null, client: ClientOfHost) => void;
  readonly onConnected?: (client: ClientOfHost) => void;
  /** `error` is there when the client sent bytes that are not a message. */
  readonly onDisconnected?: (client: ClientOfHost, why: string, error?: ProtocolError) => void;
  /** A client that was not let in. */
  readonly onRefused?: (why: string) => void;
  /** The listening itself. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Listens for clients and hands on their requests as messages.
 * @throws (rejects) Error with code `EADDRINUSE` when the port is taken.
 */
export function serveHost(settings: HostServerSettings, hooks: HostServerHooks): Promise<FrameServer> {
  const { codec } = settings;
  const framing = settings.framing ?? (typeof codec === 'function' ? 'post' : codec.dialect.framing);
  return serveFrames(
    { ...settings, framing },
    {
      onConnection: (served) => serveClient(served, settings, hooks),
      ...(hooks.onRefused && { onRefused: hooks.onRefused }),
      onTrouble: hooks.onTrouble,
    },
  );
}

function serveClient(
  { line, clientNames }: ServedLine,
  settings: HostServerSettings,
  hooks: HostServerHooks,
) {
  const { onRequest, onRepeat, onConnected, onDisconnected, onSending, onReceived, onUnmatched } = hooks;
  const fixed = typeof settings.codec === 'function' ? null : settings.codec;
  let codec = fixed;
  const nothing = (): void => undefined;
  const runner = new SessionRunner(
    settings,
    {
      ...(onSending && { onSending }),
      ...(onReceived && { onReceived }),
      ...(onUnmatched && { onUnmatched }),
      onRequest: (request) => onRequest(request, client),
      ...(onRepeat && {
        onRepeat: (request: PeerRequest, answer: Uint8Array | null) => onRepeat(request, answer, client),
      }),
    },
    { onReady: nothing, onNotReady: () => false, onSignedOff: nothing },
    fixed,
  );
  const client: ClientOfHost = {
    names: clientNames,
    remote: `${line.socket.remoteAddress}:${line.socket.remotePort}`,
    ask: (request, onEnd, bytes, timeoutMs) => runner.ask(request, bytes ?? null, onEnd, timeoutMs),
    disconnect: (why) => line.end(why),
  };
  runner.connected(line);
  onConnected?.(client);
  return {
    onMessage(body: Uint8Array, header: Uint8Array): void {
      let message: Message;
      try {
        if (codec === null) {
          codec = (settings.codec as (firstMessage: Uint8Array) => Codec)(body);
          runner.use(codec);
        }
        message = codec.decode(body);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        line.fail(error);
        return;
      }
      runner.received(message, body, header);
    },
    onEnd(end: Parameters<SessionRunner['disconnected']>[0]): void {
      runner.disconnected(end);
      runner.stop();
      onDisconnected?.(client, end.why, end.error);
    },
  };
}
