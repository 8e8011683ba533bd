import { expect, test } from 'vitest';
import { kassa } from '../testing/kassa-process.ts';

test('killed 10 times while it pays: nothing acknowledged is lost, nothing is done twice', async () => {
  const { code, stdout, stderr } = await kassa('torture', '--kills', '10', '--seed', '5');
  expect([code, stderr.includes('Error')]).toEqual([0, false]);
  expect(stdout).toMatch(/^seed 5: 10 kills .*, \d+ journal entries, 0 failures\n$/);
  const acknowledged = Number(/(\d+) payments acknowledged/.exec(stdout)?.[1]);
  expect(acknowledged).toBeGreaterThan(100);
}, 120_000);
