import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  EVENT_PAGE_ROWS,
  STREAM_BACKLOG_BYTES_MAX,
  STREAM_HEARTBEAT_MS,
  STREAM_READERS_MAX,
} from '../limits.ts';
import { parseStreamQuery, type StreamQuery } from '../stream-query.ts';
import type { EventLog, LoggedEvent } from './event-log.ts';
import { isOwnOrigin } from './own-origin.ts';

const CLOSE_BAD_QUERY = 4000;
const CLOSE_TOO_SLOW = 4008;
const CLOSE_GOING_AWAY = 1001;
/** How often a reader that does not keep up is looked at again while it catches up on kept events. */
const CATCH_UP_PAUSE_MS = 5;

export interface EventStream {
  /** Tells readers that the server stops. */
  close(): void;
}

/** Serves `/v1/events` on an HTTP server (docs/events.md). */
export function serveEventStream(
  server: Server,
  log: EventLog,
  heartbeatMs: number = STREAM_HEARTBEAT_MS,
): EventStream {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  const stopHeartbeat = dropSilentReaders(sockets, heartbeatMs);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = parsePath(request.url);
    if (url?.pathname !== '/v1/events') return refuse(socket, '404 Not Found');
    if (!isOwnOrigin(request)) return refuse(socket, '403 Forbidden');
    if (sockets.clients.size >= STREAM_READERS_MAX) return refuse(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (reader) => {
      sockets.emit('connection', reader);
      const query = parseStreamQuery(url.searchParams);
      if (typeof query === 'string') reader.close(CLOSE_BAD_QUERY, query);
      else if (query.from !== null && query.from > log.next) {
        reader.close(
          CLOSE_BAD_QUERY,
          `from ${query.from} is beyond this stream: its next event is ${log.next}`,
        );
      } else serveReader(reader, query, log);
    });
  });
  return {
    close() {
      for (const reader of sockets.clients) reader.close(CLOSE_GOING_AWAY, 'the server stops');
      stopHeartbeat();
      sockets.close();
    },
  };
}

/** A reader that answers no ping between two of them is gone, or does not read: its place is for another. */
function dropSilentReaders(sockets: WebSocketServer, heartbeatMs: number): () => void {
  const answered = new WeakSet<WebSocket>();
  sockets.on('connection', (reader: WebSocket) => {
    answered.add(reader);
    reader.on('pong', () => answered.add(reader));
  });
  const heartbeat = setInterval(() => {
    for (const reader of sockets.clients) {
      if (!answered.delete(reader)) reader.terminate();
      else reader.ping();
    }
  }, heartbeatMs);
  heartbeat.unref();
  return () => clearInterval(heartbeat);
}

function parsePath(path: string | undefined): URL | undefined {
  const origin = 'http://localhost';
  return path !== undefined && URL.canParse(path, origin) ? new URL(path, origin) : undefined;
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/**
 * First what is kept, page by page at the reader's pace, then live. The two meet without a gap because `sent` is the
 * number of the next event to go out, and every live event with a lower number has been read from the log.
 */
function serveReader(reader: WebSocket, query: StreamQuery, log: EventLog): void {
  const wanted = query.last === null ? (query.from ?? log.next) : log.next - query.last;
  let sent = Math.max(wanted, log.oldest);
  let isLive = false;
  reader.on('error', () => reader.terminate());
  reader.send(JSON.stringify({ type: 'stream.opened', from: sent, next: log.next, oldest: log.oldest }));

  const deliver = (event: LoggedEvent): void => {
    sent = event.seq + 1;
    if (matches(event, query)) reader.send(event.json);
  };
  const stop = log.listen((event) => {
    if (!isLive) return;
    if (reader.bufferedAmount > STREAM_BACKLOG_BYTES_MAX) cutOff(sent);
    else deliver(event);
  });
  const cutOff = (resumeFrom: number): void => {
    stop();
    // The frame waits behind the backlog; a reader that never takes it is dropped by the library's close timeout.
    reader.close(CLOSE_TOO_SLOW, `too slow: resume from ${resumeFrom}`);
  };
  reader.on('close', stop);

  const catchUp = (): void => {
    if (reader.readyState !== reader.OPEN) return;
    if (reader.bufferedAmount > STREAM_BACKLOG_BYTES_MAX / 4) {
      setTimeout(catchUp, CATCH_UP_PAUSE_MS);
      return;
    }
    if (sent < log.oldest) {
      cutOff(log.oldest);
      return;
    }
    isLive = sent >= log.next;
    if (isLive) return;
    const until = Math.min(sent + EVENT_PAGE_ROWS, log.next);
    for (const event of log.read(sent, until, query)) deliver(event);
    sent = until;
    setImmediate(catchUp);
  };
  catchUp();
}

function matches(event: LoggedEvent, query: StreamQuery): boolean {
  return (
    (query.terminalId === null || event.terminalId === query.terminalId) &&
    (query.transactionId === null || event.transactionId === query.transactionId)
  );
}
