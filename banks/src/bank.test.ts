import { accountId, operationId } from '@kassa/ledger-client';
import { fromHex, type Tiyn, tiyn, toHex } from '@kassa/primitives';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { holdIdOf } from './hold.ts';
import { HOLD_LIFETIME_MS } from './limits.ts';
import { chip, EXPIRY, OTHER_PAN, PAN, PIN, panFrom, stripe, WRONG_IMK } from './testing/issuer.ts';
import { AMOUNT, NOW_MS, openTestBank, PAYER, type TestBank } from './testing/test-bank.ts';

let testBank: TestBank;
beforeEach(async () => {
  testBank = await openTestBank();
});
afterEach(() => testBank.close());

const id = (last: number): string => `T1-00000000000${last}`;
const withCounter = (atc: string) => chip({ tags: { '9F36': atc } });
const types = (): string[] => testBank.steps.map(({ type }) => type);

describe('an approval', () => {
  it('holds the amount and answers card and acquirer', async () => {
    const answer = await testBank.authorise({ evidence: chip({ pin: PIN }) });
    expect(answer).toMatchObject({
      approved: true,
      approvalCode: expect.stringMatching(/^[0-9A-HJ-NP-Z]{6}$/),
      holdId: 'T1-000000000001:hold',
    });
    // Method 2: four bytes of ARPC, then the card status update with "Issuer approves online transaction".
    expect(toHex(answer.issuerAuthentication ?? new Uint8Array())).toMatch(/^[0-9A-F]{8}00800000$/);
    expect(await testBank.purse()).toBe('850000+150000');
    expect(await testBank.ledger.hold(holdIdOf(id(1)))).toMatchObject({
      payer: PAYER,
      amount: AMOUNT,
      state: 'open',
      expiresAtMs: NOW_MS + HOLD_LIFETIME_MS,
    });
  });

  it('tells what happened, with the bank and without the card', async () => {
    const answer = await testBank.authorise({ evidence: chip({ pin: PIN }) });
    expect(types()).toEqual([
      'bank.cryptogram-verified',
      'bank.pin-verified',
      'ledger.held',
      'bank.authorised',
    ]);
    expect(testBank.steps.map(({ data }) => data)).toEqual([
      { bank: 'test', atc: 7 },
      { bank: 'test', triesLeft: 3 },
      { bank: 'test', hold: 'T1-000000000001:hold', account: PAYER, amount: '1500.00' },
      {
        bank: 'test',
        responseCode: '00',
        reason: null,
        approvalCode: answer.approved ? answer.approvalCode : '',
      },
    ]);
    expect(JSON.stringify(testBank.steps)).not.toContain(PAN);
  });

  it('of a stripe has nothing for a chip', async () => {
    expect(await testBank.authorise({ evidence: stripe() })).toMatchObject({
      approved: true,
      issuerAuthentication: undefined,
    });
  });
});

describe('the same transaction again', () => {
  it('gets the same answer and holds once, also much later', async () => {
    const first = await testBank.authorise({});
    testBank.time.nowMs += 3 * 24 * 60 * 60 * 1000;
    expect(await testBank.authorise({})).toEqual(first);
    expect(await testBank.purse()).toBe('850000+150000');
    expect((await testBank.ledger.supply()).total.held).toBe(AMOUNT);
  });

  it('asked twice at once holds once', async () => {
    const [first, second] = await Promise.all([testBank.authorise({}), testBank.authorise({})]);
    expect(second).toEqual(first);
    expect(await testBank.purse()).toBe('850000+150000');
  });

  it('gets the same refusal, though the reason has gone', async () => {
    const short = await testBank.authorise({
      amount: tiyn(2_000_000n),
      evidence: chip({ tags: { '9F02': '000002000000' } }),
    });
    expect(short).toMatchObject({ approved: false, refusal: 'insufficient-funds' });
    await testBank.ledger.submit([
      { type: 'issue', id: operationId('more'), account: PAYER, amount: tiyn(9_000_000n) },
    ]);
    const evidence = chip({ tags: { '9F02': '000002000000' } });
    expect(await testBank.authorise({ amount: tiyn(2_000_000n), evidence })).toEqual(short);
    expect(await testBank.purse()).toBe('10000000');
  });

  it('does not count its wrong PIN twice', async () => {
    const wrong = chip({ pin: '4272' });
    const first = await testBank.authorise({ evidence: wrong });
    expect(first).toMatchObject({ refusal: 'pin-wrong', responseCode: '55' });
    expect(await testBank.authorise({ evidence: wrong })).toEqual(first);
    expect(types().filter((type) => type === 'bank.pin-refused')).toHaveLength(1);
    const retry = { transactionId: id(2), evidence: chip({ pin: PIN, tags: { '9F36': '0008' } }) };
    expect(await testBank.authorise(retry)).toMatchObject({ approved: true });
  });

  test.each([
    ['another amount', { amount: tiyn(100n), evidence: chip({ tags: { '9F02': '000000000100' } }) }],
    ['another card', { pan: OTHER_PAN, evidence: chip({ pan: OTHER_PAN }) }],
  ])('with %s is refused and moves nothing', async (_name, changes) => {
    await testBank.authorise({});
    expect(await testBank.authorise(changes)).toMatchObject({
      approved: false,
      refusal: 'transaction-reused',
      responseCode: '94',
      reason: 'the bank has answered another payment under this transaction id',
    });
    expect((await testBank.ledger.supply()).total.held).toBe(AMOUNT);
  });
});

describe('a replayed cryptogram', () => {
  it('under another transaction is refused', async () => {
    await testBank.authorise({});
    expect(await testBank.authorise({ transactionId: id(2) })).toMatchObject({
      approved: false,
      refusal: 'atc-replayed',
      responseCode: '82',
    });
    expect(await testBank.purse()).toBe('850000+150000');
  });

  it('is refused after a later counter, and the later ones go on', async () => {
    await testBank.authorise({ evidence: withCounter('0009') });
    expect(await testBank.authorise({ transactionId: id(2), evidence: withCounter('0008') })).toMatchObject({
      refusal: 'atc-replayed',
    });
    expect(await testBank.authorise({ transactionId: id(3), evidence: withCounter('000A') })).toMatchObject({
      approved: true,
    });
  });

  it('of a refused payment is used up too', async () => {
    await testBank.authorise({ evidence: chip({ pin: '4272' }) });
    expect(await testBank.authorise({ transactionId: id(2), evidence: chip({ pin: PIN }) })).toMatchObject({
      refusal: 'atc-replayed',
    });
  });
});

describe('PIN tries', () => {
  const attempt = (number: number, pin: string) =>
    testBank.authorise({
      transactionId: id(number),
      evidence: chip({ pin, tags: { '9F36': `001${number}` } }),
    });

  it('are used up by the third wrong one: it answers 75, and so does the right one after it', async () => {
    const codes: string[] = [];
    for (const [index, pin] of ['0000', '1111', '2222', PIN].entries()) {
      const answer = await attempt(index + 1, pin);
      codes.push(answer.approved ? '00' : answer.responseCode);
    }
    expect(codes).toEqual(['55', '55', '75', '75']);
    const left = testBank.steps.flatMap(({ type, data }) =>
      type === 'bank.pin-refused' ? [data.triesLeft] : [],
    );
    expect(left).toEqual([2, 1, 0, 0]);
    expect(await testBank.purse()).toBe('1000000');
  });

  it('come back with the right one', async () => {
    const codes: boolean[] = [];
    for (const [index, pin] of ['0000', '1111', PIN, '0000', '1111', PIN].entries()) {
      codes.push((await attempt(index + 1, pin)).approved);
    }
    expect(codes).toEqual([false, false, true, false, false, true]);
  });
});

describe('what the ledger refuses', () => {
  const freeze = () =>
    testBank.ledger.submit([{ type: 'freeze', id: operationId('freeze'), account: PAYER }]);
  const strange = panFrom('400000111122229');
  const table: readonly [
    name: string,
    amount: Tiyn,
    pan: typeof PAN,
    before: () => Promise<unknown>,
    code: string,
  ][] = [
    ['not enough money', tiyn(1_000_001n), PAN, async () => undefined, '51'],
    ['a frozen account', AMOUNT, PAN, freeze, '62'],
    [
      'an account that does not exist',
      AMOUNT,
      strange,
      () =>
        testBank.bank.issueCard({
          pan: strange,
          psn: '01',
          expiry: EXPIRY,
          pin: PIN,
          account: accountId('dt-nobody'),
        }),
      '57',
    ],
  ];
  test.each(table)('%s', async (_name, amount, pan, before, responseCode) => {
    await before();
    const evidence = chip({ pan, tags: { '9F02': amount.toString().padStart(12, '0') } });
    const answer = await testBank.authorise({ pan, amount, evidence });
    expect(answer).toMatchObject({ approved: false, responseCode });
    // The card is genuine, so it is told: the same status update, without the approval bit.
    expect(toHex(answer.issuerAuthentication ?? new Uint8Array())).toMatch(/^[0-9A-F]{8}00000000$/);
    expect(types()).toEqual(['bank.cryptogram-verified', 'bank.refused']);
    expect((await testBank.ledger.supply()).total.held).toBe(0n);
  });

  it('allows the very last tiyn', async () => {
    const evidence = chip({ tags: { '9F02': '000001000000' } });
    expect(await testBank.authorise({ amount: tiyn(1_000_000n), evidence })).toMatchObject({
      approved: true,
    });
    expect(await testBank.purse()).toBe('0+1000000');
  });
});

describe('the answer to the card', () => {
  test.each([
    ['its wrong PIN', chip({ pin: '4272' }), true],
    ['an amount it did not sign', chip({ tags: { '9F02': '000000000100' } }), true],
    ['a wrong master key', chip({ imkAc: WRONG_IMK }), false],
    ['changed data', chip({ tampered: { '9F37': '00000000' } }), false],
    ['unreadable data', { ...chip(), emvData: fromHex('FF') }, false],
    ['a stripe', stripe({ verificationValue: '000' }), false],
  ])('when it declines for %s', async (_name, evidence, isAnswered) => {
    const answer = await testBank.authorise({ evidence });
    expect(answer.approved).toBe(false);
    expect(answer.issuerAuthentication !== undefined).toBe(isAnswered);
  });

  it('is none for a card nobody knows', async () => {
    const pan = panFrom('400000999988887');
    expect(await testBank.authorise({ pan, evidence: chip({ pan }) })).toEqual({
      approved: false,
      refusal: 'unknown-card',
      responseCode: '14',
      reason: 'the bank does not know this card',
      issuerAuthentication: undefined,
    });
  });
});

it('issues a card once: the second issue changes nothing', async () => {
  await testBank.bank.issueCard({
    pan: PAN,
    psn: '09',
    expiry: '4012',
    pin: '9999',
    account: accountId('dt-x'),
  });
  expect(await testBank.authorise({ evidence: chip({ pin: PIN }) })).toMatchObject({ approved: true });
});
