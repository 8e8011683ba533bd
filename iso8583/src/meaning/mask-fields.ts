import type { Message } from '../codec/message.ts';
import type { Dialect, FieldSpec } from '../dialect/dialect.ts';
import { innerParts } from './inner-parts.ts';
import { HIDDEN, maskText } from './mask-value.ts';

/**
 * The fields of a message as anyone may see them: a card number keeps its first six and last four digits, tracks, PIN
 * blocks, keys and MACs are `***`, DE 55 shows the tags that may be shown. It fails closed: a row without a mask and a
 * field without a row show only their length, a value that is not what its row says shows nothing.
 */
export function maskFields(dialect: Dialect, message: Message): Record<number, string> {
  const masked: Record<number, string> = {};
  for (const [key, value] of Object.entries(message.fields)) {
    masked[Number(key)] = maskField(dialect.fields[Number(key)], value);
  }
  return masked;
}

/** One value under the mask of its row. */
export function maskField(spec: FieldSpec | undefined, value: string): string {
  if (spec?.mask === 'tags') return maskTags(spec, value);
  return maskText(spec?.mask ?? 'length', value, spec?.content === 'b' ? 'byte' : 'character');
}

/** `9F02=000000150000 5A=[8 bytes]`, templates as their elements. */
function maskTags(spec: FieldSpec, value: string): string {
  try {
    const leaves = innerParts(spec, value).filter(({ value: shown }) => shown !== '');
    return leaves.map(({ path, value: shown }) => `${path}=${shown}`).join(' ');
  } catch {
    return HIDDEN;
  }
}
