import { loadFixtures } from '@kassa/fixtures';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SystemUnderTest, systemUnderTest } from '../testing/system-under-test.ts';

const { cards } = loadFixtures();
let tool: SystemUnderTest;

beforeAll(async () => {
  tool = await systemUnderTest();
});
afterAll(() => tool.close());

describe('every test card does what docs/cards.md says, and nothing else', () => {
  test.each(cards)('$id', async ({ id, try: attempt }) => {
    const hints: string[] = [];
    const result = await tool.pay({
      card: id,
      entry: attempt.entry,
      amount: attempt.amount,
      onHint: (hint) => hints.push(hint),
    });
    const { approved, responseCode } = result;
    expect({ approved, responseCode, hints }, result.reason ?? '').toEqual({
      approved: attempt.approved,
      responseCode: attempt.responseCode,
      hints: attempt.hints,
    });
    expect(tool.troubles).toEqual([]);
  });
});
