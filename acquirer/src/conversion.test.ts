import type { BankBehaviour } from '@kassa/banks';
import { operationId } from '@kassa/ledger-client';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { suspenseAccountOf } from './conversion.ts';
import type { PaymentRequest } from './payment-request.ts';
import { openTestAcquirer, PAYER, reversalOf, type TestAcquirer } from './testing/test-acquirer.ts';

let host: TestAcquirer;
let request: PaymentRequest;
beforeEach(async () => {
  host = await openTestAcquirer();
  request = host.purchase(1, { settle: 'non-cash' });
});
afterEach(() => host.close());

const UNTOUCHED = 'payer 1000000, merchant 0 digital 0 non-cash, held 0';
const HELD = 'payer 850000, merchant 0 digital 0 non-cash, held 150000';
const PAID = 'payer 850000, merchant 0 digital 150000 non-cash, held 0';
const SUSPENDED = 'payer 850000, merchant 0 digital 0 non-cash, held 0, suspense 150000';
/** Credited and still locked: the one moment at which money stands in both books, and nobody can spend it twice. */
const CREDITED_AND_HELD = 'payer 850000, merchant 0 digital 150000 non-cash, held 150000, TOGETHER 1150000';
const UNDONE = { responseCode: '00', reason: null };
const DAY_MS = 24 * 60 * 60 * 1000;

const SLOW: BankBehaviour = { kind: 'delayed', delayMs: 5_000 };
const CHANGES_ITS_MIND: BankBehaviour = { ...SLOW, reason: 'AC04' };
const WORKS: BankBehaviour = { kind: 'immediate' };
const silent = (posts: boolean): BankBehaviour => ({ kind: 'silent', posts });

const state = () => host.store.find(request.transactionId)?.state;
const told = (type: string) => host.steps.flatMap((step) => (step.type === type ? [step.data] : []));
async function pay(behaviour: BankBehaviour): Promise<string | null> {
  host.nonCash().setBehaviour(behaviour);
  return (await host.payments.purchase(request)).responseCode;
}
async function reportAll(): Promise<void> {
  for (const report of host.reports.splice(0)) await host.payments.takeReport(report);
}
async function bankConcludes(): Promise<void> {
  host.time.nowMs += 5_000;
  await host.nonCash().settleDue();
}

describe('a slow bank', () => {
  it('has taken the credit on: approved, and locked until it is posted', async () => {
    expect(await pay(SLOW)).toBe('00');
    expect([state(), await host.books()]).toEqual(['pending', HELD]);
    await bankConcludes();
    expect([state(), await host.books()]).toEqual(['pending', CREDITED_AND_HELD]);
    await reportAll();
    expect([state(), await host.books()]).toEqual(['settled', PAID]);
    expect(told('acquirer.payment-recovered')).toEqual([
      { state: 'pending', how: "on the merchant's bank account" },
    ]);
  });

  it('that reports twice is believed once', async () => {
    await pay(SLOW);
    host.nonCash().setBehaviour({ kind: 'answers-twice' });
    await bankConcludes();
    expect(host.reports).toHaveLength(2);
    await Promise.all(host.reports.map((report) => host.payments.takeReport(report)));
    expect([state(), await host.books()]).toEqual(['settled', PAID]);
    expect(told('ledger.redeemed')).toHaveLength(1);
  });

  it('whose report is lost is asked, at growing intervals', async () => {
    await pay(SLOW);
    expect(await host.payments.tend()).toBe(1);
    expect(await host.payments.tend()).toBe(0);
    host.time.nowMs += 1_000;
    expect([await host.payments.tend(), await host.payments.tend()]).toEqual([1, 0]);
    host.time.nowMs += 1_000;
    expect(await host.payments.tend()).toBe(0);
    expect(told('acquirer.payment-recovered')).toEqual([
      { state: 'pending', how: "waiting for the merchant's bank" },
    ]);
    await bankConcludes();
    expect(await host.payments.tend()).toBe(1);
    expect([state(), await host.books()]).toEqual(['settled', PAID]);
    expect(await host.payments.tend()).toBe(0);
  });

  it('is asked by the next start', async () => {
    await pay(SLOW);
    await bankConcludes();
    expect(await host.restart().recover()).toBe(1);
    expect([state(), await host.books()]).toEqual(['settled', PAID]);
  });

  it('answers a repeat of the payment as it was answered', async () => {
    host.nonCash().setBehaviour(SLOW);
    const answer = await host.payments.purchase(request);
    host.faults.clear();
    expect(await host.payments.purchase(request)).toEqual(answer);
    expect([state(), host.faults.names]).toEqual(['pending', []]);
    expect(answer).toMatchObject({ responseCode: '00', route: 'convert', reason: null });
    await bankConcludes();
    await reportAll();
    expect(await host.payments.purchase(request)).toEqual(answer);
  });
});

describe('a bank that changes its mind', () => {
  it('owes the merchant what is on its suspense account', async () => {
    expect(await pay(CHANGES_ITS_MIND)).toBe('00');
    expect([state(), await host.books()]).toEqual(['pending', HELD]);
    await bankConcludes();
    await reportAll();
    expect([state(), await host.books()]).toEqual(['suspended', SUSPENDED]);
    expect(told('acquirer.payment-recovered')).toEqual([
      { state: 'pending', how: 'on the suspense account of bank keeper: AC04, the account is closed' },
    ]);
    expect((await host.payments.purchase(request)).responseCode).toBe('00');
    expect(await host.restart().recover()).toBe(0);
  });

  it('and whose suspense account is frozen is tried again under another id', async () => {
    const account = suspenseAccountOf('keeper');
    const submit = (type: 'freeze' | 'unfreeze') =>
      host.ledger.submit([{ type, id: operationId(type), account }]);
    await host.ledger.submit([{ type: 'open', id: operationId(`${account}:open`), account, kind: 'bank' }]);
    await submit('freeze');
    await pay(CHANGES_ITS_MIND);
    await bankConcludes();
    await reportAll();
    expect([state(), await host.books()]).toEqual(['pending', HELD]);
    expect(told('acquirer.payment-recovered')).toEqual([
      { state: 'pending', how: 'needs a person: the ledger refused the suspense: payee-frozen' },
    ]);
    await submit('unfreeze');
    host.time.nowMs += 1_000;
    await host.payments.tend();
    expect([state(), await host.books()]).toEqual(['suspended', SUSPENDED]);
  });

  it('before anyone was told leaves nothing behind', async () => {
    expect(await pay({ kind: 'refuses', reason: 'AC06' })).toBe('96');
    expect([state(), await host.books()]).toEqual(['reversed', UNTOUCHED]);
    expect(host.store.find(request.transactionId)?.reason).toBe(
      "the merchant's bank refused the credit: AC06, the account is blocked",
    );
  });
});

describe('a bank that answers twice', () => {
  it('credits once and is redeemed once', async () => {
    expect(await pay({ kind: 'answers-twice' })).toBe('00');
    await reportAll();
    expect([state(), await host.books()]).toEqual(['settled', PAID]);
    expect([told('bank.credited'), told('ledger.redeemed')].map(({ length }) => length)).toEqual([1, 1]);
  });
});

describe('a bank that dies', () => {
  test.each([
    ['between hold and credit', false, HELD],
    ['between credit and answer', true, CREDITED_AND_HELD],
  ])('%s: declined with 91, locked until it is back, then untouched', async (_name, posts, meanwhile) => {
    expect(await pay(silent(posts))).toBe('91');
    expect([state(), await host.books()]).toEqual(['reversing', meanwhile]);
    expect(await host.payments.reverse(reversalOf(request))).toEqual({
      responseCode: '96',
      reason: "the merchant's bank does not answer",
    });
    const restarted = host.restart();
    expect(await restarted.recover()).toBe(1);
    expect([state(), await host.books()]).toEqual(['reversing', meanwhile]);
    host.nonCash().setBehaviour(WORKS);
    host.time.nowMs += 1_000;
    expect(await restarted.tend()).toBe(1);
    expect([state(), await host.books()]).toEqual(['reversed', UNTOUCHED]);
    // The instruction may have been under way all the time.
    const late = { instructionId: `${request.transactionId}:credit`, endToEndId: request.transactionId };
    expect(await host.nonCash().inquire(late.instructionId)).toMatchObject(
      posts ? { status: 'ACSC' } : { status: 'RJCT', reason: 'DS02' },
    );
    expect(await restarted.purchase(request)).toMatchObject({ responseCode: '91', answerEmvData: null });
    expect(await host.books()).toBe(UNTOUCHED);
  });

  it('with a credit in its queue posts it when it is back', async () => {
    await pay(SLOW);
    host.nonCash().setBehaviour(silent(false));
    await bankConcludes();
    await host.payments.tend();
    expect([state(), await host.books()]).toEqual(['pending', HELD]);
    host.nonCash().setBehaviour(WORKS);
    await bankConcludes();
    await reportAll();
    expect([state(), await host.books()]).toEqual(['settled', PAID]);
  });
});

describe('a bank that has lost a credit it took on', () => {
  it('is waited for, and nothing is given away meanwhile', async () => {
    await pay(SLOW);
    const { nonCash, banks, merchants } = { ...host, nonCash: host.nonCash() };
    const shop = merchants.get('shop');
    const issuer = banks.get('issuer');
    if (!shop || !issuer) throw new Error('the test has both');
    // As after a merchant has been moved to another bank in the middle.
    merchants.set('shop', { ...shop, bankId: 'issuer' });
    await host.restart().recover();
    expect([state(), await host.books()]).toEqual(['pending', HELD]);
    merchants.set('shop', shop);
    await bankConcludes();
    expect(await nonCash.inquire(`${request.transactionId}:credit`)).toMatchObject({ status: 'ACSC' });
    await host.restart().recover();
    expect([state(), await host.books()]).toEqual(['settled', PAID]);
  });
});

describe('the reversal of a conversion', () => {
  it('that is pending calls the credit off', async () => {
    await pay(SLOW);
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    expect([state(), await host.books()]).toEqual(['reversed', UNTOUCHED]);
    await bankConcludes();
    await reportAll();
    expect([state(), await host.books()]).toEqual(['reversed', UNTOUCHED]);
  });

  it('that is pending and posted returns the credit', async () => {
    await pay(SLOW);
    await bankConcludes();
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    await reportAll();
    expect([state(), await host.books()]).toEqual(['reversed', UNTOUCHED]);
  });

  it('that is in suspense comes from there', async () => {
    await pay(CHANGES_ITS_MIND);
    await bankConcludes();
    await reportAll();
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    expect([state(), await host.books()]).toEqual(['reversed', UNTOUCHED]);
    expect(told('acquirer.payment-reversed')).toEqual([
      { how: 'returned from the suspense account of the merchant’s bank' },
    ]);
  });

  it('whose merchant has left the bank stays open and loses nothing', async () => {
    await pay(WORKS);
    const { iban } = host.merchants.get('shop') ?? { iban: '' };
    const out = { type: 'debit', id: 'out', iban, amount: request.amount, endToEndId: 'out' } as const;
    await host.nonCash().submit([out, { type: 'close', id: 'close', iban }]);
    expect(await host.payments.reverse(reversalOf(request))).toEqual({
      responseCode: '96',
      reason: "the merchant's bank refused the return: AC04, the account is closed",
    });
    expect(state()).toBe('reversing');
  });
});

describe('a conversion whose hold is about to run out', () => {
  const NEVER: BankBehaviour = { kind: 'delayed', delayMs: 100 * DAY_MS };

  it('is called off and goes to suspense', async () => {
    await pay(NEVER);
    host.time.nowMs += 6 * DAY_MS - 1;
    await host.payments.tend();
    expect([state(), await host.books()]).toEqual(['pending', HELD]);
    host.time.nowMs += DAY_MS / 2;
    await host.payments.tend();
    expect([state(), await host.books()]).toEqual(['suspended', SUSPENDED]);
    expect(await host.nonCash().inquire(`${request.transactionId}:credit`)).toMatchObject({ reason: 'DS02' });
  });

  it('at a bank that is silent goes to suspense, the cover of what the bank may post', async () => {
    await pay(SLOW);
    host.nonCash().setBehaviour(silent(false));
    host.time.nowMs += 6.5 * DAY_MS;
    await host.payments.tend();
    expect([state(), await host.books()]).toEqual(['suspended', SUSPENDED]);
    host.nonCash().setBehaviour(WORKS);
    await bankConcludes();
    await reportAll();
    expect(await host.books()).toContain('150000 non-cash, held 0, suspense 150000');
    // A reversal takes back both.
    expect(await host.payments.reverse(reversalOf(request))).toEqual(UNDONE);
    expect([state(), await host.books()]).toEqual(['reversed', UNTOUCHED]);
  });

  it('is not expired: it needs a person', async () => {
    await pay(SLOW);
    await bankConcludes();
    host.time.nowMs += 8 * DAY_MS;
    expect(await host.payments.expireHolds()).toBe(0);
    await host.payments.tend();
    expect([state(), await host.books()]).toEqual(['pending', CREDITED_AND_HELD]);
    expect(told('acquirer.payment-recovered')).toEqual([
      { state: 'pending', how: 'needs a person: the ledger refused the redemption: hold-expired' },
    ]);
  });
});

describe('expireHolds', () => {
  const hold = (id: string) =>
    host.ledger.submit([
      {
        type: 'hold',
        id: operationId(id),
        payer: PAYER,
        amount: request.amount,
        expiresAtMs: host.time.nowMs + 1_000,
      },
    ]);

  it('gives back what nobody needs, once, and not before its time', async () => {
    const longest = `${'x'.repeat(59)}:hold`;
    await hold('other:hold');
    await hold(longest);
    expect(await host.payments.expireHolds()).toBe(0);
    host.time.nowMs += 1_000;
    expect([await host.payments.expireHolds(), await host.payments.expireHolds()]).toEqual([2, 0]);
    expect(await host.books()).toBe(UNTOUCHED);
    expect(await host.ledger.hold(operationId(longest))).toMatchObject({ state: 'expired' });
  });

  it('leaves alone what a payment still needs', async () => {
    const states: string[] = [];
    for (const [number, behaviour] of [silent(true), SLOW].entries()) {
      host.nonCash().setBehaviour(behaviour);
      const needing = host.purchase(number + 1, { settle: 'non-cash' });
      await host.payments.purchase(needing);
      states.push(host.store.find(needing.transactionId)?.state ?? '');
    }
    expect(states).toEqual(['reversing', 'pending']);
    host.time.nowMs += 8 * DAY_MS;
    expect(await host.payments.expireHolds()).toBe(0);
    expect(await host.books()).toContain('held 300000');
  });
});
