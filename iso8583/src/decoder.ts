import { ProtocolError } from '@kassa/primitives';
import { BITMAP_WORDS, type BitmapCodec, compileBitmap } from './bitmap.ts';
import { ByteStore } from './byte-store.ts';
import { type CompiledField, wireBytesOf, wireBytesOfValue } from './compiled-field.ts';
import type { Dialect } from './dialect.ts';
import { LATIN1_OF_EBCDIC } from './ebcdic.ts';
import { explainBytes, wrongSign } from './explain.ts';
import { type Layout, LayoutCache, type Run } from './layout.ts';
import { readUnits } from './length-prefix.ts';
import { DATA_ELEMENT_MAX, MESSAGE_BYTES_MAX, SCRATCH_BYTES } from './limits.ts';
import type { FieldSpan, Message } from './message.ts';
import { MTI_CODECS, type MtiCodec } from './mti-wire.ts';
import { countOf, problem, truncated } from './protocol-problem.ts';
import { asciiText, latin1Text } from './text-of-codes.ts';
import { checkTlv } from './tlv-check.ts';

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
}

export interface Decoder {
  readonly decode: (bytes: Uint8Array) => Message;
  readonly inspect: (bytes: Uint8Array) => Inspection;
}

/** The reading half of a codec. */
export function compileDecoder(dialect: Dialect, rows: readonly (CompiledField | undefined)[]): Decoder {
  const walk = new MessageWalk(dialect, rows);
  return {
    decode: (bytes) => {
      walk.run(bytes);
      return walk.message();
    },
    inspect: (bytes) => walk.inspect(bytes),
  };
}

const MTI_DIGITS = 4;
/** Codes beyond two a byte: a packed MTI, and the last word of a conversion. */
const SPARE_CODES = 16;
const NO_LAYOUT: Layout = {
  words: new Int32Array(BITMAP_WORDS),
  fields: [],
  runs: [],
  unknown: 0,
  template: {},
};

/**
 * The message is copied into scratch bytes, its values go as character codes to another scratch array, one call makes
 * a string of all of them, and each field is a part of that string.
 */
class MessageWalk {
  readonly #layouts: LayoutCache;
  readonly #mti: MtiCodec;
  readonly #bitmap: BitmapCodec;
  readonly #toText: (codes: Uint8Array, length: number) => string;
  readonly #wire = new ByteStore(SCRATCH_BYTES);
  readonly #codes = new ByteStore(SCRATCH_BYTES * 2);
  readonly #words = new Int32Array(BITMAP_WORDS);
  /** Ends of the values of the elements read so far. */
  readonly #codeEnds = new Int32Array(DATA_ELEMENT_MAX);
  #layout = NO_LAYOUT;
  #count = 0;
  #mtiIsRead = false;
  #bitmapEnd = 0;

  constructor(dialect: Dialect, rows: readonly (CompiledField | undefined)[]) {
    this.#layouts = new LayoutCache(rows);
    this.#mti = MTI_CODECS[dialect.mti];
    this.#bitmap = compileBitmap(dialect);
    this.#toText = Object.values(dialect.fields).some(({ content }) => content === 'any')
      ? latin1Text
      : asciiText;
  }

  run(bytes: Uint8Array): void {
    const end = bytes.length;
    this.#count = 0;
    this.#bitmapEnd = 0;
    this.#mtiIsRead = false;
    if (end > MESSAGE_BYTES_MAX) {
      throw problem('too-large', 'message', 0, `at most ${MESSAGE_BYTES_MAX} bytes`, countOf(end, 'byte'));
    }
    const wire = this.#wire;
    const codes = this.#codes;
    wire.ensure(end);
    codes.ensure(end * 2 + SPARE_CODES);
    wire.bytes.set(bytes);

    this.#mti.read(wire.bytes, end, codes.bytes);
    this.#mtiIsRead = true;
    const start = this.#bitmap.read(wire.bytes, this.#mti.wireBytes, end, this.#words);
    this.#bitmapEnd = start;
    this.#layout = this.#layouts.ofWords(this.#words);
    const at = this.#readFields(start, end);
    if (this.#layout.unknown !== 0) throw unknownField(this.#layout.unknown, at);
    if (at !== end) {
      throw problem(
        'trailing-data',
        'message',
        at,
        'the end of the message',
        `${countOf(end - at, 'byte')} more`,
      );
    }
  }

  /** @returns the offset after the last element. */
  #readFields(start: number, messageEnd: number): number {
    const wire = this.#wire;
    const codes = this.#codes;
    const codeEnds = this.#codeEnds;
    const { fields, runs } = this.#layout;
    let at = start;
    let code = MTI_DIGITS;
    for (let step = 0; step < runs.length; step++) {
      const run = runs[step];
      if (run === undefined) break;
      const { first, end, field, units } = run;
      const isRead =
        units > 0 && at + run.wireBytes <= messageEnd && field.toCodes(wire, at, units, codes, code, field);
      if (isRead) {
        at += run.wireBytes;
        for (let index = first; index < end; index++) codeEnds[index] = code += fields[index]?.codesMax ?? 0;
      } else {
        at = this.#readOneByOne(run, at, code, messageEnd);
        code = codeEnds[end - 1] ?? 0;
      }
    }
    this.#count = fields.length;
    return at;
  }

  /** Elements with a length on the wire, and stretches with something wrong in them. @returns the offset after them. */
  #readOneByOne({ first, end }: Run, start: number, codeStart: number, messageEnd: number): number {
    const wire = this.#wire;
    const codes = this.#codes;
    let at = start;
    let code = codeStart;
    for (let index = first; index < end; index++) {
      const field = this.#layout.fields[index];
      if (field === undefined) break;
      this.#count = index;
      let units = field.max;
      if (!field.isFixed) {
        units = readUnits(field, wire.bytes, at, messageEnd);
        at += field.prefixBytes;
      }
      if (field.isSigned) {
        codes.bytes[code++] = readSign(field, wire.bytes, at, messageEnd);
        at++;
        units--;
      }
      const valueEnd = at + wireBytesOf(field, units);
      if (valueEnd > messageEnd) throw truncated(field.path, at, valueEnd - at, messageEnd - at);
      if (!field.toCodes(wire, at, units, codes, code, field))
        throw explainBytes(field, wire.bytes, at, units);
      if (field.isTlv) checkTlv(field, wire.bytes, at, valueEnd);
      at = valueEnd;
      code += units * field.codesPerUnit;
      this.#codeEnds[index] = code;
    }
    return at;
  }

  /** What was read. */
  message(): Message {
    const { fields, template } = this.#layout;
    const count = this.#count;
    const codeEnds = this.#codeEnds;
    const end = count === 0 ? MTI_DIGITS : (codeEnds[count - 1] ?? 0);
    const all = this.#toText(this.#codes.bytes, end);
    const values: Record<number, string> = count === fields.length ? { ...template } : {};
    let start = MTI_DIGITS;
    for (let index = 0; index < count; index++) {
      const valueEnd = codeEnds[index] ?? 0;
      const field = fields[index];
      if (field !== undefined) values[field.number] = all.substring(start, valueEnd);
      start = valueEnd;
    }
    return { mti: all.substring(0, MTI_DIGITS), fields: values };
  }

  inspect(bytes: Uint8Array): Inspection {
    let error: ProtocolError | null = null;
    this.#layout = NO_LAYOUT;
    try {
      this.run(bytes);
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      error = cause;
    }
    const mtiBytes = this.#mtiIsRead ? this.#mti.wireBytes : 0;
    const bitmapBytes = this.#bitmapEnd === 0 ? 0 : this.#bitmapEnd - mtiBytes;
    const message = this.#mtiIsRead ? this.message() : { mti: '', fields: {} };
    return { message, spans: this.#spans(), mtiBytes, bitmapBytes, error };
  }

  #spans(): FieldSpan[] {
    let offset = this.#bitmapEnd;
    return this.#layout.fields.slice(0, this.#count).map((field, index) => {
      const code = index === 0 ? MTI_DIGITS : (this.#codeEnds[index - 1] ?? 0);
      const span = {
        number: field.number,
        offset,
        length: wireBytesOfValue(field, (this.#codeEnds[index] ?? 0) - code),
      };
      offset += span.length;
      return span;
    });
  }
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
