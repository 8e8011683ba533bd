import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendLine, emptyTail, type LineLinks, lineOfNumber, lineUpTo, tailOf } from './line-links.ts';

const LINES = 300;
/** Keys with gaps, as other purses' lines lie between. */
const keyOf = (number: number): number => (number === 0 ? 0 : number * 7 + (number % 3));

function manyLines(): { readonly stored: Map<number, LineLinks>; read(key: number): LineLinks } {
  const tail = emptyTail();
  const stored = new Map<number, LineLinks>();
  for (let number = 1; number <= LINES; number++) stored.set(keyOf(number), appendLine(tail, keyOf(number)));
  return { stored, read: (key) => stored.get(key)! };
}

describe('appendLine', () => {
  it.each([
    [1, 0, 0],
    [2, 1, 0],
    [3, 2, 2],
    [4, 3, 0],
    [6, 5, 4],
    [7, 6, 6],
    [8, 7, 0],
    [200, 199, 192],
  ])('links line %i to lines %i and %i', (number, previous, jump) => {
    expect(manyLines().read(keyOf(number))).toEqual({
      number,
      previous: keyOf(previous),
      jump: keyOf(jump),
    });
  });

  it('goes on from what is stored as from what it remembers', () => {
    const { stored, read } = manyLines();
    const remembered = emptyTail();
    for (let number = 0; number < LINES; number++) {
      expect(tailOf(keyOf(number), read)).toEqual(remembered);
      expect(appendLine(remembered, keyOf(number + 1))).toEqual(stored.get(keyOf(number + 1)));
    }
  });
});

describe('walking back', () => {
  const { read } = manyLines();
  const from = fc.integer({ min: 1, max: LINES });

  it('finds the last line up to a key', () => {
    fc.assert(
      fc.property(from, fc.integer({ min: 0, max: keyOf(LINES) + 5 }), (start, keyMax) => {
        let expected = start;
        while (keyOf(expected) > keyMax) expected--;
        expect(lineUpTo(keyOf(start), keyMax, read)).toBe(keyOf(expected));
      }),
    );
  });

  it('finds the line of a number, in few steps', () => {
    fc.assert(
      fc.property(from, from, (left, right) => {
        const [number, start] = [Math.min(left, right), Math.max(left, right)];
        let steps = 0;
        const counted = (key: number): LineLinks => {
          steps++;
          return read(key);
        };
        expect(lineOfNumber(keyOf(start), number, counted)).toBe(keyOf(number));
        expect(steps).toBeLessThan(45);
      }),
    );
  });
});
