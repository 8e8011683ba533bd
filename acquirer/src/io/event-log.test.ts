import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from '@kassa/primitives';
import { openDatabase } from '@kassa/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventLog, type LoggedEvent, openEventLog } from './event-log.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 10, 15, 30, 123);
const ALL = { from: null, last: null, terminalId: null, transactionId: null };

let directory: string;
let path: string;
let troubles: unknown[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-events-'));
  path = join(directory, 'events.db');
  troubles = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (keptMax?: number): EventLog =>
  openEventLog(
    path,
    () => NOW_MS,
    (error) => void troubles.push(error),
    keptMax,
  );
const step = (changes: Partial<Step> = {}): Step => ({
  type: 'test.happened',
  transactionId: null,
  terminalId: null,
  data: {},
  ...changes,
});
const tellMany = (log: EventLog, count: number): void => {
  for (let index = 0; index < count; index++) log.emit(step({ data: { index } }));
};
/** Resolves when an event of that number has reached listeners. */
const reached = (log: EventLog, seq: number): Promise<void> =>
  new Promise((resolve) => {
    if (log.next > seq) return resolve();
    const stop = log.listen((event) => {
      if (event.seq < seq) return;
      stop();
      resolve();
    });
  });
const seqs = (events: readonly LoggedEvent[]): number[] => events.map(({ seq }) => seq);
const oneTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('an event', () => {
  it('is JSON with a number, a type, a time and whose it is', async () => {
    const log = open();
    log.emit(
      step({ type: 'ledger.held', transactionId: '20000001-632815000007', data: { amount: '1500.00' } }),
    );
    log.emit(step({ type: 'terminal.signed-on', terminalId: '20000002', data: { responseCode: '00' } }));
    log.emit(step({ data: { текст: '"\n' } }));
    await reached(log, 3);
    const events = log.read(1, 4, ALL);
    const time = '2026-11-23T10:15:30.123Z';
    expect(events.map(({ json }) => JSON.parse(json))).toEqual([
      {
        seq: 1,
        type: 'ledger.held',
        time,
        transactionId: '20000001-632815000007',
        // The ledger does not know it: it is the first part of the transaction id.
        terminalId: '20000001',
        data: { amount: '1500.00' },
      },
      {
        seq: 2,
        type: 'terminal.signed-on',
        time,
        transactionId: null,
        terminalId: '20000002',
        data: { responseCode: '00' },
      },
      { seq: 3, type: 'test.happened', time, transactionId: null, terminalId: null, data: { текст: '"\n' } },
    ]);
    expect(events[0]?.json.startsWith('{"seq":1,"type":"ledger.held","time":')).toBe(true);
    await log.close();
  });

  it('is on disk before a listener hears of it', async () => {
    const log = open();
    const other = openDatabase(path, { application: 'events', schemaVersion: 1, migrations: [''] });
    const stored: unknown[] = [];
    log.listen(({ seq }) => {
      const count = other.prepare('SELECT count(*) FROM events WHERE seq = ?').pluck().get(seq);
      stored.push(count);
    });
    tellMany(log, 3);
    expect(log.next).toBe(1);
    await reached(log, 3);
    expect(stored).toEqual([1n, 1n, 1n]);
    other.close();
    await log.close();
  });

  it('reaches every listener in order, until it stops listening', async () => {
    const log = open();
    const [first, second]: [number[], number[]] = [[], []];
    const stop = log.listen(({ seq }) => {
      first.push(seq);
      if (seq === 2) stop();
    });
    log.listen(({ seq }) => void second.push(seq));
    tellMany(log, 4);
    await reached(log, 4);
    expect([first, second]).toEqual([[1, 2], oneTo(4)]);
    await log.close();
  });
});

describe('the numbers', () => {
  it('go on after a restart, without gap or repeat', async () => {
    for (const begin of [1, 4, 7]) {
      const log = open();
      expect([log.oldest, log.next]).toEqual([1, begin]);
      tellMany(log, 3);
      await log.close();
    }
    const log = open();
    expect(seqs(log.read(1, log.next, ALL))).toEqual(oneTo(9));
    await log.close();
  });

  it('leave no gap where something could not be written', async () => {
    const log = open();
    tellMany(log, 1);
    await reached(log, 1);
    // A count in tiyn that somebody forgot to format cannot be JSON.
    expect(() => log.emit(step({ data: { amount: 1n } }))).not.toThrow();
    tellMany(log, 1);
    await reached(log, 2);
    expect(troubles.map(String)).toEqual(['TypeError: Do not know how to serialize a BigInt']);
    expect(seqs(log.read(1, log.next, ALL))).toEqual([1, 2]);
    await log.close();
  });

  it('leave no gap where the disk failed, and go on afterwards', async () => {
    const log = open();
    tellMany(log, 2);
    await reached(log, 2);
    const other = openDatabase(path, { application: 'events', schemaVersion: 1, migrations: [''] });
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no room'); END`);
    tellMany(log, 3);
    while (troubles.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    other.exec('DROP TRIGGER full');
    other.close();
    tellMany(log, 1);
    await reached(log, 3);
    expect(String(troubles[0])).toContain('no room');
    expect(seqs(log.read(1, log.next, ALL))).toEqual([1, 2, 3]);
    await log.close();
  });

  it('of events that were told at the end are written at the close', async () => {
    const log = open();
    tellMany(log, 3);
    const closing = log.close();
    // Nobody is left to be told.
    log.emit(step());
    await closing;
    const again = open();
    expect(again.next).toBe(4);
    await again.close();
  });
});

describe('the events kept', () => {
  it('are the newest; the oldest are given up in steps', async () => {
    const log = open(1000);
    for (const count of [1500, 499]) {
      tellMany(log, count);
      await reached(log, log.next + count - 1);
    }
    expect([log.oldest, log.next]).toEqual([1, 2000]);
    tellMany(log, 1);
    await reached(log, 2000);
    expect([log.oldest, log.next]).toEqual([1001, 2001]);
    expect(seqs(log.read(1, 2001, ALL))).toEqual(oneTo(2000).slice(1000));
    await log.close();
    const again = open(1000);
    expect([again.oldest, again.next]).toEqual([1001, 2001]);
    await again.close();
  });

  it('are read by terminal and by payment', async () => {
    const log = open();
    for (const [terminal, rrn] of [
      ['T1', 'a'],
      ['T2', 'b'],
      ['T1', 'c'],
      ['T1', 'a'],
    ] as const) {
      log.emit(step({ transactionId: `${terminal}-${rrn}` }));
    }
    log.emit(step({ terminalId: 'T1' }));
    await reached(log, 5);
    const read = (query: object) => seqs(log.read(1, 6, { ...ALL, ...query }));
    expect(read({})).toEqual(oneTo(5));
    expect(read({ terminalId: 'T1' })).toEqual([1, 3, 4, 5]);
    expect(read({ transactionId: 'T1-a' })).toEqual([1, 4]);
    expect(read({ terminalId: 'T2', transactionId: 'T1-a' })).toEqual([]);
    expect(seqs(log.read(2, 4, ALL))).toEqual([2, 3]);
    await log.close();
  });
});
