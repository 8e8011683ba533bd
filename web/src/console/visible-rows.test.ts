import { describe, expect, it } from 'vitest';
import { scrollToRow, visibleRows } from './visible-rows.ts';

describe('rows in sight', () => {
  it.each([
    ['at the top', 0, 100, 1000, { first: 0, end: 12 }],
    ['in the middle', 5_000, 100, 1000, { first: 498, end: 512 }],
    ['between two rows', 5_005, 100, 1000, { first: 498, end: 513 }],
    ['at the end', 9_900, 100, 1000, { first: 988, end: 1000 }],
    ['of a list shorter than the window', 0, 100, 3, { first: 0, end: 3 }],
    ['of an empty list', 0, 100, 0, { first: 0, end: 0 }],
    ['of a list that became shorter than the scroll', 9_900, 100, 5, { first: 5, end: 5 }],
  ])('%s', (_, scrollTop, height, count, range) => {
    expect(visibleRows(scrollTop, height, 10, count, 2)).toEqual(range);
  });
});

describe('scrolling to a row', () => {
  it.each([
    ['above', 3, 50, 30],
    ['below', 20, 50, 110],
    ['in sight already', 7, 50, 50],
    ['the first in sight', 5, 50, 50],
    ['the last in sight', 14, 50, 50],
  ])('%s', (_, row, scrollTop, expected) => {
    expect(scrollToRow(row, scrollTop, 100, 10)).toBe(expected);
  });
});
