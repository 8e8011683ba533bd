import { type Tiyn, tiyn } from '@kassa/primitives';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type BankBehaviour, type CreditInstruction, parseBankBehaviour } from './credit-transfer.ts';
import type { NonCashBook } from './non-cash-book.ts';
import type { NonCashOperation } from './non-cash-operation.ts';
import { MERCHANT_IBAN, openTestBank, SETTLEMENT_IBAN, type TestBank } from './testing/test-bank.ts';

const SECOND_IBAN = 'KZ00601KZT1000000002';

let bank: TestBank;
let book: NonCashBook;
beforeEach(async () => {
  bank = await openTestBank();
  book = bank.bank.nonCash;
  await bank.bank.openMerchantAccount(SECOND_IBAN, 'merchant-2');
});
afterEach(() => bank.close());

const instruction = (changes: Partial<CreditInstruction> = {}): CreditInstruction => ({
  messageId: 'T1-1:pacs008',
  instructionId: 'T1-1:credit',
  endToEndId: 'T1-1',
  amount: tiyn(150_000n),
  currency: 'KZT',
  debtorAgent: '856',
  creditorAgent: '601',
  creditorIban: MERCHANT_IBAN,
  purposeCode: '710',
  debtorSectorCode: '19',
  creditorSectorCode: '17',
  ...changes,
});
const ABOUT = { instructionId: 'T1-1:credit', endToEndId: 'T1-1' };
const SETTLED = { ...ABOUT, status: 'ACSC' };
const PENDING = { ...ABOUT, status: 'PDNG' };
const rejected = (reason: string) => ({ ...ABOUT, status: 'RJCT', reason });
const DELAYED: BankBehaviour = { kind: 'delayed', delayMs: 5_000 };
const CREDITED = [150_000n, 0n, -150_000n];
const NOTHING = [0n, 0n, 0n];
const balances = (): (bigint | undefined)[] =>
  [MERCHANT_IBAN, SECOND_IBAN, SETTLEMENT_IBAN].map((iban) => book.balance(iban));
const block = (iban = MERCHANT_IBAN) => book.submit([{ type: 'block', id: `block:${iban}`, iban }]);
const close = (iban = MERCHANT_IBAN) => book.submit([{ type: 'close', id: `close:${iban}`, iban }]);
const codes = (outcomes: readonly { code: string }[]): string[] => outcomes.map(({ code }) => code);

describe('a credit instruction', () => {
  it('moves money from the bank’s own account to the customer’s, and is told once', async () => {
    expect(await book.instruct(instruction())).toEqual(SETTLED);
    expect(await book.inquire('T1-1:credit')).toEqual(SETTLED);
    expect(balances()).toEqual(CREDITED);
    expect(bank.steps).toEqual([
      {
        type: 'bank.credited',
        transactionId: 'T1-1',
        terminalId: null,
        data: { bank: 'test', iban: MERCHANT_IBAN, amount: '1500.00', instructionId: 'T1-1:credit' },
      },
    ]);
  });

  it('given again, also at the same moment, is the same credit', async () => {
    const answers = await Promise.all([book.instruct(instruction()), book.instruct(instruction())]);
    expect(answers).toEqual([SETTLED, SETTLED]);
    expect(balances()).toEqual(CREDITED);
    expect(bank.steps).toHaveLength(1);
  });

  test.each<[string, Partial<CreditInstruction>]>([
    ['iban', { creditorIban: SECOND_IBAN }],
    ['amount', { amount: tiyn(150_001n) }],
    ['messageId', { messageId: 'T1-1:other' }],
    ['endToEndId', { endToEndId: 'T1-2' }],
    ['debtorAgent', { debtorAgent: '949' }],
    ['creditorAgent', { creditorAgent: '949' }],
    ['purposeCode', { purposeCode: '711' }],
    ['debtorSectorCode', { debtorSectorCode: '29' }],
    ['creditorSectorCode', { creditorSectorCode: '27' }],
  ])('given again with another %s is rejected, saying so', async (differs, changes) => {
    await book.instruct(instruction());
    const { endToEndId } = instruction(changes);
    expect(await book.instruct(instruction(changes))).toEqual({ ...rejected('AM05'), endToEndId, differs });
    expect(balances()).toEqual(CREDITED);
    expect(await book.inquire('T1-1:credit')).toEqual(SETTLED);
  });

  test.each<[string, string, () => Promise<unknown>, Partial<CreditInstruction>]>([
    ['AC01', 'an account it does not keep', async () => undefined, { creditorIban: 'KZ00601KZT9999999999' }],
    ['AC01', 'its own account', async () => undefined, { creditorIban: SETTLEMENT_IBAN }],
    ['AC04', 'a closed account', () => close(), {}],
    ['AC06', 'a blocked account', () => block(), {}],
    ['AM01', 'nothing', async () => undefined, { amount: tiyn(0n) }],
  ])('is rejected with %s for %s, for good', async (reason, _name, prepare, changes) => {
    await prepare();
    expect(await book.instruct(instruction(changes))).toEqual(rejected(reason));
    await book.submit([{ type: 'unblock', id: 'unblock', iban: MERCHANT_IBAN }]);
    expect(await book.instruct(instruction(changes))).toEqual(rejected(reason));
    expect(await book.inquire('T1-1:credit')).toEqual(rejected(reason));
    expect(balances().slice(0, 2)).toEqual([0n, 0n]);
    expect(bank.steps.map(({ type, data }) => [type, data.reason])).toEqual([
      ['bank.credit-rejected', reason],
    ]);
  });

  it('that never came is not known', async () => {
    const unknown = { instructionId: 'T1-9:credit', endToEndId: '', status: 'RJCT', reason: 'NOOR' };
    expect(await book.inquire('T1-9:credit')).toEqual(unknown);
  });
});

describe('a bank that', () => {
  it('is slow queues the credit, posts it when it is due, and reports it', async () => {
    book.setBehaviour(DELAYED);
    expect(await book.instruct(instruction())).toEqual(PENDING);
    expect(await book.instruct(instruction())).toEqual(PENDING);
    bank.time.nowMs += 4_999;
    expect([await book.settleDue(), balances()]).toEqual([0, NOTHING]);
    bank.time.nowMs += 1;
    expect([await book.settleDue(), balances()]).toEqual([1, CREDITED]);
    expect(await book.settleDue()).toBe(0);
    expect(bank.reports).toEqual([SETTLED]);
    expect(await book.instruct(instruction())).toEqual(SETTLED);
    expect(bank.steps.map(({ type }) => type)).toEqual(['bank.credit-queued', 'bank.credited']);
  });

  it('changes its mind rejects a queued credit when it is due', async () => {
    book.setBehaviour({ ...DELAYED, reason: 'AC06' });
    await book.instruct(instruction());
    book.setBehaviour({ kind: 'immediate' });
    bank.time.nowMs += 5_000;
    await book.settleDue();
    expect(bank.reports).toEqual([rejected('AC06')]);
    expect([await book.inquire('T1-1:credit'), balances()]).toEqual([rejected('AC06'), NOTHING]);
  });

  test.each([
    ['AC04', () => close()],
    ['AC06', () => block()],
  ])('finds the account unusable when a queued credit is due rejects it with %s', async (reason, prepare) => {
    book.setBehaviour(DELAYED);
    await book.instruct(instruction());
    await prepare();
    bank.time.nowMs += 5_000;
    await book.settleDue();
    expect(bank.reports).toEqual([rejected(reason)]);
    expect(balances()).toEqual(NOTHING);
  });

  it('refuses rejects with its reason', async () => {
    book.setBehaviour({ kind: 'refuses', reason: 'MS03' });
    expect(await book.instruct(instruction())).toEqual(rejected('MS03'));
    expect(balances()).toEqual(NOTHING);
  });

  it('answers twice posts once', async () => {
    book.setBehaviour({ kind: 'answers-twice' });
    expect(await book.instruct(instruction())).toEqual(SETTLED);
    expect(bank.reports).toEqual([SETTLED]);
    expect(balances()).toEqual(CREDITED);
  });

  it('answers twice reports a queued credit twice and posts it once', async () => {
    book.setBehaviour(DELAYED);
    await book.instruct(instruction());
    book.setBehaviour({ kind: 'answers-twice' });
    bank.time.nowMs += 5_000;
    expect(await book.settleDue()).toBe(1);
    expect(bank.reports).toEqual([SETTLED, SETTLED]);
    expect(balances()).toEqual(CREDITED);
  });

  test.each([
    [false, NOTHING, 'NOOR'],
    [true, CREDITED, undefined],
  ])('is silent, having posted: %s, says so once it is back', async (posts, expected, reason) => {
    book.setBehaviour({ kind: 'silent', posts });
    const request = { id: 'x', instructionId: 'T1-1:credit' };
    expect(await book.instruct(instruction())).toBeNull();
    expect(await book.inquire('T1-1:credit')).toBeNull();
    expect(await book.cancel({ ...request, id: 'x-1' })).toBeNull();
    expect(await book.returnCredit(request)).toBeNull();
    expect(balances()).toEqual(expected);
    book.setBehaviour({ kind: 'immediate' });
    const standing = await book.inquire('T1-1:credit');
    expect(standing).toMatchObject(reason ? { status: 'RJCT', reason } : SETTLED);
    expect(await book.instruct(instruction())).toEqual(SETTLED);
    expect(balances()).toEqual(CREDITED);
  });
});

describe('a cancellation', () => {
  const request = { id: 'T1-1:cancel', instructionId: 'T1-1:credit' };

  it('stops a queued credit', async () => {
    book.setBehaviour(DELAYED);
    await book.instruct(instruction());
    expect(await book.cancel(request)).toEqual(rejected('DS02'));
    bank.time.nowMs += 5_000;
    expect([await book.settleDue(), balances()]).toEqual([0, NOTHING]);
  });

  it('that overtakes its credit keeps it out', async () => {
    expect(await book.cancel(request)).toMatchObject({ status: 'RJCT', reason: 'DS02' });
    expect(await book.instruct(instruction())).toMatchObject({ status: 'RJCT', reason: 'DS02' });
    expect(balances()).toEqual(NOTHING);
  });

  it('of a rejected credit leaves it rejected for its reason', async () => {
    book.setBehaviour({ ...DELAYED, reason: 'AC06' });
    await book.instruct(instruction());
    bank.time.nowMs += 5_000;
    await book.settleDue();
    expect(await book.cancel(request)).toEqual(rejected('AC06'));
  });

  it('that comes too late says that the credit is posted', async () => {
    await book.instruct(instruction());
    expect(await book.cancel(request)).toEqual(SETTLED);
    expect(balances()).toEqual(CREDITED);
  });
});

describe('a return', () => {
  const request = { id: 'T1-1:debit', instructionId: 'T1-1:credit' };

  it('takes a credit back once, also below zero, also from a blocked account', async () => {
    await book.instruct(instruction());
    await book.submit([
      { type: 'debit', id: 'rent', iban: MERCHANT_IBAN, amount: tiyn(1n), endToEndId: 'rent' },
    ]);
    await block();
    expect(await book.returnCredit(request)).toEqual(SETTLED);
    expect(await book.returnCredit(request)).toEqual(SETTLED);
    expect(balances()).toEqual([-1n, 0n, 1n]);
    expect(await book.returnCredit({ ...request, id: 'again' })).toEqual(rejected('ARDT'));
    expect(bank.steps.map(({ type }) => type)).toEqual(['bank.credited', 'bank.debited', 'bank.debited']);
  });

  it('of what was not posted is rejected', async () => {
    expect(await book.returnCredit(request)).toMatchObject({ status: 'RJCT', reason: 'NOOR' });
    book.setBehaviour(DELAYED);
    await book.instruct(instruction());
    expect(await book.returnCredit({ ...request, id: 'again' })).toEqual(rejected('NOOR'));
  });
});

describe('the book', () => {
  const debit = (id: string, amount: bigint, iban = MERCHANT_IBAN): NonCashOperation => ({
    type: 'debit',
    id,
    iban,
    amount: tiyn(amount),
    endToEndId: 'E',
  });
  const onCredit = (type: 'settle' | 'cancel' | 'return', id: string): NonCashOperation => ({
    type,
    id,
    instruction: 'T1-1:credit',
  });

  test.each<[string, readonly NonCashOperation[], string]>([
    ['debits what is there', [debit('a', 150_000n)], 'ok'],
    ['not more', [debit('a', 150_001n)], 'insufficient-funds'],
    ['not nothing, from nobody', [debit('a', 0n, 'nobody')], 'zero-amount'],
    ['not from nobody', [debit('a', 1n, 'nobody')], 'unknown-account'],
    [
      'not when blocked',
      [{ type: 'block', id: 'b', iban: MERCHANT_IBAN }, debit('a', 1n)],
      'account-blocked',
    ],
    ['closes no account with money', [{ type: 'close', id: 'c', iban: MERCHANT_IBAN }], 'account-not-empty'],
    [
      'not when closed',
      [
        { type: 'close', id: 'c', iban: SECOND_IBAN },
        { type: 'unblock', id: 'u', iban: SECOND_IBAN },
      ],
      'account-closed',
    ],
    [
      'opens no account for two',
      [{ type: 'open', id: 'o', iban: MERCHANT_IBAN, owner: 'merchant-2' }],
      'account-exists-with-different-content',
    ],
    ['settles what is queued', [onCredit('settle', 's')], 'credit-not-queued'],
    ['does not cancel what is posted', [onCredit('cancel', 'c')], 'credit-already-posted'],
    ['returns once', [onCredit('return', 'r'), onCredit('return', 'r2')], 'credit-already-returned'],
    ['keeps its own account', [{ type: 'block', id: 'b', iban: SETTLEMENT_IBAN }], 'unknown-account'],
  ])('%s', async (_name, operations, code) => {
    await book.instruct(instruction());
    expect(codes(await book.submit(operations)).at(-1)).toBe(code);
    const head = book.head();
    // The same again: the same answers, and no new entry.
    const again = await book.submit(operations);
    expect([codes(again).at(-1), again.every(({ replayed }) => replayed)]).toEqual([code, true]);
    expect(book.head()).toEqual(head);
  });

  it('says in which part an id’s content differs, and keeps the first answer', async () => {
    await book.submit([debit('a', 1n)]);
    expect(await book.submit([debit('a', 2n), debit('a', 1n)])).toMatchObject([
      { code: 'id-reused-with-different-content', differs: 'amount', replayed: false },
      { code: 'insufficient-funds', available: 0n, required: 1n, replayed: true },
    ]);
  });

  it('takes no id that another system could not keep', async () => {
    for (const id of ['', 'a b', 'x'.repeat(65)]) {
      await expect(book.submit([debit(id, 1n)])).rejects.toThrow('1 to 64 letters');
    }
  });

  it('always adds up to zero, each account to its statement', async () => {
    const movement = fc.record({
      type: fc.constantFrom('credit', 'debit', 'return', 'cancel', 'block', 'unblock'),
      iban: fc.constantFrom(MERCHANT_IBAN, SECOND_IBAN, 'nobody'),
      amount: fc.bigInt({ min: 0n, max: 9n }),
      number: fc.nat(6),
      isSlow: fc.boolean(),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(movement, { maxLength: 25 }), async (movements) => {
        run++;
        for (const { type, iban, amount, number, isSlow } of movements) {
          book.setBehaviour(isSlow ? DELAYED : { kind: 'immediate' });
          const [id, name] = [`${run}-${type}-${number}-${amount}`, `${run}-${number}`];
          if (type === 'credit') {
            await book.instruct(
              instruction({ instructionId: name, creditorIban: iban, amount: amount as Tiyn }),
            );
          } else if (type === 'debit')
            await book.submit([{ ...debit(id, amount), iban } as NonCashOperation]);
          else if (type === 'block' || type === 'unblock') await book.submit([{ type, id, iban }]);
          else await book.submit([{ type, id, instruction: name }]);
          bank.time.nowMs += 1_000;
          await book.settleDue();
          expect(balances().reduce((sum: bigint, balance) => sum + (balance ?? 0n), 0n)).toBe(0n);
        }
        for (const iban of [MERCHANT_IBAN, SECOND_IBAN, SETTLEMENT_IBAN]) {
          expect(book.balanceAt(iban, book.head().sequence)).toBe(book.balance(iban));
        }
      }),
      { numRuns: 25 },
    );
  });
});

test.each<[unknown, BankBehaviour | RegExp]>([
  [{ kind: 'immediate' }, { kind: 'immediate' }],
  [{ kind: 'answers-twice', delayMs: 1 }, { kind: 'answers-twice' }],
  [
    { kind: 'delayed', delayMs: 0 },
    { kind: 'delayed', delayMs: 0 },
  ],
  [
    { kind: 'delayed', delayMs: 1, reason: 'AC04' },
    { kind: 'delayed', delayMs: 1, reason: 'AC04' },
  ],
  [{ kind: 'delayed' }, /delayMs is 0 to 518400000 whole milliseconds/],
  [{ kind: 'delayed', delayMs: 518_400_001 }, /delayMs/],
  [
    { kind: 'refuses', reason: 'MS03' },
    { kind: 'refuses', reason: 'MS03' },
  ],
  [{ kind: 'refuses', reason: 'ZZ99' }, /expected one of AC01/],
  [{ kind: 'refuses' }, /expected \{"kind":"immediate"\}/],
  [
    { kind: 'silent', posts: true },
    { kind: 'silent', posts: true },
  ],
  [{ kind: 'silent' }, { kind: 'silent', posts: false }],
  [null, /expected/],
])('a behaviour from outside: %j', (value, expected) => {
  if (expected instanceof RegExp) expect(() => parseBankBehaviour(value)).toThrow(expected);
  else expect(parseBankBehaviour(value)).toEqual(expected);
});
