import { accountId, operationId } from '@kassa/ledger-client';
import { tiyn } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import {
  AMOUNT,
  MERCHANT_ACCOUNT,
  MERCHANT_WITHOUT_IBAN,
  openTestAcquirer,
  PAYER,
  reversalOf,
  TERMINAL,
  type TestAcquirer,
} from './testing/test-acquirer.ts';

let host: TestAcquirer;
beforeEach(async () => {
  host = await openTestAcquirer();
});
afterEach(() => host.close());

const UNTOUCHED = 'payer 1000000, merchant 0 digital 0 non-cash, held 0';
const PAID_DIRECT = 'payer 850000, merchant 150000 digital 0 non-cash, held 0';
const UNDONE = { responseCode: '00', reason: null };
const LATE = {
  responseCode: '68',
  reason: 'the terminal has reversed this payment',
  approvalCode: null,
  route: null,
  answerEmvData: null,
};
const types = (): string[] => host.steps.map(({ type }) => type);
const told = (type: string): unknown[] =>
  host.steps.filter((step) => step.type === type).map(({ data }) => data);
const SETTLES = ['digital', 'non-cash'] as const;

describe.each(SETTLES)('a payment settled as %s', (settle) => {
  it('is given back by the leg it was paid on', async () => {
    const request = host.purchase(1, { settle });
    await host.payments.purchase(request);
    host.steps.length = 0;
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    expect(await host.books()).toBe(UNTOUCHED);
    expect(types()).toEqual(
      settle === 'digital'
        ? ['ledger.transferred', 'acquirer.payment-reversed']
        : ['bank.debited', 'ledger.issued', 'acquirer.payment-reversed'],
    );
    const { issued, redeemed } = (await host.ledger.supply()).total;
    // A conversion took money out of circulation; its return puts new money in.
    expect([issued, redeemed]).toEqual(settle === 'digital' ? [1_000_000n, 0n] : [1_150_000n, 150_000n]);
  });

  it('is given back once, however often the terminal asks', async () => {
    const request = host.purchase(1, { settle });
    await host.payments.purchase(request);
    const reversals = [1, 2, 3].map(() => host.payments.reverse(reversalOf(request)));
    expect(await Promise.all(reversals)).toEqual([UNDONE, UNDONE, UNDONE]);
    expect(await host.restart().reverse(reversalOf(request))).toEqual(UNDONE);
    expect(await host.books()).toBe(UNTOUCHED);
    expect(told('acquirer.payment-reversed')).toHaveLength(1);
  });

  it('that is reversed while it is being made is made and undone', async () => {
    const request = host.purchase(1, { settle });
    const [paid, reversed] = await Promise.all([
      host.payments.purchase(request),
      host.payments.reverse(reversalOf(request)),
    ]);
    expect([paid.responseCode, reversed]).toEqual(['00', UNDONE]);
    expect(await host.books()).toBe(UNTOUCHED);
    expect(await host.payments.purchase(request)).toEqual(LATE);
  });

  it('that comes after its reversal is refused with 68', async () => {
    const request = host.purchase(1, { settle });
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    expect(told('acquirer.payment-reversed')).toEqual([
      { how: 'the payment had not arrived: it will be refused' },
    ]);
    expect(await host.payments.purchase(request)).toEqual(LATE);
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    expect(await host.payments.purchase(request)).toEqual(LATE);
    expect(await host.books()).toBe(UNTOUCHED);
  });

  it('that comes at the same moment as its reversal, and behind it, is refused with 68', async () => {
    const request = host.purchase(1, { settle });
    const [reversed, paid] = await Promise.all([
      host.payments.reverse(reversalOf(request)),
      host.payments.purchase(request),
    ]);
    expect([reversed, paid]).toEqual([UNDONE, LATE]);
    expect(await host.books()).toBe(UNTOUCHED);
  });

  it('repeated after its reversal is refused with 68', async () => {
    const request = host.purchase(1, { settle });
    await host.payments.purchase(request);
    await host.payments.reverse(reversalOf(request));
    expect(await host.payments.purchase(request)).toEqual(LATE);
    expect(await host.books()).toBe(UNTOUCHED);
  });
});

describe('the reversal of', () => {
  it('a declined payment has nothing to undo', async () => {
    const request = host.purchase(1, { amount: tiyn(1_000_001n) });
    await host.payments.purchase(request);
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    expect(host.store.find(request.transactionId)).toMatchObject({ state: 'declined', responseCode: '51' });
    expect(await host.books()).toBe(UNTOUCHED);
  });

  it('a payment this host has undone itself has nothing to undo', async () => {
    const request = host.purchase(1, { merchantNumber: MERCHANT_WITHOUT_IBAN });
    expect(await host.payments.purchase(request)).toMatchObject({ responseCode: '96' });
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    expect(await host.payments.purchase(request)).toMatchObject({ responseCode: '96' });
    expect(await host.books()).toBe(UNTOUCHED);
  });

  test.each([
    ['another amount', { amount: 149_999n }],
    ['another trace number', { stan: '000009' }],
  ])('%s than the payment had is refused, and the payment stands', async (_name, changes) => {
    const request = host.purchase(1);
    await host.payments.purchase(request);
    expect(await host.payments.reverse({ ...reversalOf(request), ...changes })).toEqual({
      responseCode: '12',
      reason: 'the payment has another trace number or amount',
    });
    expect(await host.books()).toBe(PAID_DIRECT);
  });

  it('a reference number nobody knows under a trace number that is taken says so', async () => {
    const request = host.purchase(1);
    await host.payments.purchase(request);
    const reversal = { ...reversalOf(request), transactionId: `${TERMINAL}-632800000009` };
    expect(await host.payments.reverse(reversal)).toEqual({
      responseCode: '25',
      reason: 'the trace number is of a payment with another reference number',
    });
    expect(await host.books()).toBe(PAID_DIRECT);
  });

  it('a payment at a merchant nobody knows is confirmed and remembered', async () => {
    const reversal = { ...reversalOf(host.purchase(1)), merchantNumber: 'KZ0000000000009' };
    expect(await host.payments.reverse(reversal)).toEqual(UNDONE);
    expect(host.store.find(reversal.transactionId)).toMatchObject({ state: 'reversed', merchantId: '' });
  });
});

describe('a return the ledger refuses', () => {
  const SPENT = accountId('dt-supplier');
  const freeze = (account: typeof PAYER) =>
    host.ledger.submit([{ type: 'freeze', id: operationId(`freeze-${account}`), account }]);
  const thaw = (account: typeof PAYER) =>
    host.ledger.submit([{ type: 'unfreeze', id: operationId(`thaw-${account}`), account }]);
  const spend = () =>
    host.ledger.submit([
      { type: 'open', id: operationId('open-3'), account: SPENT, kind: 'merchant' },
      { type: 'transfer', id: operationId('spend'), payer: MERCHANT_ACCOUNT, payee: SPENT, amount: AMOUNT },
    ]);
  const earn = () =>
    host.ledger.submit([
      { type: 'transfer', id: operationId('earn'), payer: SPENT, payee: MERCHANT_ACCOUNT, amount: AMOUNT },
    ]);
  const table: readonly [
    string,
    (typeof SETTLES)[number],
    () => Promise<unknown>,
    () => Promise<unknown>,
    string,
  ][] = [
    ['of a spent amount', 'digital', spend, earn, 'the ledger refused the return: insufficient-funds'],
    [
      'of a frozen merchant',
      'digital',
      () => freeze(MERCHANT_ACCOUNT),
      () => thaw(MERCHANT_ACCOUNT),
      'the ledger refused the return: payer-frozen',
    ],
    [
      'to a frozen payer',
      'digital',
      () => freeze(PAYER),
      () => thaw(PAYER),
      'the ledger refused the return: payee-frozen',
    ],
    [
      'as new money to a frozen payer',
      'non-cash',
      () => freeze(PAYER),
      () => thaw(PAYER),
      'the ledger refused to issue: payee-frozen',
    ],
  ];
  test.each(table)('%s is asked for again until it succeeds', async (_name, settle, hinder, help, reason) => {
    const request = host.purchase(1, { settle });
    await host.payments.purchase(request);
    await hinder();
    // The terminal repeats, the host starts again, and the answer stays no.
    for (let attempt = 1; attempt <= 6; attempt++) {
      expect(await host.payments.reverse(reversalOf(request))).toEqual({ responseCode: '96', reason });
    }
    const restarted = host.restart();
    expect(await restarted.recover()).toBe(1);
    expect(host.steps.at(-1)?.data).toEqual({
      state: 'reversing',
      how: `the reversal is still open: ${reason}`,
    });
    expect(await restarted.purchase(request)).toEqual(LATE);
    await help();
    expect(await restarted.recover()).toBe(1);
    expect(await restarted.recover()).toBe(0);
    expect(await restarted.reverse(reversalOf(request))).toEqual(UNDONE);
    expect(await host.books()).toBe(UNTOUCHED);
  });
});

it('leaves open what belongs to a merchant that is no longer configured', async () => {
  const request = host.purchase(1, { settle: 'non-cash' });
  await host.payments.purchase(request);
  const shop = host.merchants.get('shop');
  host.merchants.delete('shop');
  const without = host.restart();
  expect(await without.reverse(reversalOf(request))).toEqual({
    responseCode: '96',
    reason: 'merchant shop is no longer configured',
  });
  if (shop) host.merchants.set('shop', shop);
  expect(await host.restart().recover()).toBe(1);
  expect(await host.books()).toBe(UNTOUCHED);
});
