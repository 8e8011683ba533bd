import { maskPan } from '@kassa/primitives';
import { countOf } from '../codec/protocol-problem.ts';
import type { Mask } from '../dialect/dialect.ts';

/** What is shown where nothing may be shown. */
export const HIDDEN = '***';

/**
 * A value under a mask that does not look inside. Characters that could move a cursor are shown as dots.
 * @param unit what one character of the value stands for; two stand for a byte.
 */
export function maskText(mask: Mask, value: string, unit: 'character' | 'byte'): string {
  switch (mask) {
    case 'clear':
      return value.replace(/[^\x20-\x7e]/g, '.');
    case 'pan':
      return maskPan(value);
    case 'hidden':
      return HIDDEN;
    case 'length':
    case 'tags':
      return `[${countOf(unit === 'byte' ? value.length / 2 : value.length, unit)}]`;
  }
}
