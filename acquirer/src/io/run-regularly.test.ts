import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runRegularly } from './run-regularly.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('runs a task at intervals counted from its end, never twice at once', async () => {
  let [begun, ended] = [0, 0];
  const task = async (): Promise<void> => {
    begun++;
    await new Promise((resolve) => setTimeout(resolve, 150));
    ended++;
  };
  const regular = runRegularly(task, 100, () => undefined);
  await vi.advanceTimersByTimeAsync(99);
  expect([begun, ended]).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(1 + 150 + 99);
  expect([begun, ended]).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(1);
  expect([begun, ended]).toEqual([2, 1]);
  const closed = regular.close();
  await vi.advanceTimersByTimeAsync(150);
  await closed;
  expect([begun, ended]).toEqual([2, 2]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun).toBe(2);
});

it('tells of trouble and goes on', async () => {
  const troubles: unknown[] = [];
  const disk = new Error('disk full');
  const regular = runRegularly(
    () => Promise.reject(disk),
    10,
    (error) => troubles.push(error),
  );
  await vi.advanceTimersByTimeAsync(20);
  expect(troubles).toEqual([disk, disk]);
  await regular.close();
});
