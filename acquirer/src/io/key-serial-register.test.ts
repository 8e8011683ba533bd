import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeySerialRegister } from './key-serial-register.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kassa-serials-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const SET = 'FFFF9876543201E00000';
const LAST = 'FFFF9876543201FFF800';
const serial = (tail: string): string => SET.slice(0, -tail.length) + tail;

test('each number serves one payment, also after a restart, and numbers only increase', async () => {
  const path = join(directory, 'serials.db');
  let register = openKeySerialRegister(path);
  const take = (tail: string, transactionId: string, set = SET) =>
    register.take({ set, ksn: serial(tail), transactionId }, LAST);
  expect(await take('9', 'a')).toBe('taken');
  expect(await take('A', 'b')).toBe('taken');
  expect(await take('10', 'c')).toBe('taken');
  expect(await take('9', 'a')).toBe('taken');
  await register.close();
  register = openKeySerialRegister(path);
  expect(await take('9', 'a')).toBe('taken');
  expect(await take('9', 'd')).toBe('replayed');
  expect(await take('F', 'd')).toBe('replayed');
  expect(await take('11', 'd')).toBe('taken');
  await register.close();
});

test('of two payments at the same moment with the same number one is a replay', async () => {
  const register = openKeySerialRegister(':memory:');
  const verdicts = await Promise.all(
    ['a', 'b'].map((transactionId) => register.take({ set: SET, ksn: serial('1'), transactionId }, LAST)),
  );
  expect(verdicts).toEqual(['taken', 'replayed']);
  await register.close();
});

test('after the last number there is none; a new injection begins anew', async () => {
  const register = openKeySerialRegister(':memory:');
  expect(await register.take({ set: SET, ksn: LAST, transactionId: 'a' }, LAST)).toBe('taken');
  expect(await register.take({ set: SET, ksn: serial('1'), transactionId: 'b' }, LAST)).toBe('used-up');
  const next = 'FFFF9876553201E00000';
  const use = { set: next, ksn: `${next.slice(0, -1)}1`, transactionId: 'b' };
  expect(await register.take(use, LAST.replace('54', '55'))).toBe('taken');
  await register.close();
});
