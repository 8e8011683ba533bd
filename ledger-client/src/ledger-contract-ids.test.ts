import { describe, expect, it } from 'vitest';
import { operationId } from './identifiers.ts';
import { ENGINES, onBench, said } from './testing/engines.ts';
import {
  execute,
  executeToRedemption,
  freeze,
  hold,
  issue,
  open,
  redeem,
  transfer,
} from './testing/operations.ts';
import { LATER } from './testing/refusal-cases.ts';

describe.each(ENGINES)('the ledger contract, ids and groups: $name', (engine) => {
  it('gives the same answer to the same id at any later time', () =>
    onBench(engine, async ({ ledger, send, time, books }) => {
      const paid = transfer('t1', 'aru', 'shop', 600);
      const refused = transfer('t2', 'aru', 'shop', 600);
      const [first, second] = await ledger.submit([paid, refused]);
      time.nowMs = 9_000;
      await send(issue('i3', 'aru', 5_000), freeze('f1', 'shop'));
      const [firstAgain, secondAgain] = await ledger.submit([paid, refused]);
      expect(firstAgain).toEqual({ ...first, replayed: true });
      expect(secondAgain).toEqual({ ...second, replayed: true });
      expect(second).toMatchObject({ code: 'insufficient-funds', atMs: 1_000, sequence: 8 });
      expect(await books()).toBe('aru 5400, aru meal 300, shop 600');
    }));

  it('takes a field left out and its default for the same content', () =>
    onBench(engine, async ({ send }) => {
      await send(transfer('t1', 'aru', 'shop', 1), hold('h1', 'aru', 9, LATER), execute('e1', 'h1', 'shop'));
      expect(
        await send(
          transfer('t1', 'aru', 'shop', 1, ''),
          hold('h1', 'aru', 9, LATER, ''),
          execute('e1', 'h1', 'shop', { rest: 'release' }),
        ),
      ).toEqual(['ok again', 'ok again', 'ok again']);
    }));

  it.each([
    [transfer('k', 'aru', 'shop', 5), hold('k', 'aru', 5, LATER), 'type'],
    [transfer('k', 'aru', 'shop', 5), transfer('k', 'bek', 'shop', 5), 'payer'],
    [transfer('k', 'aru', 'shop', 5), transfer('k', 'aru', 'bek', 6), 'payee'],
    [transfer('k', 'aru', 'shop', 5), transfer('k', 'aru', 'shop', 6), 'amount'],
    [transfer('k', 'aru', 'shop', 5), transfer('k', 'aru', 'shop', 5, 'meal'), 'label'],
    [hold('k', 'aru', 5, LATER), hold('k', 'aru', 5, LATER + 1), 'expiresAtMs'],
    [open('k', 'new'), open('k', 'new', 'bank'), 'kind'],
    [execute('k', 'h', 'shop'), execute('k', 'g', 'shop'), 'hold'],
    [execute('k', 'h', 'shop'), executeToRedemption('k', 'h'), 'payee'],
    [execute('k', 'h', 'shop'), execute('k', 'h', 'shop', { amount: 1 }), 'amount'],
    [execute('k', 'h', 'shop'), execute('k', 'h', 'shop', { rest: 'keep' }), 'rest'],
  ])('refuses an id reused for other content by its first difference %#', (first, second, differs) =>
    onBench(engine, async ({ ledger, send }) => {
      const [answer] = await send(first);
      const { sequence } = await ledger.head();
      expect(await send(second)).toEqual([{ code: 'id-reused-with-different-content', differs }]);
      expect((await ledger.head()).sequence).toBe(sequence);
      expect(await send(first)).toEqual([answer === 'ok' ? 'ok again' : 'unknown-hold again']);
    }),
  );

  it('decides an id that comes twice in one submission once', () =>
    onBench(engine, async ({ send, books }) => {
      expect(
        await send(
          transfer('t1', 'aru', 'shop', 5),
          transfer('t1', 'aru', 'shop', 5),
          transfer('t1', 'aru', 'shop', 6),
        ),
      ).toEqual(['ok', 'ok again', { code: 'id-reused-with-different-content', differs: 'amount' }]);
      expect(await books()).toBe('aru 995, aru meal 300, shop 5');
    }));

  it('lets one of two concurrent captures of a hold win', () =>
    onBench(engine, async ({ ledger, send, books }) => {
      await send(hold('h1', 'aru', 400, LATER));
      const answers = await Promise.all([
        ledger.submit([execute('e1', 'h1', 'shop')]),
        ledger.submit([execute('e2', 'h1', 'bek')]),
      ]);
      expect(answers.flat().map(said)).toEqual(['ok', { code: 'hold-already-executed', hold: 'h1' }]);
      expect(await books()).toBe('aru 600, aru meal 300, shop 400');
    }));

  it('never lets a refused hold be executed later', () =>
    onBench(engine, async ({ send }) => {
      await send(hold('h1', 'bek', 10, LATER), issue('i3', 'bek', 10));
      expect(await send(execute('e1', 'h1', 'shop'))).toEqual([{ code: 'unknown-hold', hold: 'h1' }]);
    }));

  describe('linked operations', () => {
    it('see the effects of those before them', () =>
      onBench(engine, async ({ ledger, books, sendLinked }) => {
        const group = [
          open('o9', 'new'),
          issue('i9', 'new', 10),
          hold('h9', 'new', 10, LATER),
          execute('e9', 'h9', 'shop'),
        ];
        expect(await sendLinked(...group)).toEqual(['ok', 'ok', 'ok', 'ok']);
        const entries = await ledger.readJournal(7);
        expect(entries.map(({ sequence, groupSequence }) => [sequence, groupSequence])).toEqual([
          [7, 7],
          [8, 7],
          [9, 7],
          [10, 7],
        ]);
        expect(await books()).toBe('aru 1000, aru meal 300, shop 10');
      }));

    it('are refused together, and stay so', () =>
      onBench(engine, async ({ ledger, send, books }) => {
        const group = [
          transfer('t1', 'aru', 'shop', 600),
          transfer('t2', 'aru', 'shop', 600),
          transfer('t3', 'aru', 'shop', 1),
        ];
        const outcomes = await ledger.submit(group, { linked: true });
        expect(outcomes.map(said)).toEqual([
          { code: 'linked-failed', cause: 't2' },
          { code: 'insufficient-funds', available: 400n, required: 600n },
          { code: 'linked-failed', cause: 't2' },
        ]);
        expect(await books()).toBe('aru 1000, aru meal 300');
        await send(issue('i3', 'aru', 5_000));
        expect(await ledger.submit(group, { linked: true })).toEqual(
          outcomes.map((outcome) => ({ ...outcome, replayed: true })),
        );
        expect(await send(transfer('t3', 'aru', 'shop', 1))).toEqual(['linked-failed again']);
      }));

    it('answer a repeated group as before', () =>
      onBench(engine, async ({ books, sendLinked }) => {
        const group = [transfer('t1', 'aru', 'shop', 600), transfer('t2', 'shop', 'bek', 600)];
        expect(await sendLinked(...group)).toEqual(['ok', 'ok']);
        expect(await sendLinked(...group)).toEqual(['ok again', 'ok again']);
        expect(await books()).toBe('aru 400, aru meal 300, shop 0, bek 600');
      }));

    it('are refused when one of them was answered outside the group', () =>
      onBench(engine, async ({ send, books, sendLinked }) => {
        const [first, second] = [transfer('t1', 'aru', 'shop', 1), transfer('t2', 'aru', 'shop', 2)];
        await send(first);
        expect(await sendLinked(first, second)).toEqual(['ok again', { code: 'linked-failed', cause: 't1' }]);
        expect(await books()).toBe('aru 999, aru meal 300, shop 1');
      }));

    it('take a twin for a repetition, and are refused when it is not one', () =>
      onBench(engine, async ({ books, sendLinked }) => {
        const group = (amount: number, id: string) => [
          transfer(id, 'aru', 'shop', 1),
          transfer(id, 'aru', 'shop', amount),
        ];
        expect(await sendLinked(...group(1, 't1'))).toEqual(['ok', 'ok again']);
        expect(await sendLinked(...group(2, 't2'))).toEqual([
          { code: 'linked-failed', cause: 't2' },
          { code: 'id-reused-with-different-content', differs: 'amount' },
        ]);
        expect(await books()).toBe('aru 999, aru meal 300, shop 1');
      }));
  });

  it('keeps every decided operation in the journal, refused ones too', () =>
    onBench(engine, async ({ ledger, send, time }) => {
      time.nowMs = 2_000;
      await send(transfer('t1', 'aru', 'shop', 5), redeem('r1', 'bek', 7));
      const entries = await ledger.readJournal(7);
      expect(entries.map(({ hash: _, ...entry }) => entry)).toEqual([
        {
          sequence: 7,
          groupSequence: 7,
          atMs: 2_000,
          operation: transfer('t1', 'aru', 'shop', 5, ''),
          outcome: { ok: true, id: 't1', sequence: 7, atMs: 2_000, replayed: false },
        },
        {
          sequence: 8,
          groupSequence: 8,
          atMs: 2_000,
          operation: redeem('r1', 'bek', 7, ''),
          outcome: {
            ok: false,
            code: 'insufficient-funds',
            available: 0n,
            required: 7n,
            id: 'r1',
            sequence: 8,
            atMs: 2_000,
            replayed: false,
          },
        },
      ]);
      expect(await ledger.head()).toEqual({ sequence: 8, hash: entries[1]?.hash });
      expect(await ledger.operation(operationId('r1'))).toEqual(entries[1]);
      expect((await ledger.readJournal(2, 3)).map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
    }));
});
