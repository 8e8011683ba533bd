import { retailMac } from '@kassa/emv';
import { compileDialect, dialects, encodeWithMac, frame, type Message } from '@kassa/iso8583';
import type { Step } from '@kassa/primitives';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { reversalMessage } from '../messages.ts';
import { SAMPLE_PAYMENT } from '../testing/device-samples.ts';
import { traceNumbers } from '../trace-numbers.ts';
import { createHostSession, type HostSession } from './host-session.ts';
import { openTerminalStore, type TerminalStore } from './terminal-store.ts';
import { answerTo, CONFIRM, type FakeHost, reply, SILENCE, startFakeHost } from './testing/fake-host.ts';
import { MAC_KEY, OTHER_MAC_KEY } from './testing/sample-keys.ts';
import { sampleSecurity } from './testing/sample-security.ts';
import { FAST, IDENTITY, IMPATIENT, NOW_MS } from './testing/test-terminal.ts';
import { waitUntil } from './testing/wait-until.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Changes {
  readonly dialect?: 'kassa-bcd' | 'kassa-ascii';
  readonly responseTimeoutMs?: number;
  readonly echoIntervalMs?: number;
  readonly port?: number;
  readonly store?: Partial<TerminalStore>;
}

async function stageSession(changes: Changes = {}) {
  const host = await startFakeHost(changes.dialect);
  closers.push(() => host.close());
  const events: Step[] = [];
  const troubles: unknown[] = [];
  const store = openTerminalStore(':memory:');
  closers.push(() => store.close());
  const session = createHostSession({
    identity: IDENTITY,
    address: '127.0.0.1',
    port: changes.port ?? host.port,
    codec: compileDialect(changes.dialect === 'kassa-ascii' ? dialects.kassaAscii : dialects.kassaBcd),
    security: sampleSecurity(),
    timing: {
      connectTimeoutMs: 1000,
      responseTimeoutMs: changes.responseTimeoutMs ?? FAST.responseTimeoutMs,
      echoIntervalMs: changes.echoIntervalMs ?? 60_000,
    },
    store: { ...store, ...changes.store },
    clock: () => NOW_MS,
    emit: (step) => void events.push(step),
    onTrouble: (error) => void troubles.push(error),
  });
  closers.push(() => session.close());
  return { host, session, events, troubles, types: () => events.map(({ type }) => type) };
}

/** A financial message without a card: a reversal. */
const reversal = (stan: string): Message =>
  reversalMessage(
    IDENTITY,
    traceNumbers(stan, NOW_MS),
    { amount: SAMPLE_PAYMENT.amount, numbers: traceNumbers('000800', NOW_MS) },
    false,
  );
const REVERSAL = reversal('000900');
const ask = (session: HostSession, message = REVERSAL) => session.ask(session.seal(message));
const mtis = (host: FakeHost): string[] => host.received.map(({ message }) => message.mti);

describe.each(['kassa-bcd', 'kassa-ascii'] as const)('over %s', (dialect) => {
  test('signs on first, then sends with a MAC', async () => {
    const { host, session, types, events } = await stageSession({ dialect });
    expect(session.online).toBe(false);
    expect(await ask(session)).toMatchObject({ kind: 'answered', message: { mti: '0410' } });
    expect(session.online).toBe(true);
    expect(host.received.map(({ message, mac }) => [message.mti, message.fields[70], mac])).toEqual([
      ['0800', '001', 'none'],
      ['0400', undefined, 'right'],
    ]);
    expect(types()).toEqual([
      'terminal.host-connected',
      'terminal.message-sent',
      'terminal.message-received',
      'terminal.signed-on',
      'terminal.message-sent',
      'terminal.message-received',
    ]);
    expect(events[3]?.data).toEqual({ responseCode: '00' });
    expect(events[4]).toMatchObject({
      terminalId: '20000001',
      transactionId: `20000001-${REVERSAL.fields[37]}`,
      data: { mti: '0400', dialect },
    });
    expect(events[1]?.transactionId).toBeNull();
  });
});

test('signs on once for all who ask at the same time', async () => {
  const { host, session } = await stageSession();
  await Promise.all([session.open(), session.open(), ask(session)]);
  await session.open();
  expect(mtis(host)).toEqual(['0800', '0400']);
});

test('signs on again on every new connection, before anything financial', async () => {
  const { host, session } = await stageSession();
  await ask(session);
  for (const line of host.lines()) line.end();
  await waitUntil('the loss', () => !session.online);
  let signOn: (() => void) | undefined;
  host.react('0800', (request, line) => {
    signOn = () => CONFIRM(request, line);
  });
  const first = ask(session);
  await host.got('0800', 2);
  // Connected and not yet signed on: a second question must not slip past.
  expect(session.online).toBe(false);
  const second = ask(session, reversal('000901'));
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(mtis(host)).toEqual(['0800', '0400', '0800']);
  signOn?.();
  expect(await first).toMatchObject({ kind: 'answered' });
  expect(await second).toMatchObject({ kind: 'answered' });
  expect(host.received.map(({ message, connection }) => `${connection} ${message.mti}`)).toEqual([
    '1 0800',
    '1 0400',
    '2 0800',
    '2 0400',
    '2 0400',
  ]);
});

describe('nothing financial goes out', () => {
  test('when the host refuses the sign-on; the next question tries again', async () => {
    const { host, session } = await stageSession();
    host.react('0800', reply({ 39: '58' }));
    const refused = { kind: 'unreachable', why: 'the host refused the sign-on with 58' };
    expect(await ask(session)).toEqual(refused);
    expect(session.online).toBe(false);
    expect(await session.open()).toEqual({ ok: false, why: 'the host refused the sign-on with 58' });
    host.react('0800', CONFIRM);
    expect(await ask(session)).toMatchObject({ kind: 'answered' });
    expect(mtis(host)).toEqual(['0800', '0800', '0800', '0400']);
    expect(host.connections).toBe(1);
  });

  test('when the sign-on is not answered', async () => {
    const { host, session } = await stageSession(IMPATIENT);
    host.react('0800', SILENCE);
    expect(await ask(session)).toEqual({
      kind: 'unreachable',
      why: 'sign-on: no answer within 0.15 s',
    });
    expect(mtis(host)).toEqual(['0800']);
  });

  test('when the connection is lost with the answer of the sign-on', async () => {
    const { host, session } = await stageSession();
    host.react('0800', (request, line) => {
      const answer = compileDialect(dialects.kassaBcd).encode(answerTo(request, { 39: '00' }));
      line.sendBytes(Buffer.concat([frame('post', answer), Buffer.from('FFFF00', 'hex')]));
    });
    expect(await ask(session)).toEqual({
      kind: 'unreachable',
      why: 'the connection was lost after the sign-on',
    });
    expect(session.online).toBe(false);
    expect(mtis(host)).toEqual(['0800']);
  });

  test('when nobody listens', async () => {
    const gone = await startFakeHost();
    await gone.close();
    const { session, types } = await stageSession({ port: gone.port });
    expect(await ask(session)).toEqual({
      kind: 'unreachable',
      why: `connect ECONNREFUSED 127.0.0.1:${gone.port}`,
    });
    expect(types()).toEqual([]);
  });
});

describe('an answer is taken only with the right MAC', () => {
  const answers: readonly (readonly [string, (host: FakeHost) => void])[] = [
    [
      'a MAC under another key',
      (host) =>
        host.react('0400', (request, line) => line.send(answerTo(request, { 39: '00' }), OTHER_MAC_KEY)),
    ],
    [
      'no MAC',
      (host) =>
        host.react('0400', (request, line) => {
          const answer = compileDialect(dialects.kassaBcd).encode(answerTo(request, { 39: '00' }));
          line.sendBytes(frame('post', answer));
        }),
    ],
    [
      'a right MAC over other content',
      (host) =>
        host.react('0400', (request, line) => {
          const codec = compileDialect(dialects.kassaBcd);
          const refused = encodeWithMac(codec, answerTo(request, { 39: '96' }), (covered) =>
            retailMac(MAC_KEY, covered, { padding: 'method-1' }),
          );
          const mac = codec.decode(refused).fields[64] ?? '';
          const confirmed = codec.encode(answerTo(request, { 39: '00', 64: mac }));
          line.sendBytes(frame('post', confirmed));
        }),
    ],
  ];

  test.each(answers)('%s is no answer, and why is told', async (_name, prepare) => {
    const { host, session, events } = await stageSession(IMPATIENT);
    prepare(host);
    expect(await ask(session)).toEqual({
      kind: 'no-answer',
      waitedMs: expect.any(Number),
      why: 'no answer within 0.15 s; one came that is not it: its MAC does not verify',
    });
    const unmatched = events.filter(({ type }) => type === 'terminal.message-unmatched');
    expect(unmatched[0]?.data).toMatchObject({ mti: '0410', why: 'its MAC does not verify' });
    // The line stays: another answer may be right.
    host.react('0400', CONFIRM);
    expect(await ask(session)).toMatchObject({ kind: 'answered' });
    expect(host.connections).toBe(1);
  });

  test('an answer to the sign-on needs none', async () => {
    const { session } = await stageSession();
    expect(await session.open()).toEqual({ ok: true });
  });
});

test('the same message twice at one time is refused: its answers could not be told apart', async () => {
  const { host, session } = await stageSession();
  const answers = await Promise.all([ask(session), ask(session)]);
  expect(answers.map(({ kind }) => kind)).toEqual(['answered', 'unreachable']);
  expect(answers[1]).toEqual({
    kind: 'unreachable',
    why: 'a request with the same keys is in flight: their answers could not be told apart',
  });
  expect(mtis(host)).toEqual(['0800', '0400']);
});

test('a wrong STAN is told by its difference', async () => {
  const { host, session, events } = await stageSession(IMPATIENT);
  host.react('0400', reply({ 39: '00', 11: '000901' }));
  const why = 'no request matches: STAN 000901 instead of 000900';
  expect(await ask(session)).toMatchObject({
    kind: 'no-answer',
    why: `no answer within 0.15 s; one came that is not it: ${why}`,
  });
  expect(events.find(({ type }) => type === 'terminal.message-unmatched')?.data).toMatchObject({ why });
});

test('a message this dialect cannot say is refused before it is sent, without its content', async () => {
  const { host, session } = await stageSession();
  const wrong = { ...REVERSAL, fields: { ...REVERSAL.fields, 42: 'short' } };
  expect(() => session.seal(wrong)).toThrow('bad-length at 42');
  expect(host.received).toEqual([]);
});

describe('a silent line', () => {
  test('gets an echo test a while after the last message', async () => {
    const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] as const;
    vi.useFakeTimers({ toFake: [...toFake], shouldAdvanceTime: true });
    closers.push(() => vi.useRealTimers());
    const { host, session } = await stageSession({ echoIntervalMs: 60_000 });
    await session.open();
    vi.advanceTimersByTime(50_000);
    await ask(session);
    vi.advanceTimersByTime(50_000);
    // Longer than an echo test would need to arrive.
    await ask(session);
    await ask(session);
    expect(mtis(host)).toEqual(['0800', '0400', '0400', '0400']);
    vi.advanceTimersByTime(60_000);
    const [, echo] = await host.got('0800', 2);
    expect(echo?.message.fields[70]).toBe('301');
    expect(session.online).toBe(true);
  });

  test('that does not answer the echo test is dropped, and opened again', async () => {
    const { host, session, events } = await stageSession({ echoIntervalMs: 20, ...IMPATIENT });
    await session.open();
    host.react('0800', SILENCE);
    await waitUntil('the drop', () => !session.online);
    host.react('0800', CONFIRM);
    await waitUntil('the second sign-on', () => session.online);
    expect(events.find(({ type }) => type === 'terminal.host-disconnected')?.data).toEqual({
      why: 'echo test: no answer within 0.15 s',
    });
    expect(host.connections).toBe(2);
  });

  test('tells its trouble when no number can be had', async () => {
    const trouble = new Error('the disk is full');
    const { troubles } = await stageSession({
      echoIntervalMs: 10,
      store: { takeStan: () => Promise.reject(trouble) },
    });
    await waitUntil('the trouble', () => troubles.length > 0);
    expect(troubles[0]).toBe(trouble);
  });
});

test('closed in the middle of a sign-on, it ends', async () => {
  const { host, session } = await stageSession();
  host.react('0800', SILENCE);
  const opening = session.open();
  await host.got('0800');
  await session.close();
  expect(await opening).toEqual({ ok: false, why: 'sign-on: the terminal is switched off' });
  expect(await session.open()).toEqual({ ok: false, why: 'the terminal is switched off' });
});
