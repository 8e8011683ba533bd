import { compileDialect, dialects } from '@kassa/iso8583';
import type { Step } from '@kassa/primitives';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { SAMPLE_PAYMENT, SAMPLE_RESULT } from '../testing/device-samples.ts';
import { traceNumbers } from '../trace-numbers.ts';
import { createHostSession } from './host-session.ts';
import { createReversalQueue } from './reversal-queue.ts';
import { type JournalledPayment, openTerminalStore, type TerminalStore } from './terminal-store.ts';
import { CONFIRM, type HostReceived, reply, SILENCE, startFakeHost } from './testing/fake-host.ts';
import { sampleSecurity } from './testing/sample-security.ts';
import { FAST, IDENTITY, IMPATIENT, NOW_MS, openShelf } from './testing/test-terminal.ts';
import { waitUntil } from './testing/wait-until.ts';

const shelf = openShelf();
afterAll(() => shelf.clear());
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const END = { result: SAMPLE_RESULT, receipts: null };
const payment = (stan: string): JournalledPayment => {
  const numbers = traceNumbers(stan, NOW_MS);
  return { transactionId: `20000001-${numbers.rrn}`, numbers, amount: SAMPLE_PAYMENT.amount };
};
const P7 = payment('700007');
const P8 = payment('700008');

interface Changes {
  readonly path?: string;
  readonly port?: number;
  readonly store?: (store: TerminalStore) => Partial<TerminalStore>;
  readonly pauseMsMax?: number;
  readonly responseTimeoutMs?: number;
}

async function stageQueue(changes: Changes = {}) {
  const host = await startFakeHost();
  closers.push(() => host.close());
  const events: Step[] = [];
  const troubles: unknown[] = [];
  const opened = openTerminalStore(changes.path ?? ':memory:');
  const store = { ...opened, ...changes.store?.(opened) };
  closers.push(() => opened.close());
  const ports = {
    identity: IDENTITY,
    store,
    clock: () => NOW_MS,
    emit: (step: Step) => void events.push(step),
    onTrouble: (error: unknown) => void troubles.push(error),
  };
  const session = createHostSession({
    ...ports,
    address: '127.0.0.1',
    port: changes.port ?? host.port,
    codec: compileDialect(dialects.kassaBcd),
    security: sampleSecurity(),
    timing: {
      connectTimeoutMs: 1000,
      responseTimeoutMs: changes.responseTimeoutMs ?? FAST.responseTimeoutMs,
      echoIntervalMs: 60_000,
    },
  });
  closers.push(() => session.close());
  const reversalPauseMsMax = changes.pauseMsMax ?? FAST.reversalPauseMsMax;
  const timing = { reversalPauseMsMin: FAST.reversalPauseMsMin, reversalPauseMsMax };
  const queue = createReversalQueue({ ...ports, session, timing });
  closers.push(() => queue.close());
  const told = (type: string) => events.filter((event) => event.type === type);
  return { host, queue, store, troubles, told };
}

async function addReversal(staged: Awaited<ReturnType<typeof stageQueue>>, order: JournalledPayment) {
  await staged.store.journalIntent(order, NOW_MS);
  await staged.queue.add(order, 'no answer within 15 s', END);
}

test('what is added is on disk, then told', async () => {
  const staged = await stageQueue();
  await addReversal(staged, P7);
  expect(staged.store.pendingReversals()).toMatchObject([
    { ...P7, why: 'no answer within 15 s', attempts: 0 },
  ]);
  expect(staged.told('terminal.reversal-queued')).toEqual([
    {
      type: 'terminal.reversal-queued',
      transactionId: P7.transactionId,
      terminalId: '20000001',
      data: { stan: '700007', why: 'no answer within 15 s' },
    },
  ]);
  expect(staged.host.received).toEqual([]);
});

test('flush sends each once, in order, and is done when all are confirmed', async () => {
  const staged = await stageQueue();
  expect(await staged.queue.flush()).toBe(true);
  await addReversal(staged, P7);
  await addReversal(staged, P8);
  expect(await staged.queue.flush()).toBe(true);
  const sent = await staged.host.got('0400', 2);
  expect(sent.map(({ message, mac }) => [message.fields[37], message.fields[11], mac])).toEqual([
    [P7.numbers.rrn, '000001', 'right'],
    [P8.numbers.rrn, '000002', 'right'],
  ]);
  expect(staged.told('terminal.reversal-acknowledged').map(({ data }) => data)).toEqual([
    { stan: '700007', attempts: 1 },
    { stan: '700008', attempts: 1 },
  ]);
  expect(staged.store.pendingReversals()).toEqual([]);
});

describe('DE 39 of a 0410', () => {
  // ISO 8583:1987: done; nothing there to undo; not found.
  test.each(['00', '21', '25'])('%s confirms', async (code) => {
    const staged = await stageQueue();
    staged.host.react('0400', reply({ 39: code }));
    await addReversal(staged, P7);
    expect(await staged.queue.flush()).toBe(true);
  });

  test.each(['96', '30', '05', '91', '68'])('%s does not', async (code) => {
    const staged = await stageQueue();
    staged.host.react('0400', reply({ 39: code }));
    await addReversal(staged, P7);
    await addReversal(staged, P8);
    expect(await staged.queue.flush()).toBe(false);
    // The first in the row is not passed over.
    expect(staged.store.pendingReversals().map(({ attempts }) => attempts)).toEqual([1, 0]);
    expect(staged.told('terminal.reversal-acknowledged')).toEqual([]);
  });
});

test('in the background it is sent as 0400, then as 0401 under the same number, with growing pauses', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  closers.push(() => timers.mockRestore());
  const staged = await stageQueue({ pauseMsMax: 80, responseTimeoutMs: 100 });
  staged.host.react('0400', SILENCE);
  staged.host.react('0401', SILENCE);
  await addReversal(staged, P7);
  staged.queue.wake();
  staged.queue.wake();
  const repeats = await staged.host.got('0401', 5);
  staged.host.react('0401', CONFIRM);
  await waitUntil('the confirmation', () => staged.told('terminal.reversal-acknowledged').length === 1);
  const [first] = await staged.host.got('0400');
  expect(staged.host.received.filter(({ message }) => message.mti === '0400')).toHaveLength(1);
  for (const { message, mac } of repeats) {
    expect(message).toEqual({
      ...first?.message,
      mti: '0401',
      fields: { ...first?.message.fields, 128: message.fields[128] },
    });
    expect(mac).toBe('right');
  }
  const pauses = timers.mock.calls
    .map(([, delayMs]) => delayMs)
    .filter((delayMs) => [10, 20, 40, 80].includes(delayMs ?? 0));
  expect(pauses.slice(0, 5)).toEqual([10, 20, 40, 80, 80]);
  const attempts = staged.host.received.filter(({ message }) => message.mti.startsWith('040')).length;
  expect(staged.told('terminal.reversal-acknowledged')[0]?.data).toEqual({ stan: '700007', attempts });
  // Confirmed, nothing more is sent.
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(staged.host.received.filter(({ message }) => message.mti.startsWith('040'))).toHaveLength(attempts);
});

test('a late 0410 confirms the repeat that waits', async () => {
  const staged = await stageQueue(IMPATIENT);
  let first: HostReceived | undefined;
  staged.host.react('0400', (request) => {
    first = request;
  });
  staged.host.react('0401', (_repeat, line) => first && CONFIRM(first, line));
  await addReversal(staged, P7);
  staged.queue.wake();
  await waitUntil('the confirmation', () => staged.told('terminal.reversal-acknowledged').length === 1);
  expect(await staged.queue.flush()).toBe(true);
});

test('what was queued and sent before a crash goes out after it as a repeat, under its number', async () => {
  const path = shelf.file('queue.db');
  const staged = await stageQueue({ path, ...IMPATIENT });
  staged.host.react('0400', SILENCE);
  await addReversal(staged, P7);
  expect(await staged.queue.flush()).toBe(false);
  const next = await stageQueue({ path: shelf.crash(path) });
  expect(await next.queue.flush()).toBe(true);
  const [repeat] = await next.host.got('0401');
  expect(repeat?.message.fields).toMatchObject({ 11: '000001', 37: P7.numbers.rrn });
  expect(staged.host.received.at(-1)?.message.fields[11]).toBe('000001');
  expect(next.told('terminal.reversal-acknowledged')[0]?.data).toEqual({ stan: '700007', attempts: 2 });
});

test('while the host cannot be reached no attempt is counted', async () => {
  const gone = await startFakeHost();
  await gone.close();
  const staged = await stageQueue({ port: gone.port });
  await addReversal(staged, P7);
  expect(await staged.queue.flush()).toBe(false);
  expect(staged.store.pendingReversals()).toMatchObject([{ attempts: 0 }]);
});

test('interrupted payments are added with a result for whoever asks', async () => {
  const staged = await stageQueue();
  await staged.store.journalIntent(P7, NOW_MS);
  await staged.store.journalIntent(P8, NOW_MS);
  await staged.queue.addInterrupted();
  expect(staged.store.interrupted()).toEqual([]);
  expect(staged.store.pendingReversals().map(({ numbers }) => numbers.stan)).toEqual(['700007', '700008']);
  expect(staged.store.finished(P7.transactionId)).toEqual({
    result: {
      transactionId: P7.transactionId,
      approved: false,
      responseCode: '96',
      approvalCode: null,
      stan: '700007',
      rrn: P7.numbers.rrn,
      amount: '1500.00',
      route: null,
      reason:
        'the terminal stopped or failed before the answer was stored; if the payment was sent, it is reversed',
    },
    receipts: null,
  });
  await staged.queue.addInterrupted();
  expect(staged.told('terminal.reversal-queued')).toHaveLength(2);
});

test('one that joins while the others are sent goes out with them', async () => {
  const staged = await stageQueue();
  staged.host.react('0400', async (request, line) => {
    if (request.message.fields[37] === P7.numbers.rrn) await addReversal(staged, P8);
    CONFIRM(request, line);
  });
  await addReversal(staged, P7);
  expect(await staged.queue.flush()).toBe(true);
  expect(staged.host.received.filter(({ message }) => message.mti === '0400')).toHaveLength(2);
});

test('a disk that fails for a moment is told, and the reversal goes out later', async () => {
  const trouble = new Error('the disk is full');
  let failures = 2;
  const staged = await stageQueue({
    store: (store) => ({
      countAttempt: (id) => (failures-- > 0 ? Promise.reject(trouble) : store.countAttempt(id)),
    }),
  });
  await addReversal(staged, P7);
  staged.queue.wake();
  await waitUntil('the confirmation', () => staged.told('terminal.reversal-acknowledged').length === 1);
  expect(staged.troubles).toEqual([trouble, trouble]);
});

test('closed, it sends nothing more', async () => {
  const staged = await stageQueue();
  staged.host.react('0400', reply({ 39: '96' }));
  await addReversal(staged, P7);
  staged.queue.wake();
  await staged.host.got('0400');
  await staged.queue.close();
  const sent = staged.host.received.length;
  staged.queue.wake();
  expect(await staged.queue.flush()).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(staged.host.received).toHaveLength(sent);
});
