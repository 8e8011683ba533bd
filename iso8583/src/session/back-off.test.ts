import { describe, expect, test } from 'vitest';
import { createBackOff } from './back-off.ts';

const times = (backOff: { next(): number }, count: number): number[] =>
  Array.from({ length: count }, () => backOff.next());

describe('pauses', () => {
  test('grow by the factor up to the limit, and begin anew after a success', () => {
    const backOff = createBackOff({ minMs: 100, maxMs: 500, factor: 2 }, () => 0);
    expect(times(backOff, 5)).toEqual([100, 200, 400, 500, 500]);
    backOff.reset();
    expect(times(backOff, 2)).toEqual([100, 200]);
  });

  test('are shortened by chance, by no more than the jitter', () => {
    const backOff = createBackOff({ minMs: 1000, maxMs: 1000, jitter: 0.25 }, () => 0.5);
    expect(backOff.next()).toBe(875);
    const longest = createBackOff({ minMs: 1000, maxMs: 1000, jitter: 1 }, () => 0.999);
    expect(longest.next()).toBeCloseTo(1);
  });

  test.each([
    [{ minMs: 2, maxMs: 1 }, 'minMs'],
    [{ factor: 0.5 }, 'factor'],
    [{ jitter: 2 }, 'jitter'],
  ])('of %j cannot be', (settings, word) => {
    expect(() => createBackOff(settings, () => 0)).toThrow(word);
  });
});
