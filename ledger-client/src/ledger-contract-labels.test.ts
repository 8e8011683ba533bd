import { describe, expect, it } from 'vitest';
import { accountId, label, operationId, tier } from './identifiers.ts';
import { ENGINES, onBench } from './testing/engines.ts';
import {
  attest,
  close,
  execute,
  executeInParts,
  expire,
  freeze,
  hold,
  issue,
  open,
  redeem,
  release,
  setLabelPolicy,
  setTier,
  setTierPolicy,
  transfer,
} from './testing/operations.ts';
import { LATER } from './testing/refusal-cases.ts';

/** The last millisecond of 2026-11-24 in Almaty. */
const EVENING_MS = Date.UTC(2026, 10, 24, 19) - 1;

describe.each(ENGINES)('the ledger contract, labels, limits and accounts: $name', (engine) => {
  it('carries a label down the supply chain until the final supplier gets it unmarked', () =>
    onBench(engine, async ({ ledger, send, books }) => {
      await send(
        open('o4', 'canteen', 'merchant', { category: '5812' }),
        open('o5', 'farm', 'merchant', { category: '0763' }),
        setLabelPolicy('p2', 'meal', { categories: ['5812'], finalCategories: ['0763'] }),
      );
      expect(
        await send(
          transfer('t1', 'aru', 'canteen', 120, 'meal'),
          hold('h1', 'canteen', 100, LATER, 'meal'),
          execute('e1', 'h1', 'farm', { amount: 80 }),
          redeem('r1', 'farm', 30),
        ),
      ).toEqual(['ok', 'ok', 'ok', 'ok']);
      expect(await ledger.balances(accountId('canteen'))).toEqual([
        { account: 'canteen', label: 'meal', available: 40n, held: 0n },
      ]);
      expect(await ledger.balances(accountId('farm'))).toEqual([
        { account: 'farm', label: '', available: 50n, held: 0n },
      ]);
      expect(await books()).toBe('aru 1000, aru meal 180');
      expect(await ledger.supply()).toEqual({
        total: { issued: 1_300n, redeemed: 30n, wallets: 1_270n, held: 0n },
        labels: [
          { label: '', issued: 1_080n, redeemed: 30n, wallets: 1_050n, held: 0n },
          { label: 'meal', issued: 220n, redeemed: 0n, wallets: 220n, held: 0n },
        ],
      });
    }));

  it('pays marked money only once an oracle has said that its condition is satisfied', () =>
    onBench(engine, async ({ send }) => {
      await send(setLabelPolicy('p2', 'meal', { condition: 'registered' }), open('o4', 'cow'));
      expect(
        await send(
          attest('a1', 'meal', 'registered', 'cow-7'),
          transfer('t1', 'aru', 'shop', 1, 'meal', 'cow-7'),
          transfer('t2', 'aru', 'cow', 1, 'meal', 'cow-7'),
          transfer('t3', 'aru', 'shop', 1, 'meal'),
          attest('a2', 'meal', 'registered', 'shop'),
          transfer('t4', 'aru', 'shop', 1, 'meal'),
          attest('a3', 'meal', 'registered', 'shop'),
        ),
      ).toEqual([
        'ok',
        'ok',
        'ok',
        { code: 'label-condition-not-satisfied', label: 'meal', condition: 'registered', subject: 'shop' },
        'ok',
        'ok',
        'ok',
      ]);
    }));

  it('counts one meal a day in Almaty, and again after a hold that came to nothing', () =>
    onBench(engine, async ({ send, time }) => {
      const refused = { code: 'label-day-count-exceeded', label: 'meal', count: 1, limit: 1 };
      const later = EVENING_MS + 60_000;
      time.nowMs = EVENING_MS;
      await send(setLabelPolicy('p2', 'meal', { dayCountMax: 1 }));
      expect(
        await send(
          hold('h1', 'aru', 5, later, 'meal'),
          transfer('t1', 'aru', 'shop', 5, 'meal'),
          release('l1', 'h1'),
          hold('h2', 'aru', 5, later, 'meal'),
          execute('e2', 'h2', 'shop', { amount: 1 }),
          transfer('t2', 'aru', 'shop', 5, 'meal'),
        ),
      ).toEqual(['ok', refused, 'ok', 'ok', 'ok', refused]);
      time.nowMs = EVENING_MS + 1;
      expect(
        await send(transfer('t3', 'aru', 'shop', 5, 'meal'), transfer('t4', 'aru', 'shop', 5, 'meal')),
      ).toEqual(['ok', refused]);
      expect(await send(transfer('t5', 'shop', 'bek', 5, 'meal'))).toEqual(['ok']);
    }));

  it('counts a tier’s day with holds, without what they give back, from midnight in Almaty', () =>
    onBench(engine, async ({ send, time }) => {
      const exceeded = (spent: bigint, required: bigint) => ({
        code: 'day-limit-exceeded',
        tier: 'basic',
        spent,
        limit: 100n,
        required,
      });
      const later = EVENING_MS + 60_000;
      time.nowMs = EVENING_MS;
      await send(setTierPolicy('p2', 'basic', { dayMax: 100 }), setTier('s1', 'aru', 'basic'));
      expect(
        await send(
          hold('h1', 'aru', 70, later),
          transfer('t1', 'aru', 'shop', 31),
          execute('e1', 'h1', 'shop', { amount: 50 }),
          transfer('t2', 'aru', 'shop', 51),
          transfer('t3', 'aru', 'shop', 50),
          redeem('r1', 'aru', 1),
          hold('h2', 'shop', 9, later),
        ),
      ).toEqual(['ok', exceeded(70n, 31n), 'ok', exceeded(50n, 51n), 'ok', exceeded(100n, 1n), 'ok']);
      time.nowMs = EVENING_MS + 1;
      expect(await send(hold('h3', 'aru', 100, later))).toEqual(['ok']);
      time.nowMs = later;
      expect(await send(expire('x3', 'h3'), transfer('t4', 'aru', 'shop', 100))).toEqual(['ok', 'ok']);
    }));

  it('binds unmarked money by tiers and marked money by labels', () =>
    onBench(engine, async ({ ledger, send }) => {
      await send(
        setTierPolicy('p2', 'basic', { paymentMax: 5, balanceMax: 7 }),
        setTier('s1', 'bek', 'basic'),
      );
      expect(
        await send(
          transfer('t1', 'aru', 'bek', 200, 'meal'),
          transfer('t2', 'bek', 'shop', 200, 'meal'),
          transfer('t3', 'aru', 'bek', 7),
          setTierPolicy('p3', 'basic', { balanceMax: 8 }),
          transfer('t4', 'aru', 'bek', 1),
          transfer('t5', 'bek', 'shop', 8),
          setTier('s2', 'bek'),
          transfer('t6', 'aru', 'bek', 500),
        ),
      ).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
      expect(await ledger.tierPolicy(tier('basic'))).toEqual({ tier: 'basic', balanceMax: 8n });
      expect(await ledger.tierPolicy(tier('none'))).toBeUndefined();
    }));

  it('divides one hold among payees and redemption at once', () =>
    onBench(engine, async ({ ledger, send, books }) => {
      await send(hold('h1', 'aru', 400, LATER));
      expect(
        await send(
          executeInParts(
            'e1',
            'h1',
            [
              ['shop', 150],
              [null, 30],
              ['bek', 20],
            ],
            { amount: 200, rest: 'keep' },
          ),
          executeInParts('e2', 'h1', [['bek', 100]], { amount: 100 }),
        ),
      ).toEqual(['ok', 'ok']);
      expect(await books()).toBe('aru 700, aru meal 300, shop 150, bek 120');
      expect((await ledger.supply()).total.redeemed).toBe(30n);
    }));

  it('closes an empty account for good', () =>
    onBench(engine, async ({ ledger, send }) => {
      expect(
        await send(
          open('o4', 'tmp', 'merchant', { category: '5812' }),
          transfer('t1', 'aru', 'tmp', 5),
          transfer('t2', 'tmp', 'aru', 5),
          freeze('f1', 'tmp'),
          close('c1', 'tmp'),
          close('c2', 'tmp'),
        ),
      ).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
      expect(await ledger.account(accountId('tmp'))).toEqual({
        id: 'tmp',
        kind: 'merchant',
        frozen: true,
        closed: true,
        category: '5812',
        tier: undefined,
      });
    }));

  it('opens an account again only with the same content', () =>
    onBench(engine, async ({ send }) => {
      await send(setTierPolicy('p2', 'basic'));
      const again = (id: string) => open(id, 'new', 'merchant', { category: '5812', tier: 'basic' });
      expect(await send(again('o4'), again('o5'))).toEqual(['ok', 'ok']);
    }));

  it('tells what a label demands, with its defaults', () =>
    onBench(engine, async ({ ledger, send }) => {
      await send(setLabelPolicy('p2', 'meal', { payees: ['shop'], validToMs: 9 }));
      expect(await ledger.labelPolicy(label('meal'))).toEqual({
        label: 'meal',
        payees: ['shop'],
        categories: [],
        finalPayees: [],
        finalCategories: [],
        validToMs: 9,
      });
      expect(await ledger.labelPolicy(label('gold'))).toBeUndefined();
    }));

  it('gives a statement whose lines add up, a page at a time', () =>
    onBench(engine, async ({ ledger, send, time }) => {
      time.nowMs = 2_000;
      await send(
        hold('h1', 'aru', 400, LATER),
        executeInParts(
          'e1',
          'h1',
          [
            ['shop', 150],
            [null, 30],
            ['bek', 20],
          ],
          { amount: 200 },
        ),
        transfer('t1', 'aru', 'shop', 9_999),
      );
      time.nowMs = 3_000;
      await send(transfer('t2', 'shop', 'aru', 50), issue('i3', 'aru', 1, 'meal'));
      const aru = accountId('aru');
      const all = await ledger.statement(aru);
      expect(all).toMatchObject({ account: 'aru', label: '', opening: 0n, closing: 850n, next: undefined });
      expect(
        all.entries.map(
          ({ sequence, line, atMs, operationId: id, operationType, amount, balance, counterAccount }) =>
            [sequence, line, atMs, id, operationType, amount, balance, counterAccount].join(' '),
        ),
      ).toEqual([
        '5 0 1000 i1 issue 1000 1000 ',
        '8 0 2000 e1 execute -150 850 shop',
        '8 2 2000 e1 execute -20 830 bek',
        '8 4 2000 e1 execute -30 800 ',
        '10 1 3000 t2 transfer 50 850 shop',
      ]);
      const first = await ledger.statement(aru, { limit: 2 });
      expect(first).toMatchObject({ opening: 0n, closing: 850n });
      const second = await ledger.statement(aru, { limit: 3, ...(first.next && { after: first.next }) });
      expect([second.opening, second.closing, second.next]).toEqual([850n, 850n, undefined]);
      expect([...first.entries, ...second.entries]).toEqual(all.entries);
      const middle = await ledger.statement(aru, { fromSequence: 8, toSequence: 8 });
      expect([middle.opening, middle.closing, middle.entries.length]).toEqual([1_000n, 800n, 3]);
      expect(await ledger.statement(accountId('nobody'))).toEqual({
        account: 'nobody',
        label: '',
        opening: 0n,
        entries: [],
        closing: 0n,
        next: undefined,
      });
    }));

  it('knows what was on an account after any entry and at any instant', () =>
    onBench(engine, async ({ ledger, send, time }) => {
      const [aru, meal] = [accountId('aru'), label('meal')];
      time.nowMs = 2_000;
      await send(hold('h1', 'aru', 400, LATER), transfer('t1', 'aru', 'shop', 100));
      time.nowMs = 3_000;
      await send(execute('e1', 'h1', 'shop'));
      const at = await Promise.all(
        [999, 1_000, 1_999, 2_000, 3_000, 9_000].map((ms) => ledger.sequenceAt(ms)),
      );
      expect(at).toEqual([0, 6, 6, 8, 9, 9]);
      const balances = at.map((sequence) => ledger.balanceAt(aru, label(''), sequence));
      expect(await Promise.all(balances)).toEqual([0n, 1_000n, 1_000n, 900n, 500n, 500n]);
      expect(await ledger.balanceAt(aru, meal, 5)).toBe(0n);
      expect(await ledger.balanceAt(aru, meal, 6)).toBe(300n);
      expect(await ledger.hold(operationId('h1'))).toMatchObject({ state: 'executed' });
    }));
});
