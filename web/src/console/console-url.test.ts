import { describe, expect, it } from 'vitest';
import { readPlace, START, writePlace } from './console-url.ts';

describe('a link to a place in the console', () => {
  it.each([
    ['the start', START, ''],
    ['a filter', { ...START, filter: 'amount>1000 "a b"' }, '?filter=amount%3E1000+%22a+b%22'],
    [
      'an event of a payment',
      { ...START, payment: '20000001-7', tab: 'messages', event: 42 },
      '?payment=20000001-7&tab=messages&event=42',
    ],
    ['a comparison', { ...START, payment: 'a', tab: 'compare', other: 'b' }, '?payment=a&tab=compare&with=b'],
    ['an account', { ...START, view: 'ledger', account: 'dt-1' }, '?view=ledger&account=dt-1'],
  ] as const)('names %s, and leads back to it', (_, place, link) => {
    expect(writePlace(place)).toBe(link);
    expect(readPlace(link)).toEqual(place);
  });

  it.each(['?tab=dance', '?view=kitchen', '?event=-1', '?event=1e3', '?event=', '?colour=red'])(
    'with “%s” leads to the start',
    (link) => {
      expect(readPlace(link)).toEqual(START);
    },
  );
});
