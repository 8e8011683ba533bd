import { DATA_ELEMENT_MAX, LAYOUTS_KEPT } from '../limits.ts';
import { BITMAP_WORDS, type BitmapCodec, type BitmapWords } from './bitmap.ts';
import type { ByteStore } from './byte-store.ts';
import { type CompiledField, wireBytesOf } from './compiled-field.ts';
import type { IndexedMessage, Message } from './message.ts';

/**
 * Elements converted together. Neighbours of fixed length that are written alike are one stretch of bytes: eleven
 * elements of digits become one loop.
 */
export interface Run {
  /** Index of the first element among those of the layout. */
  readonly first: number;
  /** Index after the last. */
  readonly end: number;
  readonly field: CompiledField;
  /** Characters of all elements together. */
  readonly codes: number;
  /** Units of all elements together; 0 where the length stands on the wire, or the element needs a look of its own. */
  readonly units: number;
  readonly wireBytes: number;
}

/** @returns undefined for anything that is not exactly right: the loop of the encoder then says what it is. */
export type StraightEncode = (
  mti: string,
  fields: (Message | IndexedMessage)['fields'],
) => Uint8Array | undefined;

/**
 * @param messageEnd where the message in the scratch bytes ends; its MTI and bitmaps are read.
 * @returns undefined for anything that is not exactly right: the loop of the decoder then says what it is.
 */
export type StraightDecode = (messageEnd: number) => Message | undefined;

/** One set of data elements, prepared. */
export interface Layout {
  /** The bits of the elements, without those that announce a bitmap. */
  readonly words: BitmapWords;
  /** The bitmaps as they are written, four bytes in a number; empty where that leaves a rest. */
  readonly wireWords: Int32Array;
  readonly bitmapBytes: number;
  /** The elements in order, up to the first the dialect does not define. */
  readonly fields: readonly CompiledField[];
  /** Their numbers. */
  readonly numbers: Int32Array;
  /** Characters of each at its longest. */
  readonly codesMax: Int32Array;
  /** Characters of each of fixed length, -1 for the others. */
  readonly codesFixed: Int32Array;
  /** Bytes before each on the wire. */
  readonly prefixBytes: Int32Array;
  /** The same elements in the stretches they are converted in. */
  readonly runs: readonly Run[];
  /** The first element the dialect does not define, 0 if there is none. */
  readonly unknown: number;
  /** An object with every element: copying it is cheaper than adding them one by one. */
  readonly template: Readonly<Record<number, string>>;
  /** Messages with this layout so far. */
  uses: number;
  encode: StraightEncode | undefined;
  decode: StraightDecode | undefined;
}

const FIRST_BIT = 0x80000000 | 0;

/**
 * The sets of elements met last. A connection carries few kinds of message over and over, so most messages find their
 * layout here, and neither their bitmap nor their object has to be worked out again.
 */
export class LayoutCache {
  readonly #rows: readonly (CompiledField | undefined)[];
  readonly #bitmap: BitmapCodec;
  readonly #layouts: Layout[] = [];
  #next = 0;

  constructor(rows: readonly (CompiledField | undefined)[], bitmap: BitmapCodec) {
    this.#rows = rows;
    this.#bitmap = bitmap;
  }

  /** Those met last. */
  get met(): readonly Layout[] {
    return this.#layouts;
  }

  /** The layout whose bitmaps stand at `offset` just as they would be written; undefined if it was not met lately. */
  ofWire(wire: ByteStore, offset: number, messageEnd: number): Layout | undefined {
    const layouts = this.#layouts;
    for (let index = 0; index < layouts.length; index++) {
      const layout = layouts[index];
      if (layout === undefined || offset + layout.bitmapBytes > messageEnd) continue;
      const words = layout.wireWords;
      if (words.length === 0) continue;
      let difference = 0;
      for (let word = 0; word < words.length; word++) {
        difference |= (words[word] ?? 0) ^ wire.view.getInt32(offset + word * 4);
      }
      if (difference === 0) return layout;
    }
    return undefined;
  }

  /** The layout a bitmap announces. */
  ofWords(words: BitmapWords): Layout {
    return this.#layouts.find((layout) => sameWords(layout.words, words)) ?? this.#add(words.slice());
  }

  /**
   * The layout of a message to write.
   * @param count how many keys `fields` has; if the layout holds fewer elements, some key is no element.
   */
  ofFields(fields: Message['fields'], count: number): Layout {
    const layouts = this.#layouts;
    for (let index = 0; index < layouts.length; index++) {
      const layout = layouts[index];
      if (layout !== undefined && layout.fields.length === count && hasAll(fields, layout.numbers))
        return layout;
    }
    const words = new Int32Array(BITMAP_WORDS);
    for (let number = 1; number <= DATA_ELEMENT_MAX; number++) {
      if (this.#rows[number] === undefined || fields[number] === undefined) continue;
      const bit = number - 1;
      words[bit >> 5] = (words[bit >> 5] ?? 0) | (FIRST_BIT >>> (bit & 31));
    }
    return this.#add(words);
  }

  #add(words: BitmapWords): Layout {
    const fields: CompiledField[] = [];
    let unknown = 0;
    for (let number = 1; number <= DATA_ELEMENT_MAX && unknown === 0; number++) {
      const bit = number - 1;
      if (((words[bit >> 5] ?? 0) & (FIRST_BIT >>> (bit & 31))) === 0) continue;
      const field = this.#rows[number];
      if (field === undefined) unknown = number;
      else fields.push(field);
    }
    const written = new Uint8Array(this.#bitmap.wireBytesMax);
    const bitmapBytes = this.#bitmap.write(words, written, 0);
    const view = new DataView(written.buffer);
    const layout: Layout = {
      words,
      wireWords: Int32Array.from({ length: bitmapBytes % 4 === 0 ? bitmapBytes / 4 : 0 }, (_, index) =>
        view.getInt32(index * 4),
      ),
      bitmapBytes,
      fields,
      numbers: Int32Array.from(fields, ({ number }) => number),
      codesMax: Int32Array.from(fields, ({ codesMax }) => codesMax),
      prefixBytes: Int32Array.from(fields, ({ prefixBytes }) => prefixBytes),
      codesFixed: Int32Array.from(fields, ({ codesMax, isFixed }) => (isFixed ? codesMax : -1)),
      runs: runsOf(fields),
      unknown,
      template: templateOf(fields),
      uses: 0,
      encode: undefined,
      decode: undefined,
    };
    this.#layouts[this.#next] = layout;
    this.#next = (this.#next + 1) % LAYOUTS_KEPT;
    return layout;
  }
}

/**
 * An object with these elements. V8 gives a first element at n room for half as many again and 16 more: beginning with
 * the lowest one whose room holds them all leaves the least to copy.
 */
function templateOf(fields: readonly CompiledField[]): Readonly<Record<number, string>> {
  const numbers = fields.map(({ number }) => number);
  const highest = numbers.at(-1) ?? 0;
  const first = numbers.find((number) => number + 1 + ((number + 1) >> 1) + 16 > highest);
  const template: Record<number, string> = {};
  for (const number of first === undefined ? numbers : [first, ...numbers]) template[number] = '';
  return template;
}

function runsOf(fields: readonly CompiledField[]): Run[] {
  const runs: Run[] = [];
  fields.forEach((field, index) => {
    const before = runs.at(-1);
    const units = isPlain(field) ? field.max : 0;
    if (before !== undefined && units > 0 && before.units > 0 && areWrittenAlike(before.field, field)) {
      const joined = before.units + units;
      runs[runs.length - 1] = {
        ...before,
        end: index + 1,
        codes: before.codes + field.codesMax,
        units: joined,
        wireBytes: wireBytesOf(field, joined),
      };
    } else {
      const wireBytes = wireBytesOf(field, units);
      runs.push({ first: index, end: index + 1, field, codes: field.codesMax, units, wireBytes });
    }
  });
  return runs;
}

/** Of fixed length, a whole number of bytes, with nothing but its characters to check. */
function isPlain(field: CompiledField): boolean {
  const wholeBytes = (field.max * field.halfBytesPerUnit) % 2 === 0;
  return field.isFixed && wholeBytes && !field.isSigned && !field.isTlv;
}

function areWrittenAlike(left: CompiledField, right: CompiledField): boolean {
  return left.toCodes === right.toCodes && left.toWire === right.toWire && left.setBit === right.setBit;
}

function sameWords(left: BitmapWords, right: BitmapWords): boolean {
  let difference = 0;
  for (let index = 0; index < BITMAP_WORDS; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

function hasAll(values: Message['fields'], numbers: Int32Array): boolean {
  for (let index = 0; index < numbers.length; index++) {
    if (values[numbers[index] ?? 0] === undefined) return false;
  }
  return true;
}
