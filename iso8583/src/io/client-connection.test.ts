import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Purpose, RequestEnd } from '../session/session-types.ts';
import { type ClientHooks, type ClientSettings, createClientConnection } from './client-connection.ts';
import { type ClientOfHost, type HostServerSettings, serveHost } from './host-server.ts';
import type { PeerRequest } from './peer-request.ts';
import { answerTo, ask, Closers, codec, echo, outcome, waitUntil } from './testing/net-bench.ts';

const closers = new Closers();
afterEach(() => closers.closeAll());

const CODES: Readonly<Record<Purpose, string>> = {
  'sign-on': '001',
  'sign-off': '002',
  'key-exchange': '101',
  echo: '301',
};
const CODE_OF_PAYMENT = '270';

/** A host that notes what it is asked, by DE 70, and answers unless told otherwise. */
async function stageHost(settings: Partial<HostServerSettings> = {}) {
  const asked: string[] = [];
  const clients: ClientOfHost[] = [];
  const reactions = new Map<string, (request: PeerRequest) => void>();
  const server = closers.add(
    await serveHost(
      { codec, ...settings },
      {
        onRequest(request) {
          const code = request.message.fields[70] ?? '';
          asked.push(code);
          const react = reactions.get(code) ?? ((peer: PeerRequest) => peer.answer(answerTo(peer.message)));
          react(request);
        },
        onConnected: (client) => void clients.push(client),
        onTrouble: (error) => {
          throw error;
        },
      },
    ),
  );
  return { server, asked, clients, reactions };
}

function stageClient(port: number, settings: Partial<ClientSettings> = {}, hooks: ClientHooks = {}) {
  const told: string[] = [];
  let stan = 900_000;
  const client = closers.add(
    createClientConnection(
      { address: '127.0.0.1', port, codec, opening: ['sign-on'], ...settings },
      {
        compose: (purpose) => ({ message: echo(++stan, CODES[purpose]) }),
        onConnected: () => void told.push('connected'),
        onDisconnected: (why) => void told.push(`disconnected: ${why}`),
        onNotOpened: (why) => void told.push(`not opened: ${why}`),
        onManaged: (purpose, _end, refusal) => void told.push(`${purpose}: ${refusal ?? 'done'}`),
        onUnmatched: (_message, _bytes, why) => void told.push(`unmatched: ${why}`),
        ...hooks,
      },
    ),
  );
  const pay = (number: number, timeoutMs?: number): Promise<RequestEnd> =>
    ask(client, echo(number, CODE_OF_PAYMENT), timeoutMs);
  return { client, told, pay };
}

/** Pauses without chance, short enough for a test. */
const RECONNECT = { reconnect: { minMs: 20, maxMs: 20, jitter: 0 }, random: () => 0 } as const;

describe('the opening', () => {
  test('signs on, then exchanges keys, then sends what waited', async () => {
    const { server, asked } = await stageHost();
    const { client, told, pay } = stageClient(server.port, { opening: ['sign-on', 'key-exchange'] });
    const opening = client.open();
    await waitUntil('the connection', () => client.state !== 'down');
    const paid = pay(1);
    expect(await opening).toEqual({ ok: true });
    expect(outcome(await paid)).toBe('000001');
    expect(asked).toEqual(['001', '101', CODE_OF_PAYMENT]);
    expect(told).toEqual(['connected', 'sign-on: done', 'key-exchange: done']);
  });

  test('is made once for all who ask at the same time', async () => {
    const { server, asked } = await stageHost();
    const { client } = stageClient(server.port);
    await Promise.all([client.open(), client.open()]);
    expect(await client.open()).toEqual({ ok: true });
    expect(asked).toEqual(['001']);
  });

  test('that the host refuses may be tried again on the same connection', async () => {
    const { server, asked, reactions } = await stageHost();
    const { client, told, pay } = stageClient(server.port);
    reactions.set('001', (request) => request.answer(answerTo(request.message, { 39: '58' })));
    expect(await client.open()).toEqual({ ok: false, why: 'the host refused the sign-on with 58' });
    expect(outcome(await pay(1))).toBe('not-sent: the session is not signed on');
    reactions.delete('001');
    expect(await client.open()).toEqual({ ok: true });
    expect([asked.length, server.connections]).toEqual([2, 1]);
    expect(told.filter((line) => line === 'connected')).toHaveLength(1);
  });

  test('for which no message can be made says so to who waits', async () => {
    const { server } = await stageHost();
    const trouble = new Error('the disk is full');
    const { client, told } = stageClient(server.port, {}, { compose: () => Promise.reject(trouble) });
    await expect(client.open()).rejects.toBe(trouble);
    expect(told).toEqual(['connected', 'sign-on: sign-on: the disk is full']);
  });

  test('ends where nobody listens, and where nothing comes in time', async () => {
    const gone = await stageHost();
    await gone.server.close();
    const { client, pay } = stageClient(gone.server.port);
    expect(await client.open()).toEqual({
      ok: false,
      why: `connect ECONNREFUSED 127.0.0.1:${gone.server.port}`,
    });
    expect(outcome(await pay(1))).toBe('not-sent: there is no connection');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.add(silent);
    const bound = silent.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const tls = stageClient(port, { tls: {}, connectTimeoutMs: 30 });
    expect(await tls.client.open()).toEqual({ ok: false, why: 'no connection within 0.03 s' });
  });

  test('closed meanwhile, it ends with that', async () => {
    const { server, reactions } = await stageHost();
    reactions.set('001', (request) => request.ignore());
    const { client, told } = stageClient(server.port);
    const opening = client.open();
    await waitUntil('the sign-on', () => client.state === 'signing-on');
    client.close('switched off');
    expect(await opening).toEqual({ ok: false, why: 'sign-on: switched off' });
    expect(await client.open()).toEqual({ ok: false, why: 'switched off' });
    expect(told.at(-1)).toBe('disconnected: switched off');
    const early = stageClient(server.port);
    const dialling = early.client.open();
    early.client.close('switched off');
    expect(await dialling).toEqual({ ok: false, why: 'switched off' });
    expect(early.told).toEqual([]);
  });
});

describe('a lost connection', () => {
  test('ends what was asked, and comes back by itself', async () => {
    const { server, asked, clients, reactions } = await stageHost();
    const { client, told, pay } = stageClient(server.port, RECONNECT);
    await client.open();
    reactions.set(CODE_OF_PAYMENT, (request) => request.ignore());
    const paid = pay(1);
    await waitUntil('the payment', () => asked.includes(CODE_OF_PAYMENT));
    clients[0]?.disconnect('bye');
    expect(outcome(await paid)).toBe('no-answer: the host closed the connection');
    await waitUntil('the second sign-on', () => client.state === 'ready');
    expect(asked).toEqual(['001', CODE_OF_PAYMENT, '001']);
    expect(told.slice(1, 4)).toEqual([
      'sign-on: done',
      'disconnected: the host closed the connection',
      'connected',
    ]);
  });

  test('is tried again with growing pauses until someone listens', async () => {
    const first = await stageHost();
    await first.server.close();
    const { client, told } = stageClient(first.server.port, {
      reconnect: { minMs: 10, maxMs: 40, factor: 2, jitter: 0 },
      random: () => 0,
    });
    const startedMs = performance.now();
    await client.open();
    await waitUntil('four attempts', () => told.length === 4);
    // After 10, 20 and 40 ms; timers may be a millisecond early each.
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(67);
    await stageHost({ port: first.server.port });
    await waitUntil('the session', () => client.state === 'ready');
  });

  test('whose sign-on is refused is hung up on and left alone for a while', async () => {
    const { server, asked, reactions } = await stageHost();
    reactions.set('001', (request) => request.answer(answerTo(request.message, { 39: '91' })));
    const { client, told } = stageClient(server.port, RECONNECT);
    expect(await client.open()).toMatchObject({ ok: false });
    await waitUntil('the second attempt', () => asked.length === 2);
    expect(told.slice(0, 5)).toEqual([
      'connected',
      'sign-on: the host refused the sign-on with 91',
      'not opened: the host refused the sign-on with 91',
      'disconnected: the host refused the sign-on with 91',
      'connected',
    ]);
    reactions.delete('001');
    await waitUntil('the session', () => client.state === 'ready');
  });

  test('needs a source of randomness to come back', () => {
    expect(() => stageClient(1, { reconnect: {} })).toThrow('reconnect needs a source of randomness');
  });
});

describe('a session', () => {
  test('tests a silent line, and drops one that does not answer', async () => {
    const { server, asked, reactions } = await stageHost();
    const { client, told } = stageClient(server.port, { echoIntervalMs: 20, responseTimeoutMs: 60 });
    await client.open();
    await waitUntil('two echo tests', () => asked.filter((code) => code === '301').length === 2);
    reactions.set('301', (request) => request.ignore());
    await waitUntil('the drop', () => client.state === 'down');
    expect(told.at(-1)).toBe('disconnected: echo test: no answer within 0.06 s');
  });

  test('tells late answers from wrong ones', async () => {
    const { server, reactions } = await stageHost();
    const { client, told, pay } = stageClient(server.port);
    await client.open();
    const late: PeerRequest[] = [];
    reactions.set(CODE_OF_PAYMENT, (request) => void late.push(request));
    expect(outcome(await pay(7, 30))).toBe('no-answer: no answer within 0.03 s');
    const waiting = pay(8, 1000);
    await waitUntil('both', () => late.length === 2);
    late[0]?.answer(answerTo(late[0].message));
    late[1]?.answer(answerTo(late[1].message, { 11: '000009' }));
    await waitUntil('both answers', () => told.length === 4);
    expect(told.slice(2)).toEqual([
      expect.stringMatching(/^unmatched: late by [\d.]+ s: its request was given up after [\d.]+ s$/),
      'unmatched: no request matches: STAN 000009 instead of 000008',
    ]);
    client.disconnect('enough');
    expect(outcome(await waiting)).toBe('no-answer: enough');
  });

  test('agrees new keys while payments wait', async () => {
    const { server, asked } = await stageHost();
    const { client, pay } = stageClient(server.port);
    await client.open();
    client.exchangeKeys();
    expect(outcome(await pay(1))).toBe('000001');
    expect(asked).toEqual(['001', '101', CODE_OF_PAYMENT]);
  });

  test('finishes what is in flight, signs off and closes', async () => {
    const { server, asked, reactions } = await stageHost();
    const { client, told, pay } = stageClient(server.port, { signsOff: true, ...RECONNECT });
    await client.open();
    reactions.set(CODE_OF_PAYMENT, (request) => {
      setTimeout(() => request.answer(answerTo(request.message)), 20);
    });
    const paid = pay(1);
    const finished = client.finish();
    expect(outcome(await pay(2))).toBe('not-sent: the connection is closed');
    await finished;
    expect(outcome(await paid)).toBe('000001');
    expect(asked).toEqual(['001', CODE_OF_PAYMENT, '002']);
    expect(told.at(-1)).toBe('disconnected: the connection is closed');
    expect(await client.open()).toEqual({ ok: false, why: 'the connection is closed' });
  });

  test('refuses what it cannot send before it promises anything', async () => {
    const { server } = await stageHost();
    const { client } = stageClient(server.port, { framing: 'ascii' });
    expect(() => client.ask({ mti: '0800', fields: { 11: '1' } }, () => undefined)).toThrow(
      'bad-length at 11',
    );
    expect(client.inFlight).toBe(0);
  });
});

test('with many requests at one time each gets its own answer, in one write for all of a turn', async () => {
  const { server } = await stageHost({ answeringMax: 1000 });
  const { client, pay } = stageClient(server.port, { inFlightMax: 100, queuedMax: 1000 });
  await client.open();
  const stans = Array.from({ length: 600 }, (_, index) => index + 1);
  const ends = await Promise.all(stans.map((stan) => pay(stan)));
  expect(ends.map((end) => Number(outcome(end)))).toEqual(stans);
});
