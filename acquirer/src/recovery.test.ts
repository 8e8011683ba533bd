import { operationId } from '@kassa/ledger-client';
import { describe, expect, it, test } from 'vitest';
import type { PaymentRequest } from './payment-request.ts';
import type { Payments } from './payments.ts';
import type { FaultMoment } from './testing/faults.ts';
import {
  MERCHANT_ACCOUNT,
  MERCHANT_WITHOUT_IBAN,
  openTestAcquirer,
  reversalOf,
  type TestAcquirer,
} from './testing/test-acquirer.ts';

const UNTOUCHED = 'payer 1000000, merchant 0 digital 0 non-cash, held 0';
const PAID_DIRECT = 'payer 850000, merchant 150000 digital 0 non-cash, held 0';
const PAID_CONVERT = 'payer 850000, merchant 0 digital 150000 non-cash, held 0';
const UNDONE = { responseCode: '00', reason: null };
const MOMENTS: readonly FaultMoment[] = ['before', 'after'];

interface Scenario {
  readonly name: string;
  readonly changes: Partial<PaymentRequest>;
  /** What stands in the books when the payment succeeds, and when it does not. */
  readonly paid: string | null;
  readonly prepare?: (host: TestAcquirer) => Promise<unknown>;
  /** Writing calls of one undisturbed purchase, so that a test which disturbs fewer is seen. */
  readonly calls: readonly string[];
}

const AUTHORISED = ['add', 'issuer bank', 'ledger hold', 'to authorised'];
const SCENARIOS: readonly Scenario[] = [
  {
    name: 'DIRECT',
    changes: { settle: 'digital' },
    paid: PAID_DIRECT,
    calls: [...AUTHORISED, 'ledger execute', 'to settled'],
  },
  {
    name: 'CONVERT',
    changes: { settle: 'non-cash' },
    paid: PAID_CONVERT,
    calls: [...AUTHORISED, 'keeper bank', 'ledger execute', 'to settled'],
  },
  {
    name: 'DIRECT to a frozen merchant',
    changes: { settle: 'digital' },
    paid: null,
    prepare: ({ ledger }) =>
      ledger.submit([{ type: 'freeze', id: operationId('freeze'), account: MERCHANT_ACCOUNT }]),
    calls: [...AUTHORISED, 'ledger execute', 'ledger release', 'to reversed'],
  },
  {
    name: 'CONVERT without an account at the bank',
    changes: { merchantNumber: MERCHANT_WITHOUT_IBAN },
    paid: null,
    calls: [...AUTHORISED, 'keeper bank', 'ledger release', 'to reversed'],
  },
];

function stepsOf(calls: readonly string[]): [moment: FaultMoment, name: string, call: number][] {
  return calls.flatMap((name, index) =>
    MOMENTS.map((moment): [FaultMoment, string, number] => [moment, name, index + 1]),
  );
}

async function onHost(
  scenario: Scenario,
  test: (host: TestAcquirer, request: PaymentRequest) => Promise<void>,
): Promise<void> {
  const host = await openTestAcquirer();
  await scenario.prepare?.(host);
  await test(host, host.purchase(1, scenario.changes));
  await host.close();
}

/** Whatever happened: paid or untouched, and the terminal is told which; a reversal then undoes it. */
async function expectConclusion(
  host: TestAcquirer,
  payments: Payments,
  scenario: Scenario,
  request: PaymentRequest,
): Promise<void> {
  const before = await host.books();
  expect([scenario.paid, UNTOUCHED]).toContain(before);
  const state = host.store.find(request.transactionId)?.state;
  expect(before === UNTOUCHED ? [undefined, 'declined', 'reversed'] : ['settled']).toContain(state);
  const { responseCode, approvalCode, answerEmvData } = await payments.purchase(request);
  const after = await host.books();
  expect(after).toBe(responseCode === '00' ? scenario.paid : UNTOUCHED);
  // What had come to an end stays as it is.
  if (state !== undefined) expect(after).toBe(before);
  if (responseCode !== '00') {
    expect(['91', '96']).toContain(responseCode);
    expect([approvalCode, answerEmvData]).toEqual([null, null]);
  }
  expect(await payments.reverse(reversalOf(request))).toEqual(UNDONE);
  expect(await host.books()).toBe(UNTOUCHED);
}

describe.each(SCENARIOS)('a purchase, $name', (scenario) => {
  it('makes the calls this test disturbs', () =>
    onHost(scenario, async (host, request) => {
      await host.payments.purchase(request);
      expect(host.faults.names).toEqual(scenario.calls);
    }));

  const steps = stepsOf(scenario.calls);

  test.each(steps)('killed %s "%s" is concluded by the next start', (moment, _name, call) =>
    onHost(scenario, async (host, request) => {
      host.faults.arm(call, moment, 'crash');
      await expect(host.payments.purchase(request)).rejects.toThrow(`failed ${moment} it was done`);
      host.time.nowMs += 60_000;
      const restarted = host.restart();
      const wasStored = host.store.find(request.transactionId) !== undefined;
      const isDone = scenario.calls.length === call && moment === 'after';
      expect(await restarted.recover()).toBe(wasStored && !isDone ? 1 : 0);
      expect(host.store.unfinished()).toEqual([]);
      expect(await restarted.recover()).toBe(0);
      await expectConclusion(host, restarted, scenario, request);
    }),
  );

  test.each(steps)('killed %s "%s", and again in each step of the recovery', async (moment, _name, call) => {
    for (const secondMoment of MOMENTS) {
      // How many calls the recovery makes is only known once one has gone through undisturbed.
      for (let second = 1, isOver = false; !isOver; second++) {
        expect(second).toBeLessThan(10);
        await onHost(scenario, async (host, request) => {
          host.faults.arm(call, moment, 'crash');
          await expect(host.payments.purchase(request)).rejects.toThrow();
          const dying = host.restart();
          host.faults.arm(second, secondMoment, 'crash');
          isOver = await dying.recover().then(
            () => true,
            () => false,
          );
          const restarted = host.restart();
          await restarted.recover();
          await expectConclusion(host, restarted, scenario, request);
        });
      }
    }
  });

  test.each(steps)('that meets trouble %s "%s" goes on when it is repeated', (moment, _name, call) =>
    onHost(scenario, async (host, request) => {
      host.faults.arm(call, moment, 'once');
      await expect(host.payments.purchase(request)).rejects.toThrow(`failed ${moment} it was done`);
      host.time.nowMs += 60_000;
      const { responseCode } = await host.payments.purchase(request);
      expect(responseCode).toBe(scenario.paid === null ? '96' : '00');
      await expectConclusion(host, host.payments, scenario, request);
    }),
  );

  test.each(steps)('that meets trouble %s "%s" is undone by its reversal', (moment, _name, call) =>
    onHost(scenario, async (host, request) => {
      host.faults.arm(call, moment, 'once');
      await expect(host.payments.purchase(request)).rejects.toThrow();
      expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
      expect(await host.books()).toBe(UNTOUCHED);
      expect((await host.payments.purchase(request)).responseCode).not.toBe('00');
      expect(await host.books()).toBe(UNTOUCHED);
    }),
  );
});

describe.each([
  { settle: 'digital', paid: PAID_DIRECT, calls: ['to reversing', 'ledger transfer', 'to reversed'] },
  {
    settle: 'non-cash',
    paid: PAID_CONVERT,
    calls: ['to reversing', 'keeper bank', 'ledger issue', 'to reversed'],
  },
] as const)('a reversal of $settle', ({ settle, paid, calls }) => {
  const steps = stepsOf(calls);

  test.each(steps)('killed %s "%s" is finished', async (moment, name, call) => {
    const host = await openTestAcquirer();
    const request = host.purchase(1, { settle });
    await host.payments.purchase(request);
    host.faults.arm(call, moment, 'crash');
    await expect(host.payments.reverse(reversalOf(request))).rejects.toThrow();
    const restarted = host.restart();
    const wasBegun = !(name === 'to reversing' && moment === 'before');
    const isDone = name === 'to reversed' && moment === 'after';
    expect(await restarted.recover()).toBe(wasBegun && !isDone ? 1 : 0);
    expect(await host.books()).toBe(wasBegun ? UNTOUCHED : paid);
    expect(await restarted.reverse(reversalOf(request))).toEqual(UNDONE);
    expect(await host.books()).toBe(UNTOUCHED);
    await host.close();
  });
});

describe('recover', () => {
  const told = (host: TestAcquirer) =>
    host.steps.flatMap(({ type, data }) => (type === 'acquirer.payment-recovered' ? [data] : []));
  const killAt = async (host: TestAcquirer, request: PaymentRequest, call: number): Promise<Payments> => {
    host.faults.arm(call, 'after', 'crash');
    await host.payments.purchase(request).catch(() => undefined);
    return host.restart();
  };

  it('tells what it did', async () => {
    const table: readonly [call: number, Partial<PaymentRequest>, state: string, how: string][] = [
      [1, {}, 'received', 'nothing had been held'],
      [3, {}, 'received', 'the hold was released'],
      [4, {}, 'authorised', 'settled as decided'],
      [
        4,
        { merchantNumber: MERCHANT_WITHOUT_IBAN },
        'authorised',
        "not settled: the merchant's bank refused the credit: AC01, the account number is not known here",
      ],
    ];
    for (const [call, changes, state, how] of table) {
      const host = await openTestAcquirer();
      await (await killAt(host, host.purchase(1, changes), call)).recover();
      expect(told(host)).toEqual([{ state, how }]);
      await host.close();
    }
  });

  it('answers 91 to the repeat of a payment it declined', async () => {
    const host = await openTestAcquirer();
    const request = host.purchase(1);
    const restarted = await killAt(host, request, 3);
    await restarted.recover();
    expect(await restarted.purchase(request)).toEqual({
      responseCode: '91',
      reason: 'the host stopped before it had decided',
      approvalCode: null,
      route: null,
      answerEmvData: null,
    });
    await host.close();
  });

  it('finishes several, each in its own way', async () => {
    const host = await openTestAcquirer();
    const purchases = [1, 2, 3, 4].map((number) => host.purchase(number, { settle: 'non-cash' }));
    for (const [index, request] of purchases.entries()) await killAt(host, request, index + 2);
    expect(await host.restart().recover()).toBe(4);
    expect(told(host).map(({ state }) => state)).toEqual([
      'received',
      'received',
      'authorised',
      'authorised',
    ]);
    expect(await host.books()).toBe('payer 700000, merchant 0 digital 300000 non-cash, held 0');
    await host.close();
  });

  it('takes back a conversion whose hold has run out meanwhile', async () => {
    const host = await openTestAcquirer();
    // Killed when the bank account had been credited and the digital tenge were still held.
    const restarted = await killAt(host, host.purchase(1, { settle: 'non-cash' }), 5);
    await expect(host.books()).resolves.toContain('TOGETHER 1150000');
    host.time.nowMs += 8 * 24 * 60 * 60 * 1000;
    await restarted.recover();
    expect(told(host)).toEqual([
      { state: 'authorised', how: 'not settled: the ledger refused the redemption: hold-expired' },
    ]);
    expect(await host.books()).toBe(UNTOUCHED);
    await host.close();
  });

  it('leaves an undecided payment open while its merchant is not configured', async () => {
    const host = await openTestAcquirer();
    const request = host.purchase(1);
    await killAt(host, request, 3);
    const shop = host.merchants.get('shop');
    host.merchants.delete('shop');
    await host.restart().recover();
    expect(told(host)).toEqual([
      { state: 'received', how: 'not undone yet: merchant shop is no longer configured' },
    ]);
    expect(host.store.unfinished()).toHaveLength(1);
    if (shop) host.merchants.set('shop', shop);
    const restarted = host.restart();
    expect(await restarted.recover()).toBe(1);
    expect(await host.books()).toBe(UNTOUCHED);
    expect(await restarted.purchase(request)).toMatchObject({ responseCode: '91' });
    await host.close();
  });

  it('leaves a decided payment alone while its merchant is not configured', async () => {
    const host = await openTestAcquirer();
    const request = host.purchase(1);
    await killAt(host, request, 4);
    const shop = host.merchants.get('shop');
    host.merchants.delete('shop');
    await host.restart().recover();
    expect(told(host)).toEqual([
      { state: 'authorised', how: 'left as it is: merchant shop is no longer configured' },
    ]);
    if (shop) host.merchants.set('shop', shop);
    await host.restart().recover();
    expect(await host.books()).toBe(PAID_DIRECT);
    await host.close();
  });
});
