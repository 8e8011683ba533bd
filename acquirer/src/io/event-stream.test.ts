import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { WebSocket } from 'ws';
import { EVENT_PAGE_ROWS } from '../limits.ts';
import { type EventLog, openEventLog } from './event-log.ts';
import { type EventStream, serveEventStream } from './event-stream.ts';

let log: EventLog;
let server: Server;
let stream: EventStream;
let port: number;
let readers: WebSocket[];
beforeEach(() => start());
afterEach(() => end());

async function start(keptMax?: number, heartbeatMs?: number): Promise<void> {
  readers = [];
  const fail = (error: unknown): void => {
    throw error;
  };
  log = openEventLog(':memory:', () => 0, fail, keptMax);
  server = createServer();
  stream = serveEventStream(server, log, heartbeatMs);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
}
async function end(): Promise<void> {
  for (const reader of readers) reader.terminate();
  stream.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await log.close();
}

interface Frame {
  readonly type: string;
  readonly seq?: number;
  readonly from?: number;
  readonly next?: number;
  readonly oldest?: number;
  readonly data?: { readonly n: number };
}
interface Reader {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  /** Resolves when the number of frames, the first among them, has come. */
  got(count: number): Promise<void>;
  /** Code and reason of the close. */
  readonly closed: Promise<[number, string]>;
}

function read(query: string, headers: Record<string, string> = {}): Reader {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/events${query}`, { headers });
  readers.push(socket);
  const frames: Frame[] = [];
  let wake = (): void => undefined;
  socket.on('message', (text) => {
    frames.push(JSON.parse(String(text)));
    wake();
  });
  const closed = new Promise<[number, string]>((resolve, reject) => {
    socket.on('close', (code, reason) => resolve([code, String(reason)]));
    socket.on('error', reject);
  });
  closed.catch(() => undefined);
  const got = async (count: number): Promise<void> => {
    while (frames.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { socket, frames, got, closed };
}

let told = 0;
beforeEach(() => {
  told = 0;
});
function tell(count: number, transactionId: string | null = null, ballast = ''): void {
  for (let index = 0; index < count; index++) {
    told++;
    log.emit({ type: 'test.happened', transactionId, terminalId: null, data: { n: told, ballast } });
  }
}
async function written(): Promise<void> {
  while (log.next <= told) await pause(1);
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const seqs = ({ frames }: Reader): (number | undefined)[] => frames.slice(1).map(({ seq }) => seq);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a reader', () => {
  it('without from gets only what happens from now on', async () => {
    tell(3);
    await written();
    const reader = read('');
    await reader.got(1);
    expect(reader.frames[0]).toEqual({ type: 'stream.opened', from: 4, next: 4, oldest: 1 });
    tell(2);
    await reader.got(3);
    expect(seqs(reader)).toEqual([4, 5]);
  });

  test.each([
    ['from=1', 1],
    ['from=3', 3],
    ['from=6', 6],
    ['last=2', 4],
    ['last=0', 6],
    ['last=100', 1],
  ])('with %s begins at %i', async (query, begin) => {
    tell(5);
    await written();
    const reader = read(`?${query}`);
    tell(2);
    await reader.got(1 + 7 - begin + 1);
    expect(reader.frames[0]).toMatchObject({ type: 'stream.opened', from: begin });
    expect(seqs(reader)).toEqual(range(begin, 7));
  });

  it('on an empty stream learns that number 1 comes next', async () => {
    const reader = read('?from=1');
    await reader.got(1);
    expect(reader.frames[0]).toEqual({ type: 'stream.opened', from: 1, next: 1, oldest: 1 });
    tell(1);
    await reader.got(2);
    expect(seqs(reader)).toEqual([1]);
  });

  it('that resumes while events are being written misses none and gets none twice', async () => {
    tell(3 * EVENT_PAGE_ROWS + 7);
    await written();
    const resuming: Reader[] = [];
    for (let round = 0; round < 40; round++) {
      tell(25);
      if (round % 4 === 0) resuming.push(read(`?from=${1 + round * 30}`));
      await pause(round % 3);
    }
    await written();
    for (const [index, reader] of resuming.entries()) {
      const from = 1 + index * 4 * 30;
      await reader.got(1 + told - from + 1);
      expect(seqs(reader)).toEqual(range(from, told));
      expect(reader.frames.slice(1).every(({ seq, data }) => seq === data?.n)).toBe(true);
    }
  });

  it('of one payment or terminal gets only those, kept and live', async () => {
    const ids = ['T1-a', 'T2-b', 'T1-c'];
    const tellAll = (rounds: number): void => {
      for (let round = 0; round < rounds; round++) for (const id of ids) tell(1, id);
    };
    tellAll(EVENT_PAGE_ROWS);
    await written();
    const payment = read('?from=1&transaction=T1-a');
    const terminal = read('?from=1&terminal=T1');
    const neither = read('?from=1&terminal=T9');
    const live = read('?transaction=T2-b');
    await Promise.all([payment, terminal, neither, live].map((reader) => reader.got(1)));
    tellAll(1);
    await payment.got(1 + EVENT_PAGE_ROWS + 1);
    await terminal.got(1 + 2 * (EVENT_PAGE_ROWS + 1));
    await live.got(2);
    const all = range(1, told);
    expect(seqs(payment)).toEqual(all.filter((seq) => seq % 3 === 1));
    expect(seqs(terminal)).toEqual(all.filter((seq) => seq % 3 !== 2));
    expect(seqs(live)).toEqual([told - 1]);
    expect(neither.frames).toHaveLength(1);
  });

  it('that asks for what is no longer kept begins at the oldest', async () => {
    await end();
    await start(10);
    tell(1500);
    await written();
    const reader = read('?from=5');
    await reader.got(1 + 500);
    expect(reader.frames[0]).toEqual({ type: 'stream.opened', from: 1001, next: 1501, oldest: 1001 });
    expect(seqs(reader)).toEqual(range(1001, 1500));
  });
});

describe('is closed with 4000 for', () => {
  test.each([
    ['?from=7', 'from 7 is beyond this stream: its next event is 4'],
    ['?from=x', 'from is a sequence number, 1 or more'],
    ['?since=1', 'unknown parameter "since": use from, last, terminal or transaction'],
  ])('%s', async (query, reason) => {
    tell(3);
    await written();
    expect(await read(query).closed).toEqual([4000, reason]);
  });
});

describe('a slow reader', () => {
  /** More than the buffers of both sockets take. */
  const EVENTS = 180;
  const ballast = 'x'.repeat(100_000);

  it('is closed with 4008 and told where to resume; others, and who tells, do not wait', async () => {
    const [slow, quick] = [read(''), read('')];
    await Promise.all([slow.got(1), quick.got(1)]);
    slow.socket.pause();
    let longestMs = 0;
    for (let count = 0; count < EVENTS; count++) {
      const startedMs = performance.now();
      tell(1, null, ballast);
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      if (count % 10 === 0) await written();
    }
    await quick.got(EVENTS + 1);
    expect(longestMs).toBeLessThan(200);
    expect(slow.frames).toHaveLength(1);
    slow.socket.resume();
    const [code, reason] = await slow.closed;
    const resumeFrom = Number(/^too slow: resume from (\d+)$/.exec(reason)?.[1]);
    expect(code).toBe(4008);
    expect(resumeFrom).toBeLessThan(EVENTS);
    // What it got before is whole, and what it is told to ask for is what follows.
    expect(seqs(slow)).toEqual(range(1, resumeFrom - 1));
    const again = read(`?from=${resumeFrom}`);
    await again.got(1 + EVENTS - resumeFrom + 1);
    expect(seqs(again)).toEqual(range(resumeFrom, EVENTS));
  });

  it('may take its time with what is kept: it is sent at its own pace', async () => {
    tell(EVENTS, null, ballast);
    await written();
    const reader = read('?from=1');
    await reader.got(1);
    reader.socket.pause();
    await pause(100);
    tell(1);
    reader.socket.resume();
    await reader.got(EVENTS + 2);
    expect(seqs(reader)).toEqual(range(1, EVENTS + 1));
  });

  it('that is overtaken by the deleting of old events is told so, not given a gap', async () => {
    await end();
    await start(10);
    tell(600, null, ballast.slice(0, 30_000));
    await written();
    const reader = read('?from=1');
    await reader.got(1);
    reader.socket.pause();
    await pause(50);
    tell(2000);
    await written();
    reader.socket.resume();
    const [code, reason] = await reader.closed;
    expect([code, reason]).toEqual([4008, `too slow: resume from ${log.oldest}`]);
    expect(seqs(reader)).toEqual(range(1, seqs(reader).length));
  });
});

describe('a request that is not a reader’s', () => {
  const refusal = (target: string, headers: Record<string, string> = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const lines = Object.entries({
        Host: `127.0.0.1:${port}`,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...headers,
      }).map(([name, value]) => `${name}: ${value}\r\n`);
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
      });
      socket.once('data', (data) => {
        resolve(String(data).split('\r\n')[0] ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });

  test.each([
    ['of another site', '/v1/events', { Origin: 'http://shop.example' }, 'HTTP/1.1 403 Forbidden'],
    ['of a name pointed here', '/v1/events', { Host: 'rebound.example' }, 'HTTP/1.1 403 Forbidden'],
    ['for another path', '/v1/other', {}, 'HTTP/1.1 404 Not Found'],
    ['for no path', '//', {}, 'HTTP/1.1 404 Not Found'],
    ['of our own page', '/v1/events', {}, 'HTTP/1.1 101 Switching Protocols'],
  ])('%s', async (_name, target, headers, status) => {
    expect(await refusal(target, headers)).toBe(status);
  });

  it('leaves the server running when it hangs up at once', async () => {
    for (let count = 0; count < 20; count++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.resetAndDestroy();
    }
    const reader = read('');
    await reader.got(1);
    expect(reader.frames[0]?.type).toBe('stream.opened');
  });

  it('and words of a reader beyond a kilobyte end its stream alone', async () => {
    const [talker, other] = [read(''), read('')];
    await Promise.all([talker.got(1), other.got(1)]);
    talker.socket.send('x'.repeat(2000));
    expect((await talker.closed)[0]).toBe(1009);
    tell(1);
    await other.got(2);
  });
});

it('tells readers when the server stops', async () => {
  const reader = read('');
  await reader.got(1);
  stream.close();
  expect(await reader.closed).toEqual([1001, 'the server stops']);
});

describe('a reader that is gone without a word', () => {
  beforeEach(async () => {
    await end();
    await start(undefined, 30);
  });

  test('is dropped after two pings, one that answers is kept', async () => {
    const attentive = read('');
    await attentive.got(1);
    const silent = connect(port, '127.0.0.1');
    silent.on('error', () => undefined);
    silent.write(
      'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    silent.resume();
    await new Promise((resolve) => silent.on('close', resolve));
    expect(attentive.socket.readyState).toBe(WebSocket.OPEN);
  });
});
