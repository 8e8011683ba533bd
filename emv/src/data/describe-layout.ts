import { hasBit } from './bit-meanings.ts';
import { SENTENCES } from './coded-values.ts';
import type { Language } from './language.ts';
import type { Phrase } from './phrase.ts';
import { say, sayCode } from './say.ts';
import { type LayoutName, VALUE_LAYOUTS, type ValueLayout } from './value-layouts.ts';

/** A run of bits inside one byte, numbered as EMV does: 8 is the highest. */
export interface BitRun {
  readonly byte: number;
  readonly high: number;
  readonly low: number;
}

type Words = Readonly<Record<string, Phrase>>;
interface SpokenPart extends BitRun {
  readonly meaning: Phrase;
  readonly values?: Words;
}
interface SpokenFlag {
  readonly byte: number;
  readonly bit: number;
  readonly meaning: Phrase;
}

/**
 * Every flag that is set and every field, in the order of the bytes; a reserved bit that is set is said to be so.
 * Bytes that are not there count as zero: whoever needs a length checks it before.
 */
export function describeLayout(name: LayoutName, bytes: Uint8Array, language: Language): string[] {
  const layout = VALUE_LAYOUTS[name];
  const flags: readonly SpokenFlag[] = Object.values(layout.flags);
  const fields: readonly SpokenPart[] = layout.fields;
  const lines = [
    ...flags
      .filter((flag) => hasBit(bytes, flag))
      .map(({ byte, bit, meaning }) => ({
        at: placeOf(byte, bit),
        text: say(language, SENTENCES.flag, byte, bit, say(language, meaning)),
      })),
    ...fields
      .filter(({ byte }) => byte <= bytes.length)
      .map((field) => ({ at: placeOf(field.byte, field.high), text: fieldText(field, bytes, language) })),
    ...reservedBits(layout)
      .filter((place) => hasBit(bytes, { ...place, meaning: '' }))
      .map(({ byte, bit }) => ({
        at: placeOf(byte, bit),
        text: say(language, SENTENCES.flag, byte, bit, say(language, SENTENCES.reservedBit)),
      })),
  ];
  return lines.sort((one, other) => one.at - other.at).map(({ text }) => text);
}

/** The reserved bits of a layout, each alone. */
export function reservedBits(layout: ValueLayout): { readonly byte: number; readonly bit: number }[] {
  return layout.reserved
    .split(' ')
    .filter((run) => run !== '')
    .flatMap((run) => {
      const [byte = 0, high = 0, low = 0] = run.split(/[.-]/).map(Number);
      return Array.from({ length: high - low + 1 }, (_, index) => ({ byte, bit: high - index }));
    });
}

function fieldText(field: SpokenPart, bytes: Uint8Array, language: Language): string {
  const width = field.high - field.low + 1;
  const value = ((bytes[field.byte - 1] ?? 0) >> (field.low - 1)) & ((1 << width) - 1);
  const known = field.values === undefined ? undefined : sayCode(language, field.values, value);
  const isReserved = field.values !== undefined && known === undefined && width < 8;
  const text = known ?? (isReserved ? say(language, SENTENCES.reservedValue, value) : String(value));
  return say(language, SENTENCES.pair, say(language, field.meaning), text);
}

function placeOf(byte: number, bit: number): number {
  return byte * 8 - bit;
}
