import { expect, test } from 'vitest';
import { chooseRoute } from './routing.ts';

test.each([
  [null, 'digital', 'direct', "the merchant's profile says digital tenge"],
  [null, 'non-cash', 'convert', "the merchant's profile says non-cash tenge on the bank account"],
  ['digital', 'non-cash', 'direct', 'the terminal asked for digital tenge'],
  ['non-cash', 'digital', 'convert', 'the terminal asked for non-cash tenge on the bank account'],
] as const)('asked for %s, profile %s', (asked, profile, route, why) => {
  expect(chooseRoute(asked, profile)).toEqual({ route, why });
});
