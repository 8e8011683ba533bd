import { expect, test } from 'vitest';
import { dayOf } from './day.ts';

// Midnight in Kazakhstan is 19:00 UTC: UTC+5 everywhere since 2024-03-01.
test.each([
  ['1969-12-31T18:59:59.999Z', -1],
  ['1969-12-31T19:00:00.000Z', 0],
  ['2026-11-23T18:59:59.999Z', 20_780],
  ['2026-11-23T19:00:00.000Z', 20_781],
  ['2026-11-24T18:59:59.999Z', 20_781],
])('%s is day %i', (instant, day) => {
  expect(dayOf(Date.parse(instant))).toBe(day);
});
