import type { CompiledField } from './compiled-field.ts';

/** What the code written here refers to by name. */
export type Names = Readonly<Record<string, unknown>>;

/**
 * Makes a function of code without loops over elements: what a table says stands in it as constants, and the engine
 * can inline every conversion. Only numbers and names of this package go into the code, never text of a message or of
 * a dialect's file.
 * @returns undefined where code may not be made of text (a page under a content security policy): the loops of the
 * encoder and the decoder do the same, slower.
 */
export function straightLine<T>(
  args: readonly string[],
  lines: readonly string[],
  names: Names,
): T | undefined {
  const source = `'use strict'; return (${args.join(', ')}) => {\n${lines.join('\n')}\n};`;
  try {
    return new Function(...Object.keys(names), source)(...Object.values(names)) as T;
  } catch (cause) {
    if (cause instanceof EvalError) return undefined;
    throw cause;
  }
}

/** What straight-line code leaves to the loops: signs, and prefixes that count bytes of digits. */
export function isUnusual(field: CompiledField): boolean {
  return field.isSigned || field.prefixCounts === 'packed-bytes';
}

/** Code for an offset that grows: a variable and a constant. */
export class OffsetCode {
  #base: string;
  #plus: number;

  constructor(base: string, plus: number) {
    this.#base = base;
    this.#plus = plus;
  }

  toString(): string {
    return `${this.#base} + ${this.#plus}`;
  }

  add(count: number): void {
    this.#plus += count;
  }

  /** Goes on from a variable. */
  restart(base: string): void {
    this.#base = base;
    this.#plus = 0;
  }
}

/** Code for the units of an element: a constant, or the variable `uN`. */
export function unitsCode({ path, isFixed, max }: CompiledField): string {
  return isFixed ? String(max) : `u${path}`;
}

/** Code for the bytes that so many units of an element take, without prefix. */
export function wireBytesCode({ halfBytesPerUnit }: CompiledField, units: string): string {
  if (halfBytesPerUnit === 1) return `((${units} + 1) >> 1)`;
  return halfBytesPerUnit === 2 ? units : `${units} * 2`;
}

/** Code that refuses what is not BER-TLV; none for other elements. */
export function tlvLines(field: CompiledField, from: string, to: string): string[] {
  if (!field.isTlv) return [];
  const check = field.halfBytesPerUnit === 4 ? 'isHexTlvList' : 'isTlvList';
  return [`if (!${check}(bytes, ${from}, ${to})) return undefined;`];
}
