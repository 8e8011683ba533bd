import { expect, it } from 'vitest';
import { EMPTY_STORE, storeAfter } from './payment-store.ts';
import { paymentLine } from './testing/payment-line.ts';

const line = (id: string, firstSeq: number, lastSeq: number) =>
  paymentLine({ transactionId: id, firstSeq, lastSeq });
const ids = ({ payments }: typeof EMPTY_STORE) => payments.map(({ transactionId }) => transactionId);

it('the list is newest first, has each payment once, and forgets what the server forgot', () => {
  const first = storeAfter(EMPTY_STORE, {
    payments: [line('a', 1, 10), line('b', 5, 20)],
    next: 21,
    more: false,
    oldest: 1,
  });
  expect(ids(first)).toEqual(['b', 'a']);
  const second = storeAfter(first, {
    payments: [line('a', 1, 21), line('c', 22, 30)],
    next: 31,
    more: false,
    oldest: 1,
  });
  expect(ids(second)).toEqual(['c', 'b', 'a']);
  expect(second.payments[2]?.lastSeq).toBe(21);
  const third = storeAfter(second, { payments: [], next: 40, more: false, oldest: 21 });
  expect(ids(third)).toEqual(['c', 'a']);
});

it('an answer without news leaves the list as it is', () => {
  const page = { payments: [line('a', 1, 10)], next: 11, more: false, oldest: 1 };
  const before = storeAfter(EMPTY_STORE, page);
  expect(storeAfter(before, { ...page, payments: [] })).toBe(before);
  expect(storeAfter(before, { ...page, payments: [], next: 12 }).payments).toBe(before.payments);
});
