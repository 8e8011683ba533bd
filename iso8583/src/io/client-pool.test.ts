import { afterEach, describe, expect, test } from 'vitest';
import { createClientPool, type PoolSettings } from './client-pool.ts';
import { serveHost } from './host-server.ts';
import type { PeerRequest } from './peer-request.ts';
import { answerTo, ask, Closers, codec, echo, outcome, waitUntil } from './testing/net-bench.ts';

const closers = new Closers();
afterEach(() => closers.closeAll());

/** A host that keeps its requests until they are let go, each noted with its connection. */
async function stageHost(isPatient = true) {
  const waiting: PeerRequest[] = [];
  const took: string[] = [];
  const server = closers.add(
    await serveHost(
      { codec },
      {
        onRequest(request, client) {
          const isSignOn = request.message.fields[70] === '001';
          took.push(isSignOn ? 'sign-on' : client.remote);
          if (isSignOn || !isPatient) request.answer(answerTo(request.message));
          else waiting.push(request);
        },
        onTrouble: (error) => {
          throw error;
        },
      },
    ),
  );
  const letGo = (): void => {
    for (const request of waiting.splice(0)) request.answer(answerTo(request.message));
  };
  return { server, took, waiting, letGo };
}

function stagePool(ports: readonly number[], settings: Partial<PoolSettings> = {}) {
  let stan = 900_000;
  return closers.add(
    createClientPool(
      {
        codec,
        hosts: ports.map((port) => ({ address: '127.0.0.1', port })),
        opening: ['sign-on'],
        reconnect: { minMs: 20, maxMs: 20 },
        random: () => 0.5,
        ...settings,
      },
      () => ({ compose: () => ({ message: echo(++stan, '001') }) }),
    ),
  );
}

const everyReady = (pool: ReturnType<typeof stagePool>): Promise<void> =>
  waitUntil('all connections', () => pool.connections.every(({ state }) => state === 'ready'));

describe('a pool', () => {
  test('signs on over each connection and takes them in turn', async () => {
    const { server, took } = await stageHost(false);
    const pool = stagePool([server.port], { connectionsPerHost: 3, choose: 'round-robin' });
    expect(await pool.open()).toEqual({ ok: true });
    await everyReady(pool);
    expect(took).toEqual(['sign-on', 'sign-on', 'sign-on']);
    for (let stan = 1; stan <= 6; stan++) await ask(pool, echo(stan));
    const order = took.slice(3);
    expect(new Set(order.slice(0, 3)).size).toBe(3);
    expect(order.slice(3)).toEqual(order.slice(0, 3));
  });

  test('takes the connection with the least in flight', async () => {
    const slow = await stageHost();
    const quick = await stageHost(false);
    const pool = stagePool([slow.server.port, quick.server.port]);
    await pool.open();
    await everyReady(pool);
    const held = ask(pool, echo(1));
    await waitUntil('the first', () => slow.waiting.length === 1);
    for (let stan = 2; stan <= 5; stan++) expect(outcome(await ask(pool, echo(stan)))).toMatch(/^00000/);
    expect([slow.took.length, quick.took.length]).toEqual([2, 5]);
    slow.letGo();
    expect(outcome(await held)).toBe('000001');
  });

  test('goes on with the others when one host is gone, and takes it back', async () => {
    const first = await stageHost(false);
    const second = await stageHost(false);
    const pool = stagePool([first.server.port, second.server.port], { choose: 'round-robin' });
    await pool.open();
    await everyReady(pool);
    const { port } = first.server;
    await first.server.close();
    await waitUntil('the loss', () => pool.connections[0]?.state === 'down');
    for (let stan = 1; stan <= 4; stan++) expect(outcome(await ask(pool, echo(stan)))).toMatch(/^00000/);
    const again = closers.add(
      await serveHost(
        { codec, port },
        {
          onRequest: (request) => request.answer(answerTo(request.message)),
          onTrouble: () => undefined,
        },
      ),
    );
    await everyReady(pool);
    expect(again.connections).toBe(1);
  });

  test('refuses by name when no connection takes a request', async () => {
    const { server, letGo, waiting } = await stageHost();
    const pool = stagePool([server.port], { connectionsPerHost: 2, inFlightMax: 1, queuedMax: 0 });
    expect(pool.accepts()).toBe('not-connected');
    await pool.open();
    await everyReady(pool);
    const asked = [1, 2].map((stan) => ask(pool, echo(stan)));
    expect(pool.accepts()).toBe('too-many-in-flight');
    expect(await ask(pool, echo(3))).toEqual({
      kind: 'not-sent',
      refusal: 'too-many-in-flight',
      why: 'none of 2 connections takes a request',
    });
    await waitUntil('both', () => waiting.length === 2);
    letGo();
    expect((await Promise.all(asked)).map(outcome)).toEqual(['000001', '000002']);
    await pool.finish();
    expect(pool.accepts()).toBe('not-connected');
  });

  test('that finds nobody says why', async () => {
    const { server } = await stageHost();
    await server.close();
    const pool = stagePool([server.port], { connectionsPerHost: 2 });
    expect(await pool.open()).toEqual({ ok: false, why: expect.stringContaining('ECONNREFUSED') });
  });
});
