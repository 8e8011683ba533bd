import { ProtocolError } from '@kassa/primitives';
import { type BitmapCodec, compileBitmap } from './bitmap.ts';
import { ByteStore } from './byte-store.ts';
import { type CompiledField, wireBytesOf } from './compiled-field.ts';
import type { Dialect } from './dialect.ts';
import { EBCDIC_OF_LATIN1 } from './ebcdic.ts';
import { explainValue, wrongSign } from './explain.ts';
import { type Layout, LayoutCache, type Run } from './layout.ts';
import { writeUnits } from './length-prefix.ts';
import { ENCODE_SLAB_BYTES, MESSAGE_BYTES_MAX, SCRATCH_BYTES } from './limits.ts';
import type { Message } from './message.ts';
import { MTI_CODECS, type MtiCodec } from './mti-wire.ts';
import { countOf, problem } from './protocol-problem.ts';
import { writeAsciiCodes, writeLatin1Codes } from './text-of-codes.ts';
import { checkTlv } from './tlv-check.ts';

export type Encode = (message: Message) => Uint8Array;

/** The writing half of a codec. */
export function compileEncoder(dialect: Dialect, rows: readonly (CompiledField | undefined)[]): Encode {
  const writer = new MessageWriter(dialect, rows);
  return (message) => writer.write(message);
}

/** Bytes an element may take on the wire beyond twice its characters: prefix and filler. */
const PREFIX_BYTES_MAX = 8;
/** Room behind the last value for the last word of a conversion. */
const SPARE_CODES = 16;

/**
 * The values are joined to one string, one call makes character codes of it, and each field is converted to the wire.
 * Messages are written one after another into slabs and handed out as views, because allocating a small array costs
 * more than encoding into it.
 */
class MessageWriter {
  readonly #rows: readonly (CompiledField | undefined)[];
  readonly #layouts: LayoutCache;
  readonly #mti: MtiCodec;
  readonly #bitmap: BitmapCodec;
  readonly #writeCodes: (text: string, codes: Uint8Array) => boolean;
  readonly #codes = new ByteStore(SCRATCH_BYTES);
  #slab = new ByteStore(0);
  #slabUsed = 0;

  constructor(dialect: Dialect, rows: readonly (CompiledField | undefined)[]) {
    this.#rows = rows;
    this.#layouts = new LayoutCache(rows);
    this.#mti = MTI_CODECS[dialect.mti];
    this.#bitmap = compileBitmap(dialect);
    const hasAny = Object.values(dialect.fields).some(({ content }) => content === 'any');
    this.#writeCodes = hasAny ? writeLatin1Codes : writeAsciiCodes;
  }

  write({ mti, fields }: Message): Uint8Array {
    const values = Object.values(fields);
    const layout = this.#layouts.ofFields(fields, values.length);
    if (layout.fields.length !== values.length) throw unknownKey(fields, this.#rows);
    const text = join(values, layout.fields);
    const bytesMax =
      this.#mti.wireBytes + this.#bitmap.wireBytesMax + text.length + values.length * PREFIX_BYTES_MAX;
    if (bytesMax > MESSAGE_BYTES_MAX) {
      throw problem(
        'too-large',
        'message',
        0,
        `at most ${MESSAGE_BYTES_MAX} bytes`,
        countOf(bytesMax, 'byte'),
      );
    }
    this.#codes.ensure(text.length + SPARE_CODES);
    const isWritten = this.#writeCodes(text, this.#codes.bytes);

    const out = this.#reserve(bytesMax);
    const start = out === this.#slab ? this.#slabUsed : 0;
    try {
      this.#mti.write(mti, out.bytes, start);
      const at = this.#bitmap.write(layout.words, out.bytes, start + this.#mti.wireBytes);
      if (!isWritten) throw explainForeign(values, layout.fields, at);
      const end = this.#writeFields(values, layout, out, at);
      if (out === this.#slab) this.#slabUsed = end;
      return out.bytes.subarray(start, end);
    } catch (cause) {
      throw start === 0 ? cause : fromMessageStart(cause, start);
    }
  }

  /** @returns the offset after the last element. */
  #writeFields(values: readonly string[], layout: Layout, out: ByteStore, offset: number): number {
    const { fields, runs } = layout;
    let at = offset;
    let code = 0;
    for (let step = 0; step < runs.length; step++) {
      const run = runs[step];
      if (run === undefined) break;
      const { first, end, field, units } = run;
      let isWritten = units > 0;
      let codeEnd = code;
      for (let index = first; index < end; index++) {
        const length = values[index]?.length ?? 0;
        isWritten &&= length === fields[index]?.codesMax;
        codeEnd += length;
      }
      if (isWritten && field.toWire(this.#codes, code, units, out, at, field)) at += run.wireBytes;
      else at = this.#writeOneByOne(values, layout, run, code, out, at);
      code = codeEnd;
    }
    return at;
  }

  /** Elements with a length on the wire, and stretches with something wrong in them. @returns the offset after them. */
  #writeOneByOne(
    values: readonly string[],
    { fields }: Layout,
    { first, end }: Run,
    codeStart: number,
    out: ByteStore,
    offset: number,
  ): number {
    const codes = this.#codes;
    let at = offset;
    let code = codeStart;
    for (let index = first; index < end; index++) {
      const field = fields[index];
      if (field === undefined) break;
      const value = values[index] ?? '';
      let units = unitsOf(field, value, at);
      at = writeUnits(field, units, out.bytes, at);
      const start = at;
      let from = code;
      if (field.isSigned) {
        out.bytes[at++] = signOf(field, codes.bytes[from++] ?? 0, start);
        units--;
      }
      if (!field.toWire(codes, from, units, out, at, field)) throw explainValue(field, value, start);
      at += wireBytesOf(field, units);
      if (field.isTlv) checkTlv(field, out.bytes, start, at);
      code += value.length;
    }
    return at;
  }

  /** Room for a message of at most so many bytes: the slab from `#slabUsed` on, or an array of its own. */
  #reserve(bytesMax: number): ByteStore {
    if (this.#slab.bytes.length - this.#slabUsed >= bytesMax) return this.#slab;
    if (bytesMax > ENCODE_SLAB_BYTES / 4) return new ByteStore(bytesMax);
    this.#slab = new ByteStore(ENCODE_SLAB_BYTES);
    this.#slabUsed = 0;
    return this.#slab;
  }
}

/** All values one after another. */
function join(values: readonly string[], fields: readonly CompiledField[]): string {
  let text = '';
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== 'string') {
      throw problem('bad-value', fields[index]?.path ?? 'message', 0, 'a string', typeof value);
    }
    text += value;
  }
  return text;
}

function unitsOf(field: CompiledField, value: string, offset: number): number {
  if (field.codesPerUnit === 1) return value.length;
  if (value.length % 2 === 0) return value.length >> 1;
  throw problem(
    'bad-length',
    field.path,
    offset,
    'an even number of hexadecimal digits',
    String(value.length),
  );
}

/** The byte of a sign, C or D. */
function signOf(field: CompiledField, code: number, offset: number): number {
  if (code !== 0x43 && code !== 0x44) throw wrongSign(field, offset);
  return field.isEbcdic ? (EBCDIC_OF_LATIN1[code] ?? 0) : code;
}

/** Some value has a character that takes more than a byte. */
function explainForeign(
  values: readonly string[],
  fields: readonly CompiledField[],
  offset: number,
): ProtocolError {
  const index = values.findIndex((value) => /[^\x20-\x7e]/.test(value));
  const field = fields[index];
  return field === undefined
    ? problem('bad-encoding', 'message', offset, 'ASCII characters', 'another character')
    : explainValue(field, values[index] ?? '', offset);
}

/** The first key that is no data element of the dialect. */
function unknownKey(fields: Message['fields'], rows: readonly (CompiledField | undefined)[]): ProtocolError {
  const key = Object.keys(fields).find((name) => rows[Number(name)] === undefined);
  if (key === undefined) {
    const empty = Object.keys(fields).find((name) => fields[Number(name)] === undefined) ?? 'message';
    return problem('bad-value', empty, 0, 'a string', 'undefined');
  }
  const expected =
    key === '1' ? 'no element 1: the codec makes the bitmaps' : 'a data element this dialect defines';
  return problem('unknown-field', key.slice(0, 20), 0, expected, 'a value for it');
}

/** Offsets of an error count from the start of the message, not of the slab. */
function fromMessageStart(cause: unknown, start: number): unknown {
  if (!(cause instanceof ProtocolError)) return cause;
  const { code, path, offset, expected, found } = cause;
  return new ProtocolError({ code, path, offset: Math.max(0, offset - start), expected, found });
}
