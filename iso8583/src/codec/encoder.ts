import { ProtocolError } from '@kassa/primitives';
import { prefixBytesOf } from '../dialect/check-dialect.ts';
import type { Dialect, FieldSpec } from '../dialect/dialect.ts';
import { ENCODE_SLAB_BYTES, MESSAGE_BYTES_MAX, SCRATCH_BYTES, STRAIGHT_LINE_TEXT_MAX } from '../limits.ts';
import { type BitmapCodec, compileBitmap } from './bitmap.ts';
import { ByteStore } from './byte-store.ts';
import { type CompiledField, wireBytesOf } from './compiled-field.ts';
import { EBCDIC_OF_LATIN1 } from './ebcdic.ts';
import { explainValue, wrongSign } from './explain.ts';
import { type Layout, LayoutCache } from './layout.ts';
import { writeUnits } from './length-prefix.ts';
import type { IndexedMessage, Message } from './message.ts';
import { MTI_CODECS, type MtiCodec } from './mti-wire.ts';
import { countOf, problem } from './protocol-problem.ts';
import { type Slab, straightEncoder, TEXT_PREFIX_MAX } from './straight-encoder.ts';
import { writeCodes } from './text-of-codes.ts';
import { checkTlv } from './tlv-check.ts';

export type Encode = (message: Message | IndexedMessage) => Uint8Array;

/** The writing half of a codec. */
export function compileEncoder(
  dialect: Dialect,
  rows: readonly (CompiledField | undefined)[],
  straightLineAfter: number,
): Encode {
  const writer = new MessageWriter(dialect, rows, straightLineAfter);
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
  readonly #codes = new ByteStore(SCRATCH_BYTES);
  readonly #slab: Slab = { store: new ByteStore(0), used: 0 };
  readonly #isText: boolean;
  readonly #straightLineAfter: number;
  #isRegular = true;

  constructor(dialect: Dialect, rows: readonly (CompiledField | undefined)[], straightLineAfter: number) {
    this.#straightLineAfter = straightLineAfter;
    this.#rows = rows;
    this.#mti = MTI_CODECS[dialect.mti];
    this.#bitmap = compileBitmap(dialect);
    this.#layouts = new LayoutCache(rows, this.#bitmap);
    this.#isText = isTextDialect(dialect);
  }

  write({ mti, fields }: Message | IndexedMessage): Uint8Array {
    if (isIndexed(fields)) {
      const done = this.#writeStraight(mti, fields, countPresent(fields));
      return done ?? this.write({ mti, fields: onlyPresent(fields) });
    }
    const values = Object.values(fields);
    return this.#writeStraight(mti, fields, values.length) ?? this.#writeByLoop(mti, fields, values);
  }

  #writeByLoop(mti: string, fields: Message['fields'], values: readonly string[]): Uint8Array {
    const layout = this.#layouts.ofFields(fields, values.length);
    if (layout.fields.length !== values.length) throw unknownKey(fields, this.#rows);
    const text = this.#join(values, layout);
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
    const isWritten = writeCodes(text, this.#codes.bytes, 0);

    const out = this.#reserve(bytesMax);
    const start = out === this.#slab.store ? this.#slab.used : 0;
    try {
      this.#mti.write(mti, out.bytes, start);
      const at = this.#writeBitmaps(layout, out, start + this.#mti.wireBytes);
      if (!isWritten) throw explainForeign(values, layout.fields, at);
      const end = this.#writeFields(values, layout, out, at);
      if (out === this.#slab.store) this.#slab.used = end;
      this.#countUse(layout);
      return new Uint8Array(out.buffer, start, end - start);
    } catch (cause) {
      throw start === 0 ? cause : fromMessageStart(cause, start);
    }
  }

  /** @returns the offset after the bitmaps. */
  #writeBitmaps({ words, wireWords, bitmapBytes }: Layout, out: ByteStore, offset: number): number {
    if (wireWords.length === 0) return this.#bitmap.write(words, out.bytes, offset);
    for (let word = 0; word < wireWords.length; word++)
      out.view.setInt32(offset + word * 4, wireWords[word] ?? 0);
    return offset + bitmapBytes;
  }

  /** All values one after another; notes whether each of fixed length has it. */
  #join(values: readonly unknown[], { fields, codesFixed }: Layout): string {
    let text = '';
    let isRegular = true;
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (typeof value !== 'string') {
        throw problem('bad-value', fields[index]?.path ?? 'message', 0, 'a string', typeof value);
      }
      text += value;
      const fixed = codesFixed[index] ?? -1;
      if (fixed >= 0 && fixed !== value.length) isRegular = false;
    }
    this.#isRegular = isRegular;
    return text;
  }

  /** @returns the offset after the last element. */
  #writeFields(values: readonly string[], layout: Layout, out: ByteStore, offset: number): number {
    const { fields, runs } = layout;
    const codes = this.#codes;
    const isRegular = this.#isRegular;
    let at = offset;
    let code = 0;
    for (let step = 0; step < runs.length; step++) {
      const run = runs[step];
      if (run === undefined) break;
      const { field, units } = run;
      if (units > 0 && isRegular && field.toWire(codes, code, units, out, at, field)) {
        at += run.wireBytes;
        code += run.codes;
      } else {
        for (let index = run.first; index < run.end; index++) {
          const value = values[index] ?? '';
          at = this.#writeOne(fields[index] ?? field, value, code, out, at);
          code += value.length;
        }
      }
    }
    return at;
  }

  /**
   * An element with a length on the wire, or of a stretch with something wrong in it.
   * @returns the offset after it.
   */
  #writeOne(field: CompiledField, value: string, codeStart: number, out: ByteStore, offset: number): number {
    let units = unitsOf(field, value, offset);
    let at = writeUnits(field, units, out.bytes, offset);
    let code = codeStart;
    const start = at;
    if (field.isSigned) {
      out.bytes[at++] = signOf(field, this.#codes.bytes[code++] ?? 0, start);
      units--;
    }
    if (!field.toWire(this.#codes, code, units, out, at, field)) throw explainValue(field, value, start);
    at += wireBytesOf(field, units);
    if (field.isTlv) checkTlv(field, out.bytes, start, at);
    return at;
  }

  /** Room for a message of at most so many bytes: the slab from `used` on, or an array of its own. */
  #reserve(bytesMax: number): ByteStore {
    if (bytesMax > ENCODE_SLAB_BYTES / 4) return new ByteStore(bytesMax);
    reserve(this.#slab, bytesMax);
    return this.#slab.store;
  }

  #writeStraight(
    mti: string,
    fields: Message['fields'] | IndexedMessage['fields'],
    count: number,
  ): Uint8Array | undefined {
    const layouts = this.#layouts.met;
    for (let index = 0; index < layouts.length; index++) {
      const layout = layouts[index];
      if (layout === undefined || layout.encode === undefined || layout.fields.length !== count) continue;
      const done = layout.encode(mti, fields);
      if (done !== undefined) return done;
    }
    return undefined;
  }

  #countUse(layout: Layout): void {
    layout.uses++;
    if (layout.uses !== this.#straightLineAfter) return;
    layout.encode = straightEncoder(layout, {
      mtiCodec: this.#mti,
      isText: this.#isText,
      slab: this.#slab,
      reserve: (bytes) => reserve(this.#slab, bytes),
      codes: this.#codes,
      textMax: STRAIGHT_LINE_TEXT_MAX,
      prefixBytesMax: PREFIX_BYTES_MAX,
    });
  }
}

/** Array.isArray does not tell a readonly array from an object, as types go. */
function isIndexed(fields: (Message | IndexedMessage)['fields']): fields is IndexedMessage['fields'] {
  return Array.isArray(fields);
}

function countPresent(fields: IndexedMessage['fields']): number {
  let count = 0;
  for (let number = 0; number < fields.length; number++) if (fields[number] !== undefined) count++;
  return count;
}

function onlyPresent(fields: IndexedMessage['fields']): Message['fields'] {
  const present: Record<number, string> = {};
  fields.forEach((value, number) => {
    if (value !== undefined) present[number] = value;
  });
  return present;
}

function reserve(slab: Slab, bytes: number): void {
  if (slab.store.bytes.length - slab.used >= bytes) return;
  slab.store = new ByteStore(ENCODE_SLAB_BYTES);
  slab.used = 0;
}

/** Whether all of a message is ASCII characters, lengths too. */
function isTextDialect({ mti, fields }: Dialect): boolean {
  return mti === 'ascii' && Object.values(fields).every(isTextRow);
}

function isTextRow(spec: FieldSpec): boolean {
  const { content, enc, len, lenEnc = 'ascii' } = spec;
  const isText = content !== 'any' && (enc === 'ascii' || enc === 'hexascii');
  return isText && (len === 'fixed' || (lenEnc === 'ascii' && prefixBytesOf(spec) <= TEXT_PREFIX_MAX));
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
