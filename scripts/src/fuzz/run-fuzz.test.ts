import { compileDialect, dialects } from '@kassa/iso8583';
import { describe, expect, test } from 'vitest';
import { changeBytes, extend, mutate, truncate } from './mutate.ts';
import { measureMutations, mutationReport } from './mutation-report.ts';
import { randomMessage } from './random-message.ts';
import { runFuzz } from './run-fuzz.ts';
import { seededRandom } from './seeded-random.ts';

describe('the codec', () => {
  test('withstands twenty thousand inputs', () => {
    const run = runFuzz(20_261_123, 20_000, () => performance.now());
    expect(run.failures).toEqual([]);
    expect(run.inputs).toBe(20_000);
    // Both happen, or the inputs are not what they should be.
    expect(run.accepted).toBeGreaterThan(500);
    expect(run.refused).toBeGreaterThan(5_000);
  });

  test('an input that takes too long is a failure', () => {
    let clockMs = 0;
    const run = runFuzz(1, 1, () => {
      clockMs += 2_000;
      return clockMs;
    });
    expect(run.failures).toEqual([expect.stringMatching(/^[a-z0-9-]+: took 2000 ms: [0-9A-F]*$/)]);
  });

  test('takes no message cut short and none with more behind it, and notices most changed bytes', () => {
    const rows = measureMutations(1, 300);
    for (const row of rows) {
      expect(row).toMatchObject({ truncatedAccepted: 0, extendedAccepted: 0 });
      expect(row.changedDetected / row.messages).toBeGreaterThan(row.dialect.endsWith('ascii') ? 0.6 : 0.5);
    }
    expect(mutationReport(rows, 1)).toContain('| `kassa-bcd` | 300 | 0 | 0 |');
  });
});

describe('inputs', () => {
  test('come again with the same seed, and differ with another', () => {
    const drawn = (seed: number) => {
      const random = seededRandom(seed);
      return [random.below(1000), random.text('ab', 5), ...random.bytes(4)];
    };
    expect(drawn(5)).toEqual(drawn(5));
    expect(drawn(5)).not.toEqual(drawn(6));
  });

  test.each(Object.values(dialects))('of $name are messages it encodes', (dialect) => {
    const random = seededRandom(3);
    const codec = compileDialect(dialect);
    for (let count = 0; count < 50; count++) {
      const message = randomMessage(random, dialect);
      expect(codec.decode(codec.encode(message))).toEqual(message);
    }
  });

  test('are changed in one to three bytes, cut, or made longer', () => {
    const random = seededRandom(9);
    const bytes = Uint8Array.from({ length: 50 }, (_, index) => index);
    for (let count = 0; count < 100; count++) {
      const changed = changeBytes(random, bytes);
      const differing = changed.filter((byte, at) => byte !== bytes[at]).length;
      expect(changed).toHaveLength(50);
      // Two changes of one byte may undo each other.
      expect(differing).toBeLessThanOrEqual(3);
      expect(truncate(random, bytes).length).toBeLessThan(50);
      expect(extend(random, bytes).length).toBeGreaterThan(50);
      expect(mutate(random, bytes)).toBeInstanceOf(Uint8Array);
    }
  });
});
