import { describe, expect, it } from 'vitest';
import { HISTORY_EVENTS_MAX, RECONNECT_DELAYS_MS, STREAM_OPEN_TIMEOUT_MS } from '../limits.ts';
import { openStream, type SocketListener } from './stream-client.ts';

/** A server of which the test decides every frame, and a clock it moves by hand. */
function stage() {
  const sockets: { query: string; listener: SocketListener; closed: boolean }[] = [];
  const timers: { delayMs: number; action: () => void; cancelled: boolean }[] = [];
  const seen: number[] = [];
  const statuses: string[] = [];
  let restarts = 0;
  const client = openStream({
    openSocket: (query, listener) => {
      const socket = { query, listener, closed: false };
      sockets.push(socket);
      return {
        close: () => {
          socket.closed = true;
        },
      };
    },
    later: (delayMs, action) => {
      const timer = { delayMs, action, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    onEvent: ({ seq }) => seen.push(seq),
    onStatus: ({ kind }) => statuses.push(kind),
    onRestart: () => {
      restarts++;
    },
  });
  const newest = () => sockets.at(-1)!;
  const running = () => timers.filter(({ cancelled }) => !cancelled);
  return {
    client,
    seen,
    statuses,
    sockets,
    restarts: () => restarts,
    queries: () => sockets.map(({ query }) => query),
    opened: (next: number, from = next) =>
      newest().listener.onText(JSON.stringify({ type: 'stream.opened', from, next, oldest: 1 })),
    event: (seq: number) => newest().listener.onText(eventText(seq)),
    text: (text: string) => newest().listener.onText(text),
    close: (code: number) => newest().listener.onClose(code),
    pending: () => running().map(({ delayMs }) => delayMs),
    fire: () => {
      const timer = running().at(-1)!;
      timer.cancelled = true;
      timer.action();
    },
  };
}

function eventText(seq: number): string {
  return JSON.stringify({
    seq,
    type: 'ledger.held',
    time: '2026-11-23T10:15:30.123Z',
    transactionId: null,
    terminalId: null,
    data: {},
  });
}

describe('a first visit', () => {
  it('asks for the recent history, and is live at once when there is none', () => {
    const { opened, queries, statuses, pending } = stage();
    opened(1);
    expect(queries()).toEqual([`?last=${HISTORY_EVENTS_MAX}`]);
    expect(statuses).toEqual(['connecting', 'live']);
    expect(pending()).toEqual([]);
  });

  it('takes what is kept, is live at its end and goes on, over one connection', () => {
    const { opened, event, queries, seen, statuses } = stage();
    opened(4, 2);
    event(2);
    expect(statuses).toEqual(['connecting']);
    event(3);
    expect(statuses).toEqual(['connecting', 'live']);
    event(4);
    expect(queries()).toHaveLength(1);
    expect(seen).toEqual([2, 3, 4]);
    expect(statuses).toEqual(['connecting', 'live']);
  });

  it('resumes where the server began when nothing came before the break', () => {
    const { opened, close, fire, queries } = stage();
    opened(9, 5);
    close(1006);
    fire();
    expect(queries().at(-1)).toBe('?from=5');
  });
});

describe('after a break', () => {
  it('resumes at the last number seen plus one', () => {
    const { opened, event, close, fire, queries, statuses } = stage();
    opened(1);
    event(1);
    event(2);
    close(1006);
    expect(statuses.at(-1)).toBe('stale');
    fire();
    expect(queries().at(-1)).toBe('?from=3');
    opened(3);
    expect(statuses.at(-1)).toBe('live');
  });

  it('resumes in the same way when it was too slow (4008)', () => {
    const { opened, event, close, fire, queries, restarts } = stage();
    opened(1);
    event(1);
    close(4008);
    fire();
    expect(queries().at(-1)).toBe('?from=2');
    expect(restarts()).toBe(0);
  });

  it('drops what it has already seen', () => {
    const { opened, event, seen } = stage();
    opened(1);
    event(1);
    event(1);
    event(2);
    expect(seen).toEqual([1, 2]);
  });

  it('waits longer from attempt to attempt, and starts over once events flow', () => {
    const { opened, event, close, fire, pending } = stage();
    opened(1);
    const waited = Array.from({ length: RECONNECT_DELAYS_MS.length + 1 }, () => {
      close(1006);
      const [delayMs] = pending();
      fire();
      return delayMs;
    });
    expect(waited).toEqual([...RECONNECT_DELAYS_MS, RECONNECT_DELAYS_MS.at(-1)]);
    opened(2);
    event(1);
    close(1006);
    expect(pending()).toEqual([RECONNECT_DELAYS_MS[0]]);
  });

  it('can be told not to wait', () => {
    const { client, opened, close, sockets, pending } = stage();
    opened(1);
    client.retryNow();
    expect(sockets).toHaveLength(1);
    close(1006);
    client.retryNow();
    expect(sockets).toHaveLength(2);
    expect(pending()).toEqual([STREAM_OPEN_TIMEOUT_MS]);
  });
});

describe('a stream that is not as agreed', () => {
  it('begins anew when the server has started over: it refuses the number to resume from (4000)', () => {
    const { opened, event, close, fire, queries, restarts, seen } = stage();
    opened(1);
    for (const seq of [1, 2, 3]) event(seq);
    close(1006);
    fire();
    close(4000);
    expect(restarts()).toBe(1);
    fire();
    expect(queries().at(-1)).toBe(`?last=${HISTORY_EVENTS_MAX}`);
    opened(2, 1);
    event(1);
    expect(seen).toEqual([1, 2, 3, 1]);
  });

  it('is given up when it does not open in time', () => {
    const { pending, fire, statuses, sockets } = stage();
    expect(pending()).toEqual([STREAM_OPEN_TIMEOUT_MS]);
    fire();
    expect(statuses.at(-1)).toBe('stale');
    expect(sockets[0]!.closed).toBe(true);
  });

  it('is left when a frame is no event, with growing pauses while the same frame comes back', () => {
    const { opened, text, fire, pending, statuses } = stage();
    opened(1);
    text('{"type":1}');
    expect(statuses.at(-1)).toBe('stale');
    expect(pending()).toEqual([RECONNECT_DELAYS_MS[0]]);
    fire();
    opened(2);
    text('{"type":1}');
    expect(pending()).toEqual([RECONNECT_DELAYS_MS[1]]);
  });

  it('cannot be heard through a connection that was dropped', () => {
    const { client, sockets, opened, seen, statuses } = stage();
    opened(1);
    client.close();
    sockets[0]!.listener.onText(eventText(1));
    sockets[0]!.listener.onClose(1000);
    expect(seen).toEqual([]);
    expect(statuses.at(-1)).toBe('live');
  });
});
