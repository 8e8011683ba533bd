import { describe, expect, it } from 'vitest';
import { accountId, operationId } from './identifiers.ts';
import { ENGINES, onBench, said } from './testing/engines.ts';
import {
  execute,
  executeToRedemption,
  expire,
  freeze,
  hold,
  redeem,
  release,
  transfer,
  unfreeze,
} from './testing/operations.ts';
import { LATER, REFUSAL_CASES } from './testing/refusal-cases.ts';

describe.each(ENGINES)('the ledger contract: $name', (engine) => {
  it('starts empty', async () => {
    const { ledger, end } = await engine.start(() => 1);
    expect(await ledger.head()).toEqual({ sequence: 0, hash: '0'.repeat(64) });
    expect(await ledger.supply()).toEqual({
      total: { issued: 0n, redeemed: 0n, wallets: 0n, held: 0n },
      labels: [],
    });
    expect(await ledger.account(accountId('aru'))).toBeUndefined();
    expect(await ledger.balances(accountId('aru'))).toEqual([]);
    expect(await ledger.hold(operationId('h1'))).toBeUndefined();
    expect(await ledger.operation(operationId('h1'))).toBeUndefined();
    expect(await ledger.readJournal(1)).toEqual([]);
    expect(await ledger.submit([])).toEqual([]);
    await end();
  });

  it('issues, transfers and redeems', () =>
    onBench(engine, async ({ ledger, send, books }) => {
      expect(await ledger.account(accountId('shop'))).toEqual({
        id: 'shop',
        kind: 'merchant',
        frozen: false,
        closed: false,
      });
      expect(
        await send(
          transfer('t1', 'aru', 'shop', 150),
          transfer('t2', 'aru', 'shop', 25, 'meal'),
          redeem('r1', 'shop', 50),
        ),
      ).toEqual(['ok', 'ok', 'ok']);
      expect(await books()).toBe('aru 850, aru meal 275, shop 100, shop meal 25');
      expect(await ledger.supply()).toEqual({
        total: { issued: 1_300n, redeemed: 50n, wallets: 1_250n, held: 0n },
        labels: [
          { label: '', issued: 1_000n, redeemed: 50n, wallets: 950n, held: 0n },
          { label: 'meal', issued: 300n, redeemed: 0n, wallets: 300n, held: 0n },
        ],
      });
    }));

  it('holds, and executes the whole to a payee', () =>
    onBench(engine, async ({ ledger, send, books }) => {
      expect(await send(hold('h1', 'aru', 400, LATER))).toEqual(['ok']);
      expect(await books()).toBe('aru 600+400, aru meal 300');
      expect(await ledger.hold(operationId('h1'))).toEqual({
        id: 'h1',
        payer: 'aru',
        label: '',
        amount: 400n,
        remaining: 400n,
        expiresAtMs: LATER,
        state: 'open',
      });
      expect(await send(execute('e1', 'h1', 'shop'))).toEqual(['ok']);
      expect(await books()).toBe('aru 600, aru meal 300, shop 400');
      expect(await ledger.hold(operationId('h1'))).toMatchObject({ remaining: 0n, state: 'executed' });
    }));

  it('executes a part and gives the rest back', () =>
    onBench(engine, async ({ send, books }) => {
      expect(await send(hold('h1', 'aru', 400, LATER), execute('e1', 'h1', 'shop', { amount: 150 }))).toEqual(
        ['ok', 'ok'],
      );
      expect(await books()).toBe('aru 850, aru meal 300, shop 150');
      expect(await send(execute('e2', 'h1', 'shop', { amount: 1 }))).toEqual([
        { code: 'hold-already-executed', hold: 'h1' },
      ]);
    }));

  it('splits one hold between a payee and redemption, both or none', () =>
    onBench(engine, async ({ ledger, send, books, sendLinked }) => {
      await send(hold('h1', 'aru', 400, LATER));
      const split = (id: string, redeemed: number) => [
        execute(`${id}-direct`, 'h1', 'shop', { amount: 150, rest: 'keep' }),
        executeToRedemption(`${id}-convert`, 'h1', { amount: redeemed }),
      ];
      expect(await sendLinked(...split('e1', 251))).toEqual([
        { code: 'linked-failed', cause: 'e1-convert' },
        { code: 'amount-exceeds-hold', remaining: 250n, required: 251n },
      ]);
      expect(await books()).toBe('aru 600+400, aru meal 300');
      expect(await sendLinked(...split('e2', 250))).toEqual(['ok', 'ok']);
      expect(await books()).toBe('aru 600, aru meal 300, shop 150');
      expect((await ledger.supply()).total).toEqual({
        issued: 1_300n,
        redeemed: 250n,
        wallets: 1_050n,
        held: 0n,
      });
      expect(await ledger.hold(operationId('h1'))).toMatchObject({ remaining: 0n, state: 'executed' });
    }));

  it('keeps the rest of a hold open, then releases it', () =>
    onBench(engine, async ({ ledger, send, books }) => {
      await send(hold('h1', 'aru', 400, LATER), execute('e1', 'h1', 'shop', { amount: 150, rest: 'keep' }));
      expect(await books()).toBe('aru 600+250, aru meal 300, shop 150');
      expect(await ledger.hold(operationId('h1'))).toMatchObject({
        amount: 400n,
        remaining: 250n,
        state: 'open',
      });
      expect(await send(release('l1', 'h1'), release('l2', 'h1'))).toEqual([
        'ok',
        { code: 'hold-released', hold: 'h1' },
      ]);
      expect(await books()).toBe('aru 850, aru meal 300, shop 150');
    }));

  it('expires a hold when told to, not before its time', () =>
    onBench(engine, async ({ ledger, send, time, books }) => {
      await send(hold('h1', 'aru', 400, 5_000), hold('h2', 'aru', 100, 4_000), hold('h3', 'aru', 1, 6_000));
      time.nowMs = 4_999;
      expect(await send(expire('x1', 'h1'))).toEqual([
        { code: 'hold-not-expired', hold: 'h1', expiresAtMs: 5_000 },
      ]);
      time.nowMs = 5_000;
      expect(await books()).toBe('aru 499+501, aru meal 300');
      expect((await ledger.holdsDue(5_000, 10)).map(({ id }) => id)).toEqual(['h2', 'h1']);
      expect((await ledger.holdsDue(5_000, 1)).map(({ id }) => id)).toEqual(['h2']);
      expect(
        await send(execute('e1', 'h1', 'shop'), expire('x2', 'h1'), execute('e2', 'h1', 'shop')),
      ).toEqual([{ code: 'hold-expired', hold: 'h1' }, 'ok', { code: 'hold-expired', hold: 'h1' }]);
      expect(await send(release('l2', 'h2'))).toEqual(['ok']);
      expect(await ledger.holdsDue(5_000, 10)).toEqual([]);
      expect(await books()).toBe('aru 999+1, aru meal 300');
    }));

  it('counts holds in the balance check', () =>
    onBench(engine, async ({ send }) => {
      expect(
        await send(
          hold('h1', 'aru', 700, LATER),
          transfer('t1', 'aru', 'shop', 301),
          hold('h2', 'aru', 301, LATER),
        ),
      ).toEqual([
        'ok',
        { code: 'insufficient-funds', available: 300n, required: 301n },
        { code: 'insufficient-funds', available: 300n, required: 301n },
      ]);
      expect(await send(transfer('t2', 'aru', 'shop', 300))).toEqual(['ok']);
    }));

  it('keeps labels apart: money under one does not pay under another', () =>
    onBench(engine, async ({ send }) => {
      expect(
        await send(transfer('t1', 'aru', 'shop', 301, 'meal'), transfer('t2', 'aru', 'shop', 1_001)),
      ).toEqual([
        { code: 'insufficient-funds', available: 300n, required: 301n },
        { code: 'insufficient-funds', available: 1_000n, required: 1_001n },
      ]);
    }));

  it('lets a frozen account neither pay nor receive, but keeps the promises of its holds', () =>
    onBench(engine, async ({ ledger, send }) => {
      await send(hold('h1', 'aru', 100, LATER), hold('h2', 'aru', 200, LATER));
      expect(await send(freeze('f1', 'aru'), freeze('f2', 'aru'))).toEqual(['ok', 'ok']);
      expect(await ledger.account(accountId('aru'))).toMatchObject({ frozen: true });
      expect(await send(execute('e1', 'h1', 'shop'), release('l1', 'h2'))).toEqual(['ok', 'ok']);
      expect(await send(transfer('t1', 'aru', 'shop', 1), transfer('t2', 'shop', 'aru', 1))).toEqual([
        { code: 'payer-frozen', account: 'aru' },
        { code: 'payee-frozen', account: 'aru' },
      ]);
      expect(
        await send(unfreeze('u1', 'aru'), unfreeze('u2', 'aru'), transfer('t3', 'aru', 'shop', 1)),
      ).toEqual(['ok', 'ok', 'ok']);
    }));

  it.each(
    REFUSAL_CASES.map(([setUp, operation, refusal]) => ({ setUp, operation, refusal, code: refusal.code })),
  )('refuses $operation.type with $code and changes nothing', ({ setUp, operation, refusal }) =>
    onBench(engine, async ({ ledger, send, books }) => {
      await send(...setUp);
      const before = [await books(), await ledger.supply()];
      expect(await send(operation)).toEqual([refusal]);
      expect([await books(), await ledger.supply()]).toEqual(before);
      const stored = await ledger.operation(operationId('x'));
      expect(said(stored?.outcome)).toEqual(refusal);
    }),
  );
});
