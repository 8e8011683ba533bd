import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type ChainedRow, EMPTY_HASH } from '../chain.ts';
import { chainHash } from './chain-hash.ts';

const ROW: ChainedRow = {
  sequence: 7,
  groupSequence: 6,
  id: 't1',
  atMs: 1_700_000_000_000,
  content: '["freeze","aru"]',
  verdict: '["ok"]',
};

it('is SHA-256 over the hash before and every column, one a line', () => {
  const text = `${EMPTY_HASH}\n7\n6\nt1\n1700000000000\n["freeze","aru"]\n["ok"]`;
  expect(chainHash(EMPTY_HASH, ROW)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
});

it.each([
  ['sequence', { sequence: 8 }],
  ['groupSequence', { groupSequence: 7 }],
  ['id', { id: 't2' }],
  ['atMs', { atMs: 1_700_000_000_001 }],
  ['content', { content: '["freeze","bek"]' }],
  ['verdict', { verdict: '["payer-frozen","aru"]' }],
])('changes with %s', (_, change) => {
  expect(chainHash(EMPTY_HASH, { ...ROW, ...change })).not.toBe(chainHash(EMPTY_HASH, ROW));
});

it('changes with what came before, and is the same for bigint and number', () => {
  expect(chainHash('f'.repeat(64), ROW)).not.toBe(chainHash(EMPTY_HASH, ROW));
  expect(chainHash(EMPTY_HASH, { ...ROW, sequence: 7n, groupSequence: 6n, atMs: 1_700_000_000_000n })).toBe(
    chainHash(EMPTY_HASH, ROW),
  );
});
