import { AssertionError } from '@kassa/primitives';
import { type BatchOutcome, StorageError } from '@kassa/storage';
import { describe, expect, it } from 'vitest';
import { encodeAll } from '../block.ts';
import { IdentifierError, type OperationId } from '../identifiers.ts';
import { JournalRefused, LedgerFenced } from '../ledger-error.ts';
import type { Operation } from '../operation.ts';
import type { Outcome } from '../outcome.ts';
import { stepOf } from '../replay-group.ts';
import * as make from '../testing/operations.ts';
import { decodeBatch, encodeBatch, replyOf, verdictsOf } from './sqlite-wire.ts';
import type { Submission } from './sqlite-writer.ts';

const submitted = (operations: readonly Operation[], linked = false): Submission => ({
  type: 'submit',
  operations: encodeAll(operations),
  linked,
  nowMs: 1_000,
});

/** One of each type, with every field that may be left out once there and once not. */
const OPERATIONS: readonly Operation[] = [
  make.open('o1', 'aru'),
  make.open('o2', 'shop', 'merchant', { category: '5812', tier: 'basic' }),
  make.issue('i1', 'aru', 5),
  make.issue('i2', 'aru', 5, 'meal'),
  make.transfer('t1', 'aru', 'shop', 999_999_999_999),
  make.hold('h1', 'aru', 7, 5_000),
  make.execute('e1', 'h1', 'shop', { amount: 3, rest: 'keep' }),
  make.release('l1', 'h1'),
  make.setLabelPolicy('p1', 'meal'),
];

describe('a batch on its way to the writer', () => {
  it('arrives as it was sent', () => {
    const entry = { sequence: 3, groupSequence: 2, id: 't9' as OperationId, atMs: 7 };
    const content = '["release","h1"]';
    const steps = [
      stepOf({ ...entry, content, refusal: undefined }),
      stepOf({
        ...entry,
        sequence: 4,
        content,
        refusal: { code: 'insufficient-funds', available: 1n, required: 2n },
      }),
    ];
    const batch: readonly Submission[] = [
      submitted(OPERATIONS),
      submitted([make.freeze('f1', 'aru'), make.unfreeze('u1', 'aru')], true),
      submitted([]),
      { type: 'restore', steps },
    ];
    // A default that was written out is left out after the journey, as it is in the journal.
    const arrived = decodeBatch(encodeBatch(batch));
    expect(arrived.map((each) => encodeBatch([each]))).toEqual(batch.map((each) => encodeBatch([each])));
    expect(arrived[1]).toMatchObject({ linked: true, nowMs: 1_000 });
    expect(arrived[3]).toEqual(batch[3]);
    expect(decodeBatch(encodeBatch([]))).toEqual([]);
  });

  it('does not let an id make two lines of one', () => {
    const forged = { ...make.freeze('f1', 'aru'), id: 'f1\nsubmit' as OperationId };
    expect(() => encodeBatch([submitted([forged])])).toThrow(IdentifierError);
  });
});

describe('a reply', () => {
  const batch: readonly Submission[] = [
    submitted([make.open('o1', 'aru'), make.open('o2', 'shop')]),
    submitted([make.open('o3', 'bek')]),
    { type: 'restore', steps: [] },
    submitted([make.open('o4', 'dana')]),
  ];
  const said = (id: string, sequence: number, atMs = 1_000): Outcome => ({
    ok: true,
    id: id as OperationId,
    sequence,
    atMs,
    replayed: false,
  });

  it('arrives as it was sent: accepted, refused, answered before, failed', () => {
    const outcome: BatchOutcome = {
      verdicts: [
        {
          ok: true,
          value: [
            said('o1', 5),
            { ...said('o2', 6), ok: false, code: 'insufficient-funds', available: 1n, required: 2n },
          ],
        },
        { ok: false, error: new JournalRefused('entry 9 does not follow') },
        { ok: true, value: undefined },
        { ok: true, value: [{ ...said('o4', 2, 7), replayed: true }] },
      ],
    };
    expect(verdictsOf(batch, structuredClone(replyOf(batch, outcome)))).toEqual(outcome.verdicts);
  });

  it.each([
    new StorageError({ code: 'full', path: '/data/ledger.db', found: 'is full', remedy: 'Free some.' }),
    new LedgerFenced(1, 2),
    new JournalRefused('entry 9 does not follow'),
    new AssertionError('a bug'),
    new Error('something else'),
  ])('tells what kept all of it from being written: %s', (error) => {
    const verdicts = verdictsOf(batch, structuredClone(replyOf(batch, { error })));
    expect(verdicts).toHaveLength(batch.length);
    for (const verdict of verdicts) {
      expect(verdict).toEqual({ ok: false, error });
      expect(!verdict.ok && (verdict.error as Error).constructor).toBe(error.constructor);
    }
  });
});
