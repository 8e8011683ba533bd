import { type Codec, frame } from '@kassa/iso8583';
import { fromHex, ProtocolError, type Step } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createHost, type Host } from '../host.ts';
import { IN_FLIGHT_PER_CONNECTION_MAX, MESSAGE_BYTES_MAX } from '../limits.ts';
import { BCD, CODECS, echoMessage, paymentMessage, sealed } from '../testing/messages.ts';
import { connectClient, type SocketClient } from '../testing/socket-client.ts';
import { openTestAcquirer, security, type TestAcquirer } from '../testing/test-acquirer.ts';
import { type HostServer, serveHost } from './host-server.ts';

let parts: TestAcquirer;
let servers: HostServer[];
let clients: SocketClient[];
let troubles: unknown[];
let steps: Step[];
beforeEach(async () => {
  parts = await openTestAcquirer();
  [servers, clients, troubles, steps] = [[], [], [], []];
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await Promise.all(servers.map((server) => server.close()));
  await parts.close();
});

const emit = (step: Step): void => void steps.push(step);
const realHost = (): Host => createHost({ payments: parts.payments, security, serials: parts.serials, emit });

async function serve(
  options: { host?: Host; frameTimeoutMs?: number; idleTimeoutMs?: number } = {},
): Promise<HostServer> {
  const { host = realHost(), ...timeouts } = options;
  const onTrouble = (error: unknown): void => void troubles.push(error);
  const server = await serveHost({ host, emit, onTrouble, ...timeouts }, 0, '127.0.0.1');
  servers.push(server);
  return server;
}
async function client({ port }: HostServer): Promise<SocketClient> {
  const opened = await connectClient(port);
  clients.push(opened);
  return opened;
}
const echo = (stan: number, codec = BCD): Uint8Array =>
  codec.encode(echoMessage(String(stan).padStart(6, '0')));
const stansOf = (messages: readonly Uint8Array[], codec: Codec = BCD): number[] =>
  messages.map((message) => Number(codec.decode(message).fields[11]));
const refused = (): unknown[] =>
  steps.flatMap(({ type, data }) => (type === 'acquirer.message-refused' ? [data] : []));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a stream of frames', () => {
  it.each(CODECS.map((codec) => [codec.dialect.name, codec] as const))(
    'is cut right wherever it is split: %s',
    async (_name, codec) => {
      const { socket, messages } = await client(await serve());
      socket.setNoDelay(true);
      const bytes = Buffer.concat([frame('post', echo(1, codec)), frame('post', echo(2, codec))]);
      for (const byte of bytes) {
        socket.write(Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(stansOf(await messages(2), codec)).toEqual([1, 2]);
    },
  );

  it('may hold many messages in one piece: each gets its answer', async () => {
    const { send, messages } = await client(await serve());
    const stans = Array.from({ length: 200 }, (_, index) => index + 1);
    send(...stans.map((stan) => echo(stan)));
    expect(stansOf(await messages(200)).sort((left, right) => left - right)).toEqual(stans);
  });

  it('may hold the same payment twice: both get the same answer, one is made', async () => {
    const { send, messages } = await client(await serve());
    const bytes = sealed(BCD, paymentMessage(parts.purchase(1)));
    send(bytes, bytes);
    const [first, second] = await messages(2);
    expect(second).toEqual(first);
    expect(await parts.books()).toBe('payer 850000, merchant 150000 digital 0 non-cash, held 0');
  });

  it('may begin in either dialect, each connection in its own', async () => {
    const server = await serve();
    for (const codec of CODECS) {
      const { send, messages } = await client(server);
      send(echo(7, codec));
      expect(stansOf(await messages(1), codec)).toEqual([7]);
    }
  });
});

describe('a connection that breaks the rules is closed, and others go on', () => {
  const [, ascii] = CODECS as [Codec, Codec];
  const table: readonly [string, Uint8Array, Record<string, unknown>][] = [
    [
      'a frame announced too long',
      fromHex('1001'),
      { code: 'too-large', expected: `at most ${MESSAGE_BYTES_MAX} bytes` },
    ],
    ['a frame of the greatest length', fromHex('FFFF'), { code: 'too-large', found: '65535 bytes' }],
    ['an empty frame', fromHex('0000'), { code: 'bad-length' }],
    ['a web browser', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'), { code: 'too-large' }],
    ['a frame of garbage', frame('post', fromHex('DEADBEEF')), { path: '0', code: 'bad-mti' }],
    ['a message cut short', frame('post', echo(1).slice(0, -1)), { code: 'truncated' }],
    [
      'a message that goes on',
      frame('post', Buffer.concat([echo(1), Uint8Array.of(0)])),
      { code: 'trailing-data' },
    ],
    ['an answer', frame('post', BCD.encode({ mti: '0810', fields: { 11: '000001' } })), { code: 'bad-mti' }],
  ];
  test.each(table)('%s', async (_name, bytes, expected) => {
    const server = await serve();
    const [bad, good] = [await client(server), await client(server)];
    bad.write(bytes);
    await bad.closed;
    expect(bad.received).toEqual([]);
    expect(refused()).toEqual([expect.objectContaining(expected)]);
    good.send(echo(3));
    expect(stansOf(await good.messages(1))).toEqual([3]);
    expect(troubles).toEqual([]);
  });

  it('also for the other dialect in mid-connection', async () => {
    const { send, messages, closed } = await client(await serve());
    send(echo(1));
    await messages(1);
    send(echo(2, ascii));
    await closed;
    expect(refused()).toHaveLength(1);
  });

  it('after what came whole before the garbage has been answered', async () => {
    const { write, messages, closed } = await client(await serve());
    const request = sealed(BCD, paymentMessage(parts.purchase(1)));
    write(Buffer.concat([frame('post', request), frame('post', echo(2)), fromHex('FFFF00')]));
    expect(stansOf(await messages(2)).sort()).toEqual([1, 2]);
    await closed;
    expect(refused()).toEqual([expect.objectContaining({ code: 'too-large' })]);
  });

  it('and nothing of what was sent is in the event', async () => {
    const { write, closed } = await client(await serve());
    write(frame('post', new TextEncoder().encode('0200SECRETSECRETSECRET')));
    await closed;
    expect(refused()).toHaveLength(1);
    expect(JSON.stringify(refused())).not.toContain('SECRET');
  });
});

describe('a slow peer', () => {
  it('that drips a frame is cut off', async () => {
    const { socket, write, closed } = await client(await serve({ frameTimeoutMs: 60 }));
    const startedMs = performance.now();
    const drip = setInterval(() => write(Uint8Array.of(0x01)), 10);
    socket.on('close', () => clearInterval(drip));
    await closed;
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(55);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  it('that sends whole frames, slowly, is not', async () => {
    const { write, messages } = await client(await serve({ frameTimeoutMs: 250 }));
    const bytes = frame('post', echo(5));
    for (let count = 1; count <= 4; count++) {
      write(bytes.slice(0, 10));
      await pause(80);
      write(bytes.slice(10));
      await messages(count);
    }
    expect(stansOf(await messages(4))).toEqual([5, 5, 5, 5]);
  });

  it('that says nothing for long is closed', async () => {
    const { closed } = await client(await serve({ idleTimeoutMs: 50 }));
    await closed;
    expect(refused()).toEqual([]);
  });

  it('that does not read its answers is not read either, and gets all of them later', async () => {
    let asked = 0;
    const host: Host = {
      async answer() {
        asked++;
        return new Uint8Array(60_000);
      },
    };
    const { socket, send, messages } = await client(await serve({ host }));
    socket.pause();
    // One request at a time, until the server leaves one unread.
    let sent = 0;
    for (let waitedMs = 0; waitedMs < 50 && sent < 2000; ) {
      if (asked === sent) {
        send(echo(1));
        sent++;
        waitedMs = 0;
      } else waitedMs++;
      await pause(asked === sent ? 0 : 1);
    }
    expect(sent).toBeLessThan(2000);
    expect(asked).toBe(sent - 1);
    socket.resume();
    expect(await messages(sent)).toHaveLength(sent);
    expect(asked).toBe(sent);
  });

  it('may have so many requests in flight; the next wait until answers are out', async () => {
    let asked = 0;
    const waiting: (() => void)[] = [];
    const host: Host = {
      answer: (_codec, bytes) => {
        asked++;
        return new Promise((resolve) => waiting.push(() => resolve(bytes)));
      },
    };
    const { send, messages } = await client(await serve({ host }));
    send(...Array.from({ length: IN_FLIGHT_PER_CONNECTION_MAX }, (_, index) => echo(index)));
    while (asked < IN_FLIGHT_PER_CONNECTION_MAX) await pause(1);
    send(echo(900), echo(901));
    await pause(30);
    expect(asked).toBe(IN_FLIGHT_PER_CONNECTION_MAX);
    for (const answer of waiting.splice(0)) answer();
    while (asked < IN_FLIGHT_PER_CONNECTION_MAX + 2) await pause(1);
    for (const answer of waiting.splice(0)) answer();
    expect(await messages(IN_FLIGHT_PER_CONNECTION_MAX + 2)).toHaveLength(IN_FLIGHT_PER_CONNECTION_MAX + 2);
  });
});

describe('trouble of our own', () => {
  it('closes the connection without an answer and is reported', async () => {
    const noSpace = new Error('no space left');
    const { send, closed, received } = await client(
      await serve({ host: { answer: () => Promise.reject(noSpace) } }),
    );
    send(echo(1));
    await closed;
    expect([received, troubles, refused()]).toEqual([[], [noSpace], []]);
  });

  it('is told apart from a peer’s', async () => {
    const detail = { code: 'bad-value', path: '4', offset: 3, expected: 'a', found: 'b' } as const;
    const { send, closed } = await client(
      await serve({ host: { answer: () => Promise.reject(new ProtocolError(detail)) } }),
    );
    send(echo(1));
    await closed;
    expect([troubles, refused()]).toEqual([[], [detail]]);
  });

  it('is a port that is taken', async () => {
    const { port } = await serve();
    const ports = { host: realHost(), emit, onTrouble: () => undefined };
    await expect(serveHost(ports, port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('is not a peer that hangs up in the middle', async () => {
    const server = await serve();
    const { socket, write } = await client(server);
    write(Buffer.concat([frame('post', sealed(BCD, paymentMessage(parts.purchase(1)))), fromHex('0050AA')]));
    socket.resetAndDestroy();
    const other = await client(server);
    other.send(echo(2));
    await other.messages(1);
    expect([troubles, refused()]).toEqual([[], []]);
  });
});

it('closes only when what is being answered has been: a payment ends before its files do', async () => {
  const server = await serve();
  const { send, closed } = await client(server);
  const request = parts.purchase(1);
  send(sealed(BCD, paymentMessage(request)));
  while (!parts.store.find(request.transactionId)) await pause(1);
  await server.close();
  await closed;
  expect(parts.store.find(request.transactionId)?.state).toBe('settled');
  await expect(connectClient(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
