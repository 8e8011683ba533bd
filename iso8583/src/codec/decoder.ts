import { ProtocolError } from '@kassa/primitives';
import type { Dialect } from '../dialect/dialect.ts';
import { DATA_ELEMENT_MAX, MESSAGE_BYTES_MAX, SCRATCH_BYTES } from '../limits.ts';
import { BITMAP_WORDS, type BitmapCodec, compileBitmap } from './bitmap.ts';
import { ByteStore } from './byte-store.ts';
import { type CompiledField, wireBytesOf, wireBytesOfValue } from './compiled-field.ts';
import { LATIN1_OF_EBCDIC } from './ebcdic.ts';
import { explainBytes, wrongSign } from './explain.ts';
import { type Layout, LayoutCache } from './layout.ts';
import { readUnits } from './length-prefix.ts';
import type { FieldSpan, Message } from './message.ts';
import { MTI_CODECS, type MtiCodec } from './mti-wire.ts';
import { countOf, problem, truncated } from './protocol-problem.ts';
import { straightDecoder } from './straight-decoder.ts';
import { textOfCodes } from './text-of-codes.ts';
import { checkTlv } from './tlv-check.ts';

/** One strictness a reader may go without, by name. */
export type Leniency =
  /** Bytes after the last element are left alone. */
  | 'trailing-data'
  /** Characters outside the content of a text element are kept, as U+0000 to U+00FF. */
  | 'characters'
  /** Any nibble beside an odd number of packed digits. */
  | 'filler'
  /** BER-TLV is not checked. */
  | 'tlv';

export interface InspectOptions {
  /** What to let pass; nothing, if left out. Lengths, bitmaps and elements without a row are never let pass. */
  readonly lenient?: readonly Leniency[];
}

/** What could be read of bytes that may be broken. */
export interface Inspection {
  /** Everything before the error; an empty `mti` where not even that could be read. */
  readonly message: Message;
  /** Where each element stands, in the order of the wire. */
  readonly spans: readonly FieldSpan[];
  readonly mtiBytes: number;
  /** Bytes of the bitmaps, 0 where they could not be read. */
  readonly bitmapBytes: number;
  readonly error: ProtocolError | null;
  /** What {@link InspectOptions.lenient} let pass, in the order of the wire. */
  readonly warnings: readonly ProtocolError[];
}

export interface Decoder {
  readonly decode: (bytes: Uint8Array) => Message;
  readonly inspect: (bytes: Uint8Array, options?: InspectOptions) => Inspection;
}

/** The reading half of a codec. */
export function compileDecoder(
  dialect: Dialect,
  rows: readonly (CompiledField | undefined)[],
  straightLineAfter: number,
): Decoder {
  const walk = new MessageWalk(dialect, rows, straightLineAfter);
  return {
    decode: (bytes) => walk.decode(bytes),
    inspect: (bytes, options) => walk.inspect(bytes, options),
  };
}

/** Codes beyond two a byte: a packed MTI, and the last word of a conversion. */
const SPARE_CODES = 16;
const STRICT: readonly Leniency[] = [];
const NO_LAYOUT: Layout = {
  words: new Int32Array(BITMAP_WORDS),
  wireWords: new Int32Array(0),
  bitmapBytes: 0,
  fields: [],
  numbers: new Int32Array(0),
  codesMax: new Int32Array(0),
  codesFixed: new Int32Array(0),
  prefixBytes: new Int32Array(0),
  runs: [],
  unknown: 0,
  template: {},
  uses: 0,
  encode: undefined,
  decode: undefined,
};

/**
 * The message is copied into scratch bytes, its values go as character codes to another scratch array, one call makes
 * a string of all of them, and each field is a part of that string. Where every element is written in ASCII the
 * message is that string already, and its values stay where they are.
 */
class MessageWalk {
  readonly #layouts: LayoutCache;
  readonly #mti: MtiCodec;
  readonly #bitmap: BitmapCodec;
  readonly #isText: boolean;
  readonly #straightLineAfter: number;
  readonly #wire = new ByteStore(SCRATCH_BYTES);
  readonly #codes: ByteStore;
  readonly #words = new Int32Array(BITMAP_WORDS);
  /** Where the values of the elements read so far end among the codes. */
  readonly #codeEnds = new Int32Array(DATA_ELEMENT_MAX);
  #layout = NO_LAYOUT;
  #count = 0;
  #mtiIsRead = false;
  #bitmapEnd = 0;
  #lenient: readonly Leniency[] = STRICT;
  #warnings: ProtocolError[] = [];

  constructor(dialect: Dialect, rows: readonly (CompiledField | undefined)[], straightLineAfter: number) {
    this.#straightLineAfter = straightLineAfter;
    this.#mti = MTI_CODECS[dialect.mti];
    this.#bitmap = compileBitmap(dialect);
    this.#layouts = new LayoutCache(rows, this.#bitmap);
    this.#isText = isText(dialect);
    this.#codes = this.#isText ? this.#wire : new ByteStore(SCRATCH_BYTES * 2);
  }

  decode(bytes: Uint8Array): Message {
    const start = this.#begin(bytes);
    const done = this.#layout.decode?.(bytes.length);
    if (done !== undefined) return done;
    this.#walk(start, bytes.length);
    this.#countUse();
    return this.message();
  }

  #countUse(): void {
    const layout = this.#layout;
    layout.uses++;
    if (layout.uses !== this.#straightLineAfter) return;
    layout.decode = straightDecoder(layout, {
      mti: this.#mti,
      isText: this.#isText,
      wire: this.#wire,
      codes: this.#codes,
    });
  }

  run(bytes: Uint8Array): void {
    this.#walk(this.#begin(bytes), bytes.length);
  }

  /** Reads MTI and bitmaps. @returns the offset after them. */
  #begin(bytes: Uint8Array): number {
    const end = bytes.length;
    this.#count = 0;
    this.#bitmapEnd = 0;
    this.#mtiIsRead = false;
    this.#layout = NO_LAYOUT;
    if (end > MESSAGE_BYTES_MAX) {
      throw problem('too-large', 'message', 0, `at most ${MESSAGE_BYTES_MAX} bytes`, countOf(end, 'byte'));
    }
    const wire = this.#wire;
    wire.ensure(end + SPARE_CODES);
    this.#codes.ensure(end * 2 + SPARE_CODES);
    wire.bytes.set(bytes);

    this.#mti.read(wire.bytes, end, this.#codes.bytes);
    this.#mtiIsRead = true;
    return this.#readBitmaps(end);
  }

  #walk(start: number, end: number): void {
    const at = this.#readFields(start, end);
    if (this.#layout.unknown !== 0) throw unknownField(this.#layout.unknown, at);
    if (at !== end) {
      const more = `${countOf(end - at, 'byte')} more`;
      this.#refuse('trailing-data', problem('trailing-data', 'message', at, 'the end of the message', more));
    }
  }

  /** @returns the offset after the bitmaps. */
  #readBitmaps(messageEnd: number): number {
    const start = this.#mti.wireBytes;
    const known = this.#layouts.ofWire(this.#wire, start, messageEnd);
    if (known !== undefined) {
      this.#layout = known;
      this.#bitmapEnd = start + known.bitmapBytes;
    } else {
      this.#bitmapEnd = this.#bitmap.read(this.#wire.bytes, start, messageEnd, this.#words);
      this.#layout = this.#layouts.ofWords(this.#words);
    }
    return this.#bitmapEnd;
  }

  /** @returns the offset after the last element. */
  #readFields(start: number, messageEnd: number): number {
    const wire = this.#wire;
    const codes = this.#codes;
    const codeEnds = this.#codeEnds;
    const { fields, runs, codesMax } = this.#layout;
    const isText = this.#isText;
    let at = start;
    let code: number = this.#mti.digits;
    for (let step = 0; step < runs.length; step++) {
      const run = runs[step];
      if (run === undefined) break;
      const { first, end, field, units } = run;
      if (isText) code = at;
      const isRead =
        units > 0 && at + run.wireBytes <= messageEnd && field.toCodes(wire, at, units, codes, code, field);
      if (isRead) {
        at += run.wireBytes;
        for (let index = first; index < end; index++) {
          code += codesMax[index] ?? 0;
          codeEnds[index] = code;
        }
      } else {
        for (let index = first; index < end; index++) {
          at = this.#readOne(index, at, code, messageEnd);
          code = codeEnds[index] ?? 0;
        }
      }
    }
    this.#count = fields.length;
    return at;
  }

  /** An element with a length on the wire, or of a stretch with something wrong in it. @returns the offset after it. */
  #readOne(index: number, start: number, codeStart: number, messageEnd: number): number {
    const wire = this.#wire;
    const codes = this.#codes;
    const field = this.#layout.fields[index];
    if (field === undefined) return start;
    this.#count = index;
    let at = start;
    let units = field.max;
    if (!field.isFixed) {
      units = readUnits(field, wire.bytes, at, messageEnd);
      at += field.prefixBytes;
    }
    let code = this.#isText ? at : codeStart;
    if (field.isSigned) {
      codes.bytes[code++] = readSign(field, wire.bytes, at, messageEnd);
      at++;
      units--;
    }
    const valueEnd = at + wireBytesOf(field, units);
    if (valueEnd > messageEnd) throw truncated(field.path, at, valueEnd - at, messageEnd - at);
    if (!field.toCodes(wire, at, units, codes, code, field)) this.#refuseValue(field, at, units, code);
    if (field.isTlv) this.#checkTlv(field, at, valueEnd);
    this.#codeEnds[index] = code + units * field.codesPerUnit;
    return valueEnd;
  }

  /** Throws, unless this is to be let pass. */
  #refuse(strictness: Leniency, error: ProtocolError): void {
    if (!this.#lenient.includes(strictness)) throw error;
    this.#warnings.push(error);
  }

  #refuseValue(field: CompiledField, at: number, units: number, code: number): void {
    const { bytes } = this.#wire;
    const error = explainBytes(field, bytes, at, units);
    if (field.halfBytesPerUnit === 2 && field.codesPerUnit === 1) {
      this.#refuse('characters', error);
      return;
    }
    if (field.halfBytesPerUnit !== 1 || units % 2 === 0 || !this.#lenient.includes('filler')) throw error;
    // With the right filler the rest must be right.
    const edge = field.padRight ? at + (units >> 1) : at;
    const byte = bytes[edge] ?? 0;
    bytes[edge] = field.padRight
      ? (byte & 0xf0) | field.fillerNibble
      : (field.fillerNibble << 4) | (byte & 15);
    if (!field.toCodes(this.#wire, at, units, this.#codes, code, field)) throw error;
    this.#warnings.push(error);
  }

  #checkTlv(field: CompiledField, start: number, end: number): void {
    if (this.#lenient.length === 0) {
      checkTlv(field, this.#wire.bytes, start, end);
      return;
    }
    try {
      checkTlv(field, this.#wire.bytes, start, end);
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      this.#refuse('tlv', cause);
    }
  }

  /** What was read. */
  message(): Message {
    const { numbers, prefixBytes, template } = this.#layout;
    const count = this.#count;
    const isText = this.#isText;
    const codeEnds = this.#codeEnds;
    const end = count === 0 ? this.#mti.digits : (codeEnds[count - 1] ?? 0);
    const all = textOfCodes(this.#codes.bytes, end);
    const values: Record<number, string> = count === numbers.length ? { ...template } : {};
    let start = isText ? this.#bitmapEnd : this.#mti.digits;
    for (let index = 0; index < count; index++) {
      if (isText) start += prefixBytes[index] ?? 0;
      const valueEnd = codeEnds[index] ?? 0;
      values[numbers[index] ?? 0] = all.substring(start, valueEnd);
      start = valueEnd;
    }
    return { mti: all.substring(0, this.#mti.digits), fields: values };
  }

  inspect(bytes: Uint8Array, { lenient = STRICT }: InspectOptions = {}): Inspection {
    let error: ProtocolError | null = null;
    const warnings: ProtocolError[] = [];
    this.#warnings = warnings;
    this.#lenient = lenient;
    this.#layout = NO_LAYOUT;
    try {
      this.run(bytes);
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      error = cause;
    } finally {
      this.#lenient = STRICT;
    }
    const mtiBytes = this.#mtiIsRead ? this.#mti.wireBytes : 0;
    const bitmapBytes = this.#bitmapEnd === 0 ? 0 : this.#bitmapEnd - mtiBytes;
    const message = this.#mtiIsRead ? this.message() : { mti: '', fields: {} };
    return { message, spans: this.#spans(), mtiBytes, bitmapBytes, error, warnings };
  }

  #spans(): FieldSpan[] {
    const isText = this.#isText;
    let offset = this.#bitmapEnd;
    let start = isText ? this.#bitmapEnd : this.#mti.digits;
    return this.#layout.fields.slice(0, this.#count).map((field, index) => {
      if (isText) start += field.prefixBytes;
      const end = this.#codeEnds[index] ?? 0;
      const span = { number: field.number, offset, length: wireBytesOfValue(field, end - start) };
      offset += span.length;
      start = end;
      return span;
    });
  }
}

/** Whether all of a message is ASCII characters, those of its values being what a message holds. */
function isText({ mti, fields }: Dialect): boolean {
  return mti === 'ascii' && Object.values(fields).every(({ enc }) => enc === 'ascii' || enc === 'hexascii');
}

/** ISO 8583:1987, 4.3, `x + n`: C for credit or D for debit, always a character. */
function readSign(field: CompiledField, bytes: Uint8Array, offset: number, messageEnd: number): number {
  if (offset >= messageEnd) throw truncated(field.path, offset, 1, 0);
  const byte = bytes[offset] ?? 0;
  const code = field.isEbcdic ? (LATIN1_OF_EBCDIC[byte] ?? 0) : byte;
  if (code !== 0x43 && code !== 0x44) throw wrongSign(field, offset);
  return code;
}

function unknownField(number: number, offset: number): ProtocolError {
  return problem(
    'unknown-field',
    String(number),
    offset,
    'a data element this dialect defines',
    `bit ${number} set in the bitmap`,
  );
}
