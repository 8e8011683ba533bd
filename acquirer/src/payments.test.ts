import { type Ledger, operationId } from '@kassa/ledger-client';
import { fromHex, tiyn, transactionId } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { PaymentRequest } from './payment-request.ts';
import { createPayments } from './payments.ts';
import {
  EXPIRY,
  issuerSecurity,
  PAN,
  PIN,
  panFrom,
  pinFrom,
  presentChip,
  SERVICE_CODE,
} from './testing/cards.ts';
import {
  AMOUNT,
  MERCHANT_ACCOUNT,
  MERCHANT_WITHOUT_IBAN,
  openTestAcquirer,
  PAYER,
  reversalOf,
  security,
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
const PAID_CONVERT = 'payer 850000, merchant 0 digital 150000 non-cash, held 0';
const types = (): string[] => host.steps.map(({ type }) => type);
const stripe = (changes = {}): PaymentRequest['card'] => ({
  entry: 'swipe',
  pan: PAN,
  expiry: EXPIRY,
  serviceCode: SERVICE_CODE,
  verificationValue: issuerSecurity.stripeVerificationValue(PAN, EXPIRY, SERVICE_CODE),
  ...changes,
});

describe('an approved payment', () => {
  const table: readonly [string, PaymentRequest['settle'], string, string, string[]][] = [
    ['as the merchant’s profile says', null, 'direct', PAID_DIRECT, ['ledger.executed']],
    ['as digital tenge', 'digital', 'direct', PAID_DIRECT, ['ledger.executed']],
    ['as non-cash tenge', 'non-cash', 'convert', PAID_CONVERT, ['bank.credited', 'ledger.redeemed']],
  ];
  test.each(table)('%s', async (_name, settle, route, books, moved) => {
    const answer = await host.payments.purchase(host.purchase(1, { settle }));
    expect(answer).toEqual({
      responseCode: '00',
      approvalCode: expect.stringMatching(/^[0-9A-HJ-NP-Z]{6}$/),
      route,
      reason: null,
      answerEmvData: expect.stringMatching(/^9108[0-9A-F]{8}00800000$/),
    });
    expect(await host.books()).toBe(books);
    expect(types()).toEqual([
      'acquirer.bank-chosen',
      'bank.cryptogram-verified',
      'ledger.held',
      'bank.authorised',
      'acquirer.route-chosen',
      ...moved,
      'acquirer.payment-decided',
    ]);
  });

  it('is accepted by the card: its issuer has answered', async () => {
    const request = host.purchase(1);
    const chip = presentChip(host.card, AMOUNT, 2);
    const { pan, expiry, de55 } = chip.request;
    const card = { entry: 'chip', pan, expiry, emvData: de55 } as const;
    const { answerEmvData } = await host.payments.purchase({ ...request, card });
    expect(chip.complete('00', fromHex(answerEmvData ?? ''))).toMatchObject({
      kind: 'approved',
      by: 'issuer',
    });
  });

  it('by stripe has nothing for a chip', async () => {
    expect(await host.payments.purchase(host.purchase(1, { card: stripe() }))).toMatchObject({
      responseCode: '00',
      answerEmvData: null,
    });
  });

  it('with a PIN that travelled from the terminal’s key to the bank’s', async () => {
    await host.payments.purchase(host.purchase(1, { pin: pinFrom(PIN) }));
    expect(types()).toContain('bank.pin-verified');
    expect(await host.books()).toBe(PAID_DIRECT);
  });

  it('tells where it went, and neither card nor PIN', async () => {
    await host.payments.purchase(host.purchase(1, { settle: 'non-cash', pin: pinFrom(PIN) }));
    const data = Object.fromEntries(host.steps.map((step) => [step.type, step.data]));
    expect(data['acquirer.bank-chosen']).toEqual({ bank: 'issuer', iin: PAN.slice(0, 6) });
    expect(data['acquirer.route-chosen']).toEqual({
      route: 'convert',
      why: 'the terminal asked for non-cash tenge on the bank account',
    });
    expect(data['ledger.redeemed']).toEqual({ hold: `${TERMINAL}-632800000001:hold`, amount: '1500.00' });
    const all = JSON.stringify(host.steps);
    expect(all).not.toContain(PAN);
    expect(all).not.toContain(PIN);
  });

  it('does not wait for another: fifty at once each get their answer', async () => {
    const purchases = Array.from({ length: 50 }, (_, index) =>
      host.purchase(index + 1, { amount: tiyn(100n), settle: index % 2 ? 'digital' : 'non-cash' }),
    );
    const answers = await Promise.all(purchases.map((request) => host.payments.purchase(request)));
    expect(answers.filter(({ responseCode }) => responseCode === '00')).toHaveLength(50);
    expect(await host.books()).toBe('payer 995000, merchant 2500 digital 2500 non-cash, held 0');
  });
});

describe('a declined payment', () => {
  const freeze = (account: typeof PAYER) => () =>
    host.ledger.submit([{ type: 'freeze', id: operationId('freeze'), account }]);
  const nothing = async () => undefined;
  const other = panFrom('499998111122223');
  const unknown = panFrom('400001999988887');
  const table: readonly [string, () => Promise<unknown>, Partial<PaymentRequest>, string, string][] = [
    [
      'a merchant nobody knows',
      nothing,
      { merchantNumber: 'KZ0000000000009' },
      '03',
      'this merchant is not known to the acquirer',
    ],
    [
      'the terminal of somebody else',
      nothing,
      { terminalId: '20000009' },
      '03',
      "this terminal is not one of this merchant's",
    ],
    [
      'a card of no bank here',
      nothing,
      { card: stripe({ pan: other }) },
      '15',
      'no bank issues cards with this number',
    ],
    [
      'a card its bank does not know',
      nothing,
      { card: stripe({ pan: unknown }) },
      '14',
      'the bank does not know this card',
    ],
    [
      'a PIN block of another card',
      nothing,
      { pin: { ...pinFrom(PIN), block: new Uint8Array(8) } },
      '55',
      'the PIN block does not decipher',
    ],
    ['a wrong PIN', nothing, { pin: pinFrom('0000') }, '55', 'the PIN is wrong'],
    [
      'too little money',
      nothing,
      { amount: tiyn(1_000_001n) },
      '51',
      'the digital account does not hold enough',
    ],
    ['a frozen account', freeze(PAYER), {}, '62', 'the digital account is frozen'],
    [
      'a merchant whose digital account is frozen',
      freeze(MERCHANT_ACCOUNT),
      {},
      '96',
      'the ledger refused to pay the merchant: payee-frozen',
    ],
    [
      'a merchant without an account at the bank',
      nothing,
      { merchantNumber: MERCHANT_WITHOUT_IBAN },
      '96',
      "the merchant's bank refused the credit: AC01, the account number is not known here",
    ],
  ];
  test.each(table)('for %s moves nothing', async (_name, before, changes, responseCode, reason) => {
    await before();
    const request = host.purchase(1, changes);
    const answer = await host.payments.purchase(request);
    expect(answer).toMatchObject({ responseCode, reason, approvalCode: null, route: null });
    expect(await host.books()).toBe(UNTOUCHED);
    // And again: the same answer, to the last byte of DE 55.
    expect(await host.payments.purchase(request)).toEqual(answer);
    expect(await host.books()).toBe(UNTOUCHED);
  });

  it('after the bank had approved does not hand out the approval cryptogram, in a repeat neither', async () => {
    const request = host.purchase(1, { merchantNumber: MERCHANT_WITHOUT_IBAN });
    for (const _time of ['first', 'again']) {
      expect(await host.payments.purchase(request)).toMatchObject({
        responseCode: '96',
        answerEmvData: null,
      });
    }
    expect(host.store.find(request.transactionId)).toMatchObject({ state: 'reversed', approvalCode: null });
  });

  it('by the bank answers a genuine card', async () => {
    const { answerEmvData } = await host.payments.purchase(host.purchase(1, { pin: pinFrom('0000') }));
    expect(answerEmvData).toMatch(/^9108[0-9A-F]{8}00000000$/);
  });

  it('is told once, with its reason', async () => {
    await host.payments.purchase(host.purchase(1, { amount: tiyn(1_000_001n) }));
    expect(host.steps.at(-1)).toEqual({
      type: 'acquirer.payment-decided',
      transactionId: `${TERMINAL}-632800000001`,
      terminalId: TERMINAL,
      data: {
        approved: false,
        responseCode: '51',
        approvalCode: null,
        reason: 'the digital account does not hold enough',
      },
    });
  });
});

describe('the same message again', () => {
  it.each(['digital', 'non-cash'] as const)('gets the same answer and moves nothing: %s', async (settle) => {
    const request = host.purchase(1, { settle });
    const answer = await host.payments.purchase(request);
    const books = await host.books();
    host.steps.length = 0;
    host.faults.clear();
    expect(await host.payments.purchase(request)).toEqual(answer);
    expect(await host.books()).toBe(books);
    expect(host.faults.names).toEqual([]);
    expect(host.steps).toEqual([
      {
        type: 'acquirer.duplicate-found',
        transactionId: request.transactionId,
        terminalId: TERMINAL,
        data: { stan: '000001' },
      },
    ]);
  });

  it('while the first is being answered gets the same answer', async () => {
    const request = host.purchase(1);
    const [first, second] = await Promise.all([
      host.payments.purchase(request),
      host.payments.purchase(request),
    ]);
    expect(second).toEqual(first);
    expect(await host.books()).toBe(PAID_DIRECT);
  });

  it('after a restart gets the same answer', async () => {
    const request = host.purchase(1);
    const answer = await host.payments.purchase(request);
    expect(await host.restart().purchase(request)).toEqual(answer);
    expect(await host.books()).toBe(PAID_DIRECT);
  });

  const taken = {
    responseCode: '94',
    reason: 'this terminal used the trace number for another payment at the same time',
    approvalCode: null,
    route: null,
    answerEmvData: null,
  };
  const table: readonly [string, Partial<PaymentRequest>][] = [
    ['another amount', { amount: tiyn(150_001n) }],
    ['another card', { card: stripe({ pan: panFrom('400001111122224') }) }],
    ['another way to settle', { settle: 'non-cash' }],
    ['another local time', { localTime: '1123151531' }],
    ['another STAN', { stan: '000009' }],
    ['another reference number', { transactionId: transactionId(TERMINAL, '632800000009') }],
  ];
  test.each(table)('with %s is refused with 94', async (_name, changes) => {
    const request = host.purchase(1);
    await host.payments.purchase(request);
    expect(await host.payments.purchase({ ...request, ...changes })).toEqual(taken);
    expect(await host.books()).toBe(PAID_DIRECT);
  });

  it('with another reference number at the same moment: one is paid, one refused', async () => {
    const request = host.purchase(1);
    const other = { ...request, transactionId: transactionId(TERMINAL, '632800000009') };
    const answers = await Promise.all([host.payments.purchase(request), host.payments.purchase(other)]);
    expect(answers).toEqual([expect.objectContaining({ responseCode: '00' }), taken]);
    expect(await host.books()).toBe(PAID_DIRECT);
  });

  it('under the same STAN at another time is another payment', async () => {
    await host.payments.purchase(host.purchase(1));
    const answer = await host.payments.purchase(
      host.purchase(2, { stan: '000001', localTime: '1123151531' }),
    );
    expect(answer).toMatchObject({ responseCode: '00' });
    expect(await host.books()).toBe('payer 700000, merchant 300000 digital 0 non-cash, held 0');
  });
});

describe('a payment that was cut off', () => {
  it('and is repeated with a PIN block that is none is declined, and gives back what it held', async () => {
    const request = host.purchase(1);
    host.faults.arm(3, 'after', 'once');
    await expect(host.payments.purchase(request)).rejects.toThrow('ledger hold');
    expect(await host.books()).toBe('payer 850000, merchant 0 digital 0 non-cash, held 150000');
    const pin = { ...pinFrom(PIN), block: new Uint8Array(8) };
    expect(await host.payments.purchase({ ...request, pin })).toMatchObject({ responseCode: '55' });
    expect(await host.books()).toBe(UNTOUCHED);
  });

  it('stays open when what failed cannot be undone at once, and answers 96 meanwhile', async () => {
    const { store, banks, merchants, ledger } = host;
    let isStuck = true;
    const stubborn: Ledger = {
      ...ledger,
      submit: (operations, options) =>
        isStuck && operations[0]?.type === 'release'
          ? Promise.resolve([])
          : ledger.submit(operations, options),
    };
    const emit = () => undefined;
    const clock = () => host.time.nowMs;
    const payments = createPayments({ store, ledger: stubborn, banks, merchants, security, clock, emit });
    const request = host.purchase(1, { merchantNumber: MERCHANT_WITHOUT_IBAN });
    const answer = await payments.purchase(request);
    expect(answer).toMatchObject({ responseCode: '96', answerEmvData: null });
    expect(store.find(request.transactionId)).toMatchObject({ state: 'reversing', route: 'convert' });
    expect(await payments.purchase(request)).toEqual(answer);
    expect(await payments.reverse(reversalOf(request))).toEqual({
      responseCode: '96',
      reason: 'the ledger refused the release: no answer',
    });
    isStuck = false;
    expect(await payments.reverse(reversalOf(request))).toEqual({ responseCode: '00', reason: null });
    expect(await payments.purchase(request)).toEqual(answer);
    expect(await host.books()).toBe(UNTOUCHED);
  });
});

it('does not start with a merchant whose bank is not configured', () => {
  const { store, ledger, merchants, faults } = host;
  const ports = {
    store,
    ledger,
    merchants,
    banks: new Map(),
    security,
    clock: () => 0,
    emit: () => undefined,
  };
  expect(() => createPayments(ports)).toThrow(
    'merchant shop has an account at bank keeper, which is not configured',
  );
  expect(faults.names).toEqual([]);
});
