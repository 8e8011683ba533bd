import type { Socket } from 'node:net';
import { Line, type LineEnd, type LineSettings } from './line.ts';
import { listen, namesOf, type TlsServerSettings } from './listen.ts';
import { CLOSE_TIMEOUT_MS, CONNECTIONS_MAX, IDLE_TIMEOUT_MS } from './net-limits.ts';

export interface FrameServerSettings extends Omit<LineSettings, 'peer'> {
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default 0: one that is free. */
  readonly port?: number;
  readonly tls?: TlsServerSettings;
  /** Default {@link CONNECTIONS_MAX}. */
  readonly connectionsMax?: number;
  /** Default {@link CLOSE_TIMEOUT_MS}. */
  readonly closeTimeoutMs?: number;
}

/** One connection to a client, as the server's owner sees it. */
export interface ServedLine {
  readonly line: Line;
  /** Names of the client's certificate: common name, then DNS names; none without mutual TLS. */
  readonly clientNames: readonly string[];
}

export interface FrameServerHooks {
  /** A connection is up: gives what takes its messages. `line.begin` and `line.done` count those being answered. */
  readonly onConnection: (served: ServedLine) => {
    readonly onMessage: (body: Uint8Array, header: Uint8Array) => void;
    readonly onEnd?: (end: LineEnd) => void;
  };
  /** A client that was not let in: too many, a wrong certificate, a name that is not authorised. */
  readonly onRefused?: (why: string) => void;
  readonly onTrouble: (error: unknown) => void;
}

export interface FrameServer {
  readonly port: number;
  readonly connections: number;
  /**
   * Takes no new connections and no new requests, lets what is being answered go out, and hangs up – at the latest
   * after `closeTimeoutMs`. Resolves when no request is being answered any more.
   */
  close(): Promise<void>;
}

/**
 * Listens for clients and hands on their messages as bytes.
 * @throws (rejects) Error with code `EADDRINUSE` when the port is taken.
 */
export async function serveFrames(
  settings: FrameServerSettings,
  hooks: FrameServerHooks,
): Promise<FrameServer> {
  const {
    address = '127.0.0.1',
    port = 0,
    connectionsMax = CONNECTIONS_MAX,
    closeTimeoutMs = CLOSE_TIMEOUT_MS,
    idleTimeoutMs = IDLE_TIMEOUT_MS,
    tls,
  } = settings;
  const lines = new Set<Line>();
  let isClosing = false;
  const onSocket = (socket: Socket): void => {
    const taker: { current?: ReturnType<FrameServerHooks['onConnection']> } = {};
    const line: Line = new Line(
      socket,
      { ...settings, idleTimeoutMs, peer: 'client' },
      {
        onMessage: (body, header) => taker.current?.onMessage(body, header),
        onEnd: (end) => taker.current?.onEnd?.(end),
      },
    );
    lines.add(line);
    socket.once('close', () => void line.idle().then(() => lines.delete(line)));
    taker.current = hooks.onConnection({ line, clientNames: namesOf(socket) });
    if (isClosing) line.endGently();
  };
  const onRefused = (why: string): void => hooks.onRefused?.(why);
  const listening = await listen(
    { address, port, connectionsMax, ...(tls && { tls }) },
    { onSocket, onRefused, onTrouble: hooks.onTrouble },
  );
  return {
    port: listening.port,
    get connections() {
      return [...lines].filter((line) => !line.isOver).length;
    },
    async close() {
      isClosing = true;
      const closed = listening.stop();
      for (const line of lines) line.endGently();
      const hangUp = setTimeout(() => {
        for (const line of lines) line.socket.destroy();
      }, closeTimeoutMs);
      await Promise.all([closed, ...[...lines].map((line) => line.idle())]);
      clearTimeout(hangUp);
    },
  };
}
