import { connect, type Socket } from 'node:net';
import { ProtocolError } from '@kassa/primitives';
import { afterEach, describe, expect, test } from 'vitest';
import { createDeframer } from '../framing/deframer.ts';
import { FRAMING_KINDS, type Framing, frame } from '../framing/framing.ts';
import { type ClientSettings, createClientConnection } from './client-connection.ts';
import { type HostServerHooks, type HostServerSettings, serveHost } from './host-server.ts';
import type { PeerRequest } from './peer-request.ts';
import { answerTo, ask, Closers, codec, echo, outcome, stanOf, waitUntil } from './testing/net-bench.ts';

const closers = new Closers();
afterEach(() => closers.closeAll());

const confirm = (request: PeerRequest): void => request.answer(answerTo(request.message));

async function serve(settings: Partial<HostServerSettings> = {}, hooks: Partial<HostServerHooks> = {}) {
  const all: HostServerHooks = {
    onRequest: confirm,
    onTrouble: (error) => {
      throw error;
    },
    ...hooks,
  };
  return closers.add(await serveHost({ codec, ...settings }, all));
}

async function client(port: number, settings: Partial<ClientSettings> = {}) {
  const made = closers.add(createClientConnection({ address: '127.0.0.1', port, codec, ...settings }));
  expect(await made.open()).toEqual({ ok: true });
  return made;
}

/** A plain socket, for what a client of this library would not do. */
async function rawSocket(
  port: number,
): Promise<{ socket: Socket; received: () => Buffer; closed: Promise<void> }> {
  const socket = connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve));
  closers.add({ close: () => socket.destroy() });
  return { socket, received: () => Buffer.concat(chunks), closed };
}

const FRAMINGS: readonly Framing[] = [
  ...FRAMING_KINDS,
  { kind: 'nac', tpdu: '6000010002' },
  { kind: 'ncc', tpdu: '6000010002' },
  { kind: 'vap', header: '16010200000000000000000000000000000000000000' },
];

test.each(FRAMINGS.map((framing) => [JSON.stringify(framing), framing] as const))(
  'client and server meet over %s',
  async (_name, framing) => {
    const { port } = await serve({ framing });
    const made = await client(port, { framing });
    const ends = await Promise.all([1, 2, 3].map((stan) => ask(made, echo(stan))));
    expect(ends.map(outcome)).toEqual([1, 2, 3].map(stanOf));
  },
);

test('the answer to a frame with a TPDU has its addresses swapped', async () => {
  const { port } = await serve({ framing: { kind: 'nac', tpdu: '6000000000' } });
  const { socket, received } = await rawSocket(port);
  socket.write(frame({ kind: 'nac', tpdu: '6000011234' }, codec.encode(echo(1))));
  await waitUntil('the answer', () => received().length > 0);
  expect(received().subarray(2, 7).toString('hex')).toBe('6012340001');
});

test('many requests in one piece are answered in one piece', async () => {
  const { port } = await serve({ answeringMax: 500 });
  const { socket, received } = await rawSocket(port);
  const sizes: number[] = [];
  socket.on('data', (chunk) => sizes.push(chunk.length));
  const stans = Array.from({ length: 200 }, (_, index) => index + 1);
  socket.write(Buffer.concat(stans.map((stan) => frame('post', codec.encode(echo(stan))))));
  const expected = 200 * (codec.encode(answerTo(echo(1))).length + 2);
  await waitUntil('the answers', () => received().length === expected);
  const answers = createDeframer('post', { maxBytes: 4096 }).push(received());
  expect(answers.map((bytes) => Number(codec.decode(bytes).fields[11]))).toEqual(stans);
  expect(sizes.length).toBeLessThanOrEqual(2);
});

describe('a request', () => {
  test('may be answered later and in any order', async () => {
    const waiting: PeerRequest[] = [];
    const { port } = await serve({}, { onRequest: (request) => void waiting.push(request) });
    const made = await client(port);
    const asked = Promise.all([1, 2, 3, 4].map((stan) => ask(made, echo(stan))));
    await waitUntil('the requests', () => waiting.length === 4);
    for (const index of [2, 0, 3, 1]) confirm(waiting[index]!);
    expect((await asked).map(outcome)).toEqual([1, 2, 3, 4].map(stanOf));
  });

  test('beyond those being answered is not read until one has been', async () => {
    const waiting: PeerRequest[] = [];
    const { port } = await serve({ answeringMax: 2 }, { onRequest: (request) => void waiting.push(request) });
    const made = await client(port);
    const asked = Promise.all([1, 2, 3, 4, 5].map((stan) => ask(made, echo(stan))));
    await waitUntil('two of them', () => waiting.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(waiting).toHaveLength(2);
    for (let next = 0; next < 5; next++) {
      await waitUntil('the next', () => waiting.length > next);
      expect(waiting.length - next).toBeLessThanOrEqual(2);
      confirm(waiting[next]!);
    }
    expect((await asked).map(outcome)).toEqual([1, 2, 3, 4, 5].map(stanOf));
  });

  test('that came before gets the same answer, and is handled once', async () => {
    let handled = 0;
    const onRequest = (request: PeerRequest): void => {
      handled++;
      request.answer(answerTo(request.message, { 38: `${handled}`.padStart(6, '0') }));
    };
    const { port } = await serve({ repeats: {} }, { onRequest });
    const made = await client(port);
    const codes: unknown[] = [];
    for (const stan of [1, 1, 2]) {
      const end = await ask(made, echo(stan));
      codes.push(end.kind === 'answered' && end.message.fields[38]);
    }
    expect(codes).toEqual(['000001', '000001', '000002']);
    expect(handled).toBe(2);
  });

  test('of the host goes to the client', async () => {
    let asked: Promise<string> | undefined;
    const { port } = await serve(
      {},
      {
        onConnected: (peer) => {
          asked = ask(peer, echo(77)).then(outcome);
        },
      },
    );
    const made = closers.add(
      createClientConnection({ address: '127.0.0.1', port, codec }, { onRequest: confirm }),
    );
    await made.open();
    expect(await asked).toBe('000077');
  });

  test('is ended once, and its answer must be one', async () => {
    const thrown: unknown[] = [];
    const onRequest = (request: PeerRequest): void => {
      try {
        request.answer({ mti: '0810', fields: { 39: 'longer' } });
      } catch (error) {
        thrown.push(error);
      }
      confirm(request);
      try {
        request.ignore();
      } catch (error) {
        thrown.push(error);
      }
    };
    const { port } = await serve({}, { onRequest });
    const made = await client(port);
    expect(outcome(await ask(made, echo(1)))).toBe('000001');
    expect(thrown.map((error) => (error as Error).message)).toEqual([
      expect.stringMatching(/^bad-length at 39/),
      'a request of the peer is ended once',
    ]);
  });

  test('may stay without an answer', async () => {
    const { port } = await serve({}, { onRequest: (request) => request.ignore() });
    const made = await client(port);
    expect(outcome(await ask(made, echo(1), 30))).toBe('no-answer: no answer within 0.03 s');
  });
});

describe('a client is hung up on', () => {
  const ends = (): { whys: string[]; hooks: Partial<HostServerHooks> } => {
    const whys: string[] = [];
    return { whys, hooks: { onDisconnected: (_client, why) => void whys.push(why) } };
  };

  test.each([
    ['garbage', Buffer.from('0004DEADBEEF', 'hex'), 'bad-mti'],
    ['a frame too long', Buffer.from('FFFF', 'hex'), 'too-large'],
  ])('for %s', async (_name, bytes, code) => {
    const { whys, hooks } = ends();
    const { port } = await serve({ frameBytesMax: 4096 }, hooks);
    const { socket, closed } = await rawSocket(port);
    socket.write(bytes);
    await closed;
    expect(whys).toEqual([expect.stringContaining(`the client sent bytes that are not a message: ${code}`)]);
  });

  test('for a frame that does not end, and for silence', async () => {
    const { whys, hooks } = ends();
    const dripping = await serve({ frameTimeoutMs: 40 }, hooks);
    const slow = await rawSocket(dripping.port);
    slow.socket.write(Buffer.of(0));
    await slow.closed;
    const idle = await serve({ idleTimeoutMs: 40 }, hooks);
    await (await rawSocket(idle.port)).closed;
    expect(whys).toEqual([
      'the client did not finish a message within 0.04 s',
      'nothing was said for 0.04 s',
    ]);
  });

  test('for being refused, with the reason', async () => {
    const { whys, hooks } = ends();
    const error = new ProtocolError({ code: 'bad-value', path: '70', offset: 0, expected: 'a', found: 'b' });
    const { port } = await serve({}, { ...hooks, onRequest: (request) => request.refuse(error) });
    const made = await client(port);
    expect(outcome(await ask(made, echo(1)))).toBe('no-answer: the host closed the connection');
    expect(whys).toEqual([`the client sent bytes that are not a message: ${error.message}`]);
  });

  test('for being one too many', async () => {
    const refused: string[] = [];
    const { port } = await serve({ connectionsMax: 1 }, { onRefused: (why) => void refused.push(why) });
    const first = await client(port);
    await (await rawSocket(port)).closed;
    expect(refused).toEqual(['1 connections are open, the most there may be']);
    expect(outcome(await ask(first, echo(1)))).toBe('000001');
  });
});

describe('closing', () => {
  test('waits for what is being answered, and takes nothing new', async () => {
    const waiting: PeerRequest[] = [];
    const server = await serve({}, { onRequest: (request) => void waiting.push(request) });
    const made = await client(server.port);
    const asked = ask(made, echo(1));
    await waitUntil('the request', () => waiting.length === 1);
    let isClosed = false;
    const closing = server.close().then(() => {
      isClosed = true;
    });
    const late = ask(made, echo(2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isClosed).toBe(false);
    confirm(waiting[0]!);
    expect(outcome(await asked)).toBe('000001');
    await closing;
    expect(outcome(await late)).toBe('no-answer: the host closed the connection');
    expect(waiting).toHaveLength(1);
  });

  test('hangs up on who is not answered in time', async () => {
    const waiting: PeerRequest[] = [];
    const server = await serve(
      { closeTimeoutMs: 30 },
      { onRequest: (request) => void waiting.push(request) },
    );
    const made = await client(server.port);
    const asked = ask(made, echo(1));
    await waitUntil('the request', () => waiting.length === 1);
    const closing = server.close();
    expect(outcome(await asked)).toBe('no-answer: the host closed the connection');
    waiting[0]?.ignore();
    await closing;
  });
});

test('the dialect may be chosen by the first message', async () => {
  const { port } = await serve({ codec: () => codec, framing: 'post' });
  const made = await client(port);
  expect(outcome(await ask(made, echo(5)))).toBe('000005');
});

test('a client that does not read its answers is not read either, and gets all of them later', async () => {
  let handled = 0;
  const onRequest = (request: PeerRequest): void => {
    handled++;
    request.answer(answerTo(request.message, { 48: 'A'.repeat(999) }));
  };
  const { port } = await serve({}, { onRequest });
  const { socket, received } = await rawSocket(port);
  socket.pause();
  const bytes = frame('post', codec.encode(echo(1)));
  const batch = Buffer.concat(Array.from({ length: 1000 }, () => bytes));
  let sent = 0;
  for (let last = -1; sent < 200_000 && handled !== last; ) {
    last = handled;
    socket.write(batch);
    sent += 1000;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(handled).toBeLessThan(sent);
  const size = codec.encode(answerTo(echo(1), { 48: 'A'.repeat(999) })).length + 2;
  socket.resume();
  await waitUntil('all answers', () => received().length === sent * size);
  expect(handled).toBe(sent);
});
