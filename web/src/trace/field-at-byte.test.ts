import { describe, expect, it } from 'vitest';
import { depthOf, fieldAtByte, rangeOf } from './field-at-byte.ts';
import type { MessageField } from './step-types.ts';

function field(path: string, offset: number | null, length: number | null): MessageField {
  return { path, name: '', value: '', words: '', offset, length };
}

const FIELDS = [
  field('mti', 0, 4),
  field('55', 10, 20),
  field('55.9F26', 12, 11),
  field('55.95', 23, 7),
  field('virtual', null, null),
  field('empty', 4, 0),
];

describe('fieldAtByte', () => {
  it.each([
    [0, 'mti'],
    [3, 'mti'],
    [4, undefined],
    [9, undefined],
    [10, '55'],
    [11, '55'],
    [12, '55.9F26'],
    [22, '55.9F26'],
    [23, '55.95'],
    [29, '55.95'],
    [30, undefined],
  ])('byte %i belongs to %s', (byte, path) => {
    expect(fieldAtByte(FIELDS, byte)?.path).toBe(path);
  });
});

describe('a field', () => {
  it('without bytes of its own has no range', () => {
    expect(rangeOf(field('virtual', null, null))).toBeNull();
    expect(rangeOf(field('empty', 4, 0))).toBeNull();
    expect(rangeOf(field('half', 4, null))).toBeNull();
  });

  it('lies as deep as its path has dots', () => {
    expect(['4', '55.9F26', '55.70.5A'].map((path) => depthOf(field(path, 0, 1)))).toEqual([0, 1, 2]);
  });
});
