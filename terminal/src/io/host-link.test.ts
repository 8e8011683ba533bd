import { compileDialect, dialects, frame, type Message } from '@kassa/iso8583';
import { fromHex } from '@kassa/primitives';
import { afterEach, describe, expect, test } from 'vitest';
import { createHostLink, type HostLink } from './host-link.ts';
import { answerTo, type FakeHost, SILENCE, startFakeHost } from './testing/fake-host.ts';
import { waitUntil } from './testing/wait-until.ts';

const codec = compileDialect(dialects.kassaBcd);
const REQUEST: Message = {
  mti: '0800',
  fields: { 7: '1123101530', 11: '000007', 41: '20000001', 70: '301' },
};
const BYTES = codec.encode(REQUEST);
const ANSWER = codec.encode(answerTo({ message: REQUEST }, { 39: '00' }));

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function stageLink(changes: { isGenuine?: boolean; port?: number } = {}) {
  const host = await startFakeHost();
  closers.push(() => host.close());
  const told: string[] = [];
  const link = createHostLink({
    address: '127.0.0.1',
    port: changes.port ?? host.port,
    connectTimeoutMs: 1000,
    codec,
    onConnected: () => void told.push('connected'),
    onDisconnected: (why) => void told.push(`disconnected: ${why}`),
    onSending: ({ mti }) => void told.push(`sending ${mti}`),
    onUnmatched: ({ mti }, _bytes, why) => void told.push(`unmatched ${mti}: ${why}`),
    isGenuine: () => changes.isGenuine ?? true,
  });
  closers.push(() => link.close());
  return { host, link, told };
}

/** Asks when connected, with the host doing this about it. */
async function ask(link: HostLink, timeoutMs = 5_000) {
  expect(await link.connect()).toEqual({ ok: true });
  return link.ask(REQUEST, BYTES, timeoutMs);
}

const onAnyConnection = (host: FakeHost, bytes: Uint8Array): void =>
  host.react('0800', (_request, line) => line.sendBytes(bytes));

describe('an answer', () => {
  test('comes back with its bytes', async () => {
    const { link, told } = await stageLink();
    const answer = await ask(link);
    expect(answer.kind === 'answered' && answer.message.fields).toEqual({
      7: '1123101530',
      11: '000007',
      39: '00',
      41: '20000001',
      70: '301',
    });
    expect(answer.kind === 'answered' && Buffer.compare(answer.bytes, ANSWER)).toBe(0);
    expect(told).toEqual(['connected', 'sending 0800']);
    expect(link.connected).toBe(true);
  });

  test('may come in any pieces', async () => {
    const { host, link } = await stageLink();
    const framed = frame('post', ANSWER);
    host.react('0800', (_request, line) => {
      line.sendBytes(framed.subarray(0, 1));
      setTimeout(() => line.sendBytes(framed.subarray(1, 9)), 5);
      setTimeout(() => line.sendBytes(framed.subarray(9)), 10);
    });
    expect(await ask(link)).toMatchObject({ kind: 'answered' });
  });

  test('that is not genuine is as good as none, and why is told', async () => {
    const { link, told } = await stageLink({ isGenuine: false });
    const answer = await ask(link, 60);
    expect(answer).toEqual({
      kind: 'no-answer',
      waitedMs: expect.any(Number),
      why: 'no answer within 0.06 s; one came that is not it: its MAC does not verify',
    });
    expect(told).toContain('unmatched 0810: its MAC does not verify');
  });

  test('that comes too late is told, and breaks nothing', async () => {
    const { host, link, told } = await stageLink();
    host.react('0800', (request, line) => {
      setTimeout(() => line.send(answerTo(request, { 39: '00' })), 60);
    });
    const answer = await ask(link, 30);
    expect(answer).toEqual({
      kind: 'no-answer',
      waitedMs: expect.any(Number),
      why: 'no answer within 0.03 s',
    });
    expect(answer.kind === 'no-answer' && answer.waitedMs).toBeGreaterThanOrEqual(20);
    await waitUntil('the late answer', () => told.length === 3);
    expect(told.at(-1)).toBe('unmatched 0810: no request is waiting: it came too late, or twice');
    expect(link.connected).toBe(true);
  });

  test('of another request leaves this one waiting for its own', async () => {
    const { host, link, told } = await stageLink();
    host.react('0800', (request, line) => {
      line.send({
        ...answerTo(request, { 39: '00' }),
        mti: '0810',
        fields: { 11: '000099', 41: '20000001', 39: '00' },
      });
      line.send(answerTo(request, { 39: '00' }));
    });
    expect(await ask(link)).toMatchObject({ kind: 'answered' });
    expect(told).toContain('unmatched 0810: no request matches: STAN 000099 instead of 000007');
  });
});

describe('without an answer', () => {
  const cases: readonly (readonly [string, (host: FakeHost) => void, string | RegExp])[] = [
    [
      'the host hangs up',
      (host) => host.react('0800', (_request, line) => line.end()),
      'the host closed the connection',
    ],
    [
      'the host vanishes',
      (host) => host.react('0800', (_request, line) => line.reset()),
      /^(read ECONNRESET|the host closed the connection)$/,
    ],
    [
      'half a frame comes, then the end',
      (host) =>
        host.react('0800', (_request, line) => {
          line.sendBytes(frame('post', ANSWER).subarray(0, 20));
          line.end();
        }),
      'the host closed the connection in the middle of a message',
    ],
    [
      'a frame longer than any message begins',
      (host) => onAnyConnection(host, fromHex('FFFF00')),
      'the host sent bytes that are not a message: too-large at frame (offset 0): expected at most 4096 bytes, found 65535 bytes',
    ],
    [
      'an empty frame comes',
      (host) => onAnyConnection(host, fromHex('0000')),
      /^the host sent bytes that are not a message: bad-length at frame/,
    ],
    [
      'a frame of garbage comes',
      (host) => onAnyConnection(host, frame('post', fromHex('FFFFFFFFFFFFFFFFFFFFFFFF'))),
      /^the host sent bytes that are not a message: bad-mti at 0 \(offset 0\)/,
    ],
  ];

  test.each(cases)('because %s', async (_name, prepare, why) => {
    const { host, link, told } = await stageLink();
    prepare(host);
    const answer = await ask(link);
    const expected = typeof why === 'string' ? why : expect.stringMatching(why);
    expect(answer).toEqual({ kind: 'no-answer', waitedMs: expect.any(Number), why: expected });
    // Not after a time limit: the end of the connection is the end of the waiting.
    expect(answer.kind === 'no-answer' && answer.waitedMs).toBeLessThan(4_000);
    expect(link.connected).toBe(false);
    expect(told.at(-1)).toEqual(
      typeof why === 'string' ? `disconnected: ${why}` : expect.stringMatching(/^disconnected: /),
    );
    expect(told.filter((line) => line.startsWith('disconnected'))).toHaveLength(1);
  });

  test('because garbage follows the answer of another: the first is taken, then the line is dropped', async () => {
    const { host, link, told } = await stageLink();
    const both = Buffer.concat([frame('post', ANSWER), fromHex('FFFF00')]);
    onAnyConnection(host, both);
    expect(await ask(link)).toMatchObject({ kind: 'answered' });
    expect(link.connected).toBe(false);
    expect(told.at(-1)).toMatch(/^disconnected: the host sent bytes that are not a message: too-large/);
  });
});

describe('without a connection nothing goes out', () => {
  test('because nobody listens', async () => {
    const host = await startFakeHost();
    await host.close();
    const { link, told } = await stageLink({ port: host.port });
    expect(await link.connect()).toEqual({ ok: false, why: `connect ECONNREFUSED 127.0.0.1:${host.port}` });
    expect(await link.ask(REQUEST, BYTES, 1000)).toEqual({
      kind: 'unreachable',
      why: 'the connection was lost before sending',
    });
    expect(told).toEqual([]);
  });

  test('because it was lost in between', async () => {
    const { host, link } = await stageLink();
    await link.connect();
    for (const line of await waitUntil('a line', () => host.lines().length > 0 && host.lines())) line.reset();
    await waitUntil('the loss', () => !link.connected);
    expect(await link.ask(REQUEST, BYTES, 1000)).toMatchObject({ kind: 'unreachable' });
    expect(host.received).toEqual([]);
  });
});

describe('the connection', () => {
  test('is made once for all who ask at the same time, and again after it was lost', async () => {
    const { host, link } = await stageLink();
    expect(await Promise.all([link.connect(), link.connect()])).toEqual([{ ok: true }, { ok: true }]);
    await waitUntil('the connection', () => host.connections === 1);
    link.disconnect('echo test: no answer');
    expect(link.connected).toBe(false);
    expect(await link.connect()).toEqual({ ok: true });
    await waitUntil('a second connection', () => host.connections === 2);
  });

  test('hung up by this side: who waits gets no answer, and the reason is its own', async () => {
    const { host, link, told } = await stageLink();
    host.react('0800', SILENCE);
    const asked = ask(link);
    await host.got('0800');
    link.close();
    expect(await asked).toMatchObject({ kind: 'no-answer', why: 'the terminal is switched off' });
    expect(told.at(-1)).toBe('disconnected: the terminal is switched off');
    expect(await link.connect()).toEqual({ ok: false, why: 'the terminal is switched off' });
  });

  test('closed while it comes up is not left behind', async () => {
    const { host, link, told } = await stageLink();
    const connecting = link.connect();
    link.close();
    expect(await connecting).toEqual({ ok: false, why: 'the terminal is switched off' });
    await waitUntil('no line', () => host.lines().length === 0);
    expect(told).toEqual([]);
  });
});
