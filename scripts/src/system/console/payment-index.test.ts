import { openEventLog } from '@kassa/acquirer';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../testing/system-under-test.ts';
import { createPaymentIndex, type PaymentIndex } from './payment-index.ts';

const log = (keptMax?: number) => openEventLog(':memory:', () => 1_000, fail, keptMax);
const closers: (() => unknown)[] = [];
function fail(error: unknown): never {
  throw error;
}
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function opened(keptMax?: number, indexedMax?: number) {
  const events = log(keptMax);
  const index = createPaymentIndex(events, indexedMax);
  closers.push(
    () => events.close(),
    () => index.close(),
  );
  const tell = async (id: string | null, type: string, data: Record<string, unknown> = {}) => {
    const next = events.next + 1;
    events.emit({ type, transactionId: id, terminalId: null, data });
    await eventually(() => events.next === next);
  };
  return { events, index, tell };
}

const listed = async (index: PaymentIndex, since: number) =>
  (await index.changedSince(since)).payments.map(({ transactionId, amount }) => `${transactionId} ${amount}`);

test('what was told before it was asked, and what is told after, in the order of the last change', async () => {
  const { index, tell } = opened();
  await tell('20000001-1', 'terminal.payment-started', { amount: '1.00' });
  await tell(null, 'terminal.host-connected');
  await tell('20000001-2', 'terminal.payment-started', { amount: '2.00' });
  expect(await listed(index, 0)).toEqual(['20000001-1 1.00', '20000001-2 2.00']);
  const { next, more, oldest } = await index.changedSince(0);
  expect({ next, more, oldest }).toEqual({ next: 4, more: false, oldest: 1 });
  await tell('20000001-1', 'terminal.card-removed');
  expect(await listed(index, 0)).toEqual(['20000001-2 2.00', '20000001-1 1.00']);
  expect(await listed(index, next)).toEqual(['20000001-1 1.00']);
  expect(await listed(index, 5)).toEqual([]);
  expect((await index.find('20000001-1'))?.lastSeq).toBe(4);
  expect((await index.find('20000001-1'))?.terminalId).toBe('20000001');
  expect(await index.find('20000001-9')).toBeUndefined();
});

test('keeps so many payments and no more: those that changed last', async () => {
  const { index, tell } = opened(undefined, 2);
  for (const id of ['20000001-1', '20000001-2', '20000001-1', '20000001-3']) {
    await tell(id, 'terminal.card-removed');
  }
  expect(await listed(index, 0)).toEqual(['20000001-1 null', '20000001-3 null']);
});
