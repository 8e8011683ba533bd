import { type Tiyn, tiyn } from '@kassa/primitives';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { CreditInstruction } from './non-cash-book.ts';
import { MERCHANT_IBAN, openTestBank, SETTLEMENT_IBAN, type TestBank } from './testing/test-bank.ts';

const SECOND_IBAN = 'KZ00601KZT1000000002';

let bank: TestBank;
beforeEach(async () => {
  bank = await openTestBank();
  await bank.bank.openMerchantAccount(SECOND_IBAN, 'merchant-2');
});
afterEach(() => bank.close());

const order = (changes: Partial<CreditInstruction> = {}): CreditInstruction => ({
  instructionId: 'T1-1:credit',
  transactionId: 'T1-1',
  iban: MERCHANT_IBAN,
  amount: tiyn(150_000n),
  ...changes,
});
const balances = (): (bigint | undefined)[] =>
  [MERCHANT_IBAN, SECOND_IBAN, SETTLEMENT_IBAN].map((iban) => bank.bank.nonCash.balance(iban));

describe('a credit', () => {
  it('moves money from the bank’s own account to the customer’s, and is told once', async () => {
    const { nonCash } = bank.bank;
    expect(balances()).toEqual([0n, 0n, undefined]);
    expect(nonCash.isPosted('T1-1:credit')).toBe(false);
    expect(await nonCash.credit(order())).toEqual({ ok: true, replayed: false });
    expect(balances()).toEqual([150_000n, 0n, -150_000n]);
    expect(nonCash.isPosted('T1-1:credit')).toBe(true);
    expect(bank.steps).toEqual([
      {
        type: 'bank.credited',
        transactionId: 'T1-1',
        terminalId: null,
        data: { bank: 'test', iban: MERCHANT_IBAN, amount: '1500.00', instructionId: 'T1-1:credit' },
      },
    ]);
  });

  it('ordered again is the same movement', async () => {
    const { nonCash } = bank.bank;
    const orders = await Promise.all([nonCash.credit(order()), nonCash.credit(order())]);
    expect(orders).toEqual([
      { ok: true, replayed: false },
      { ok: true, replayed: true },
    ]);
    expect(balances()).toEqual([150_000n, 0n, -150_000n]);
    expect(bank.steps).toHaveLength(1);
  });

  test.each([
    ['amount', { amount: tiyn(150_001n) }],
    ['account', { iban: SECOND_IBAN }],
    ['payment', { transactionId: 'T1-2' }],
  ])('ordered again with another %s is refused', async (_name, changes) => {
    const { nonCash } = bank.bank;
    await nonCash.credit(order());
    const refused = { ok: false, code: 'id-reused-with-different-content' };
    expect(await nonCash.credit(order(changes))).toEqual(refused);
    expect(await nonCash.debit(order())).toEqual(refused);
    expect(balances()).toEqual([150_000n, 0n, -150_000n]);
  });

  test.each([
    ['an account the bank does not keep', 'KZ00601KZT9999999999'],
    ['the bank’s own account', SETTLEMENT_IBAN],
  ])('to %s is refused, and possible later', async (_name, iban) => {
    const { nonCash } = bank.bank;
    await nonCash.credit(order({ instructionId: 'T1-0:credit' }));
    expect(await nonCash.credit(order({ iban }))).toEqual({ ok: false, code: 'unknown-account' });
    expect(nonCash.isPosted('T1-1:credit')).toBe(false);
    expect(await nonCash.credit(order())).toEqual({ ok: true, replayed: false });
  });
});

describe('a debit', () => {
  it('takes money back, also below zero', async () => {
    const { nonCash } = bank.bank;
    expect(await nonCash.debit(order({ instructionId: 'T1-1:debit' }))).toEqual({
      ok: true,
      replayed: false,
    });
    expect(balances()).toEqual([-150_000n, 0n, 150_000n]);
    expect(bank.steps.map(({ type, data }) => [type, data.amount])).toEqual([['bank.debited', '1500.00']]);
  });

  it('ordered again is the same movement', async () => {
    const { nonCash } = bank.bank;
    await nonCash.debit(order());
    expect(await nonCash.debit(order())).toEqual({ ok: true, replayed: true });
    expect(balances()).toEqual([-150_000n, 0n, 150_000n]);
  });
});

it('always adds up to zero, each account to its own movements', async () => {
  const movement = fc.record({
    direction: fc.constantFrom('credit', 'debit'),
    account: fc.constantFrom(MERCHANT_IBAN, SECOND_IBAN, 'KZ00601KZT9999999999'),
    amount: fc.bigInt({ min: 1n, max: 999_999_999_999n }),
    number: fc.nat(5),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(movement, { maxLength: 20 }), async (movements) => {
      run++;
      const expected = new Map([
        [MERCHANT_IBAN, bank.bank.nonCash.balance(MERCHANT_IBAN) ?? 0n],
        [SECOND_IBAN, bank.bank.nonCash.balance(SECOND_IBAN) ?? 0n],
      ]);
      for (const { direction, account, amount, number } of movements) {
        const instruction = order({
          instructionId: `${run}-${number}`,
          iban: account,
          amount: amount as Tiyn,
        });
        const outcome = await bank.bank.nonCash[direction as 'credit' | 'debit'](instruction);
        if (!outcome.ok || outcome.replayed) continue;
        expected.set(account, (expected.get(account) ?? 0n) + (direction === 'credit' ? amount : -amount));
      }
      const [first, second, own] = balances();
      expect([first, second]).toEqual([expected.get(MERCHANT_IBAN), expected.get(SECOND_IBAN)]);
      expect((first ?? 0n) + (second ?? 0n) + (own ?? 0n)).toBe(0n);
    }),
    { numRuns: 25 },
  );
});
