import { dukptNextKsn } from '@kassa/emv';
import { fromHex, tiyn, toHex } from '@kassa/primitives';
import { openDatabase } from '@kassa/storage';
import { afterAll, describe, expect, test } from 'vitest';
import { SAMPLE_RESULT } from '../testing/device-samples.ts';
import { traceNumbers } from '../trace-numbers.ts';
import {
  type FinishedPayment,
  type JournalledPayment,
  openTerminalStore,
  SELECT_OPEN,
} from './terminal-store.ts';
import { INITIAL_KSN } from './testing/sample-keys.ts';
import { NOW_MS, openShelf } from './testing/test-terminal.ts';

const shelf = openShelf();
afterAll(() => shelf.clear());

const payment = (stan: string): JournalledPayment => ({
  transactionId: `20000001-6328150${stan.slice(-5)}`,
  numbers: traceNumbers(stan, NOW_MS),
  amount: tiyn(150_000n),
});
const END: FinishedPayment = { result: SAMPLE_RESULT, receipts: { merchant: 'M', customer: 'C' } };
const P7 = payment('000007');
const P8 = payment('000008');

describe('systems trace audit numbers', () => {
  test('begin at 000001 and never repeat, also taken at once and across reopening', async () => {
    const path = shelf.file('stan.db');
    const taken: string[] = [];
    for (let opening = 0; opening < 3; opening++) {
      const store = openTerminalStore(path);
      taken.push(...(await Promise.all([store.takeStan(), store.takeStan(), store.takeStan()])));
      await store.close();
    }
    expect(taken).toEqual([
      '000001',
      '000002',
      '000003',
      '000004',
      '000005',
      '000006',
      '000007',
      '000008',
      '000009',
    ]);
  });

  test('are lost, not reused, when the process dies with one taken', async () => {
    const path = shelf.file('stan-crash.db');
    const store = openTerminalStore(path);
    expect(await store.takeStan()).toBe('000001');
    const survivor = openTerminalStore(shelf.crash(path));
    expect(await survivor.takeStan()).toBe('000002');
    await Promise.all([store.close(), survivor.close()]);
  });

  test('come round after 999999', async () => {
    const path = shelf.file('stan-round.db');
    await openTerminalStore(path).close();
    writeCounter(path, 'stan', '999998');
    const store = openTerminalStore(path);
    expect([await store.takeStan(), await store.takeStan(), await store.takeStan()]).toEqual([
      '999999',
      '000001',
      '000002',
    ]);
    await store.close();
  });
});

describe('key serial numbers', () => {
  test('never repeat, also taken at once and across reopening', async () => {
    const path = shelf.file('ksn.db');
    const taken: string[] = [];
    for (let opening = 0; opening < 2; opening++) {
      const store = openTerminalStore(path);
      const ksns = [store.takeKsn(INITIAL_KSN, dukptNextKsn), store.takeKsn(INITIAL_KSN, dukptNextKsn)];
      for (const ksn of await Promise.all(ksns)) taken.push(toHex(ksn ?? new Uint8Array()));
      await store.close();
    }
    // ANSI X9.24-1: the counter is the last 21 bits.
    expect(taken).toEqual([1, 2, 3, 4].map((count) => `FFFF4B5300000120000${count}`));
  });

  test('begin anew with a new injection, and go on with the old one', async () => {
    const store = openTerminalStore(':memory:');
    const other = fromHex('FFFF4B53000002200000');
    const take = async (first: Uint8Array) =>
      toHex((await store.takeKsn(first, dukptNextKsn)) ?? INITIAL_KSN);
    expect(await take(INITIAL_KSN)).toBe('FFFF4B53000001200001');
    expect(await take(other)).toBe('FFFF4B53000002200001');
    expect(await take(INITIAL_KSN)).toBe('FFFF4B53000001200002');
    await store.close();
  });

  test('end when they are used up', async () => {
    const store = openTerminalStore(':memory:');
    expect(await store.takeKsn(INITIAL_KSN, () => null)).toBeUndefined();
    // The largest counter with ten one bits: none follows (ANSI X9.24-1).
    expect(await store.takeKsn(fromHex('FFFF4B530000013FF800'), dukptNextKsn)).toBeUndefined();
    await store.close();
  });
});

describe('a payment', () => {
  test('sent is open, finished is not', async () => {
    const store = openTerminalStore(':memory:');
    await store.journalIntent(P7, NOW_MS);
    expect(store.interrupted()).toEqual([P7]);
    expect(store.finished(P7.transactionId)).toBeUndefined();
    await store.finish(P7, END, NOW_MS);
    expect(store.interrupted()).toEqual([]);
    expect(store.pendingReversals()).toEqual([]);
    expect(store.finished(P7.transactionId)).toEqual(END);
    await store.close();
  });

  test('that was never sent is finished in one step', async () => {
    const store = openTerminalStore(':memory:');
    await store.finish(P7, { ...END, receipts: null }, NOW_MS);
    expect(store.finished(P7.transactionId)).toEqual({ ...END, receipts: null });
    expect(store.interrupted()).toEqual([]);
    await store.close();
  });

  test('is journalled once', async () => {
    const store = openTerminalStore(':memory:');
    await store.journalIntent(P7, NOW_MS);
    await expect(store.journalIntent(P7, NOW_MS)).rejects.toThrow(/UNIQUE/);
    await store.finish(P7, END, NOW_MS);
    await expect(store.journalIntent(P7, NOW_MS)).rejects.toThrow(/UNIQUE/);
    expect(store.interrupted()).toEqual([]);
    await store.close();
  });

  test('ends once: neither a result nor a reversal is overwritten', async () => {
    const store = openTerminalStore(':memory:');
    await store.finish(P7, END, NOW_MS);
    const other = { ...END, receipts: null };
    await expect(store.finish(P7, other, NOW_MS)).rejects.toThrow('a payment ends once');
    await store.journalIntent(P8, NOW_MS);
    await store.queueReversal(P8.transactionId, 'no answer', END);
    await expect(store.finish(P8, other, NOW_MS)).rejects.toThrow('a payment ends once');
    expect(store.pendingReversals()).toHaveLength(1);
    expect(store.finished(P7.transactionId)).toEqual(END);
    expect(store.finished(P8.transactionId)).toEqual(END);
    await store.close();
  });

  test('not known is nothing', async () => {
    const store = openTerminalStore(':memory:');
    expect(store.finished('20000001-000000000000')).toBeUndefined();
    await store.close();
  });
});

describe('a reversal', () => {
  test('is queued only for what was sent', async () => {
    const store = openTerminalStore(':memory:');
    const refused = 'a payment that was sent and has not ended is reversed';
    await expect(store.queueReversal(P7.transactionId, 'why', END)).rejects.toThrow(refused);
    await store.finish(P7, END, NOW_MS);
    await expect(store.queueReversal(P7.transactionId, 'why', END)).rejects.toThrow(refused);
    expect(store.pendingReversals()).toEqual([]);
    await store.journalIntent(P8, NOW_MS);
    await store.queueReversal(P8.transactionId, 'why', END);
    await expect(store.queueReversal(P8.transactionId, 'again', END)).rejects.toThrow(refused);
    // What was refused was undone, its number too: the next one follows the reversal's.
    expect(store.pendingReversals()).toEqual([{ ...P8, why: 'why', reversalStan: '000001', attempts: 0 }]);
    expect(await store.takeStan()).toBe('000002');
    await store.close();
  });

  test('keeps its number and its attempts across reopening, until it is acknowledged', async () => {
    const path = shelf.file('reversal.db');
    let store = openTerminalStore(path);
    await store.journalIntent(P7, NOW_MS);
    await store.queueReversal(P7.transactionId, 'no answer within 15 s', END);
    await store.countAttempt(P7.transactionId);
    await store.countAttempt(P7.transactionId);
    await store.close();
    store = openTerminalStore(path);
    const expected = { ...P7, why: 'no answer within 15 s', reversalStan: '000001', attempts: 2 };
    expect(store.pendingReversals()).toEqual([expected]);
    expect(store.interrupted()).toEqual([]);
    await store.acknowledgeReversal(P7.transactionId);
    expect(store.pendingReversals()).toEqual([]);
    expect(store.finished(P7.transactionId)).toEqual(END);
    await store.close();
    store = openTerminalStore(path);
    expect(store.pendingReversals()).toEqual([]);
    await store.close();
  });

  test('keep the order of their payments, within a millisecond that of their numbers', async () => {
    const store = openTerminalStore(':memory:');
    const orders = [
      { ...payment('000012'), atMs: NOW_MS + 1 },
      { ...payment('000011'), atMs: NOW_MS },
      { ...payment('000010'), atMs: NOW_MS },
      { ...payment('000009'), atMs: NOW_MS + 2 },
    ];
    for (const { atMs, ...order } of orders) await store.journalIntent(order, atMs);
    const stans = (rows: readonly JournalledPayment[]) => rows.map(({ numbers }) => numbers.stan);
    expect(stans(store.interrupted())).toEqual(['000010', '000011', '000012', '000009']);
    for (const order of orders) await store.queueReversal(order.transactionId, 'why', END);
    expect(stans(store.pendingReversals())).toEqual(['000010', '000011', '000012', '000009']);
    await store.close();
  });
});

describe('the file', () => {
  test('finds what is open by its index, not by reading every payment', async () => {
    const path = shelf.file('plan.db');
    await openTerminalStore(path).close();
    const db = openDatabase(path, { application: 'terminal', schemaVersion: 1, migrations: [''] });
    const plan = db.prepare<[string], { detail: string }>(`EXPLAIN QUERY PLAN ${SELECT_OPEN}`).all('sent');
    db.close();
    expect(plan.map(({ detail }) => detail)).toEqual(['SCAN payments USING INDEX payments_open']);
  });

  test('survives a crash at any moment with what was promised', async () => {
    const path = shelf.file('crash.db');
    const store = openTerminalStore(path);
    await store.journalIntent(P7, NOW_MS);
    const afterIntent = openTerminalStore(shelf.crash(path));
    await store.queueReversal(P7.transactionId, 'why', END);
    const afterQueue = openTerminalStore(shelf.crash(path));
    expect(afterIntent.interrupted()).toEqual([P7]);
    expect(afterQueue.pendingReversals()).toHaveLength(1);
    await Promise.all([store.close(), afterIntent.close(), afterQueue.close()]);
  });
});

function writeCounter(path: string, name: string, value: string): void {
  const db = openDatabase(path, { application: 'terminal', schemaVersion: 1, migrations: [''] });
  db.prepare('INSERT OR REPLACE INTO counters VALUES (?, ?)').run(name, value);
  db.close();
}
