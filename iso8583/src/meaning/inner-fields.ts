import { fromHex, fromLatin1, ProtocolError, toHex, toLatin1 } from '@kassa/primitives';
import { type Codec, compileDialect } from '../codec/codec.ts';
import { countOf, problem } from '../codec/protocol-problem.ts';
import { innerDialect } from '../dialect/check-dialect.ts';
import type { FieldSpec, InnerFormat } from '../dialect/dialect.ts';

/** One element inside another, in the order of the wire. Sizes and offsets as in {@link InnerFormat}. */
export interface InnerElement {
  /** Tag, key of the part, or bit. */
  readonly key: string;
  /** As in a message: text, or upper-case hexadecimal. */
  readonly value: string;
}

export interface LocatedInnerElement extends InnerElement {
  /** Where it begins, its tag or length prefix included. */
  readonly offset: number;
  /** What stands before the value. */
  readonly headLength: number;
  /** Head and value. */
  readonly length: number;
}

type TagLength = Extract<InnerFormat, { kind: 'tag-length' }>;
type Positional = Extract<InnerFormat, { kind: 'positional' }>;
type Bitmapped = Extract<InnerFormat, { kind: 'bitmap' }>;

const TWO_DIGITS: TagLength = { kind: 'tag-length', tagSize: 2, lengthSize: 2 };

/** The format of a row that `readInner` can read; undefined for BER-TLV and for rows without structure. */
export function innerFormatOf({ inner }: FieldSpec): InnerFormat | undefined {
  return inner === 'tag-length-value' ? TWO_DIGITS : inner === 'ber-tlv' ? undefined : inner;
}

/**
 * Reads the elements inside a value; order and repeated tags are kept, and {@link writeInner} gives the value back.
 * @param path where the value stands, for errors: `48`.
 * @throws ProtocolError `bad-tlv` for tag and length, what `decode` throws for bitmaps; never with a value.
 */
export function readInner(spec: FieldSpec, value: string, path: string): LocatedInnerElement[] {
  const format = innerFormatOf(spec);
  const size = spec.content === 'b' ? 2 : 1;
  switch (format?.kind) {
    case 'tag-length':
      return readTagLength(format, value, size, path);
    case 'positional':
      return readParts(format, value, size);
    case 'bitmap':
      return readBitmapped(format, value, size, path);
    default:
      return [];
  }
}

/**
 * Writes elements as a value of this row.
 * @throws ProtocolError `bad-tlv`, `bad-length` or what `encode` throws, naming the element.
 */
export function writeInner(spec: FieldSpec, elements: readonly InnerElement[], path: string): string {
  const format = innerFormatOf(spec);
  const size = spec.content === 'b' ? 2 : 1;
  switch (format?.kind) {
    case 'tag-length':
      return elements.map((element) => writeTagLength(format, element, size, path)).join('');
    case 'positional':
      return writeParts(format, elements, size, path);
    case 'bitmap':
      return writeBitmapped(format, elements, size, path);
    default:
      throw problem('bad-value', path, 0, 'a row with inner elements', 'none');
  }
}

/** @param size characters of the value for each unit: 2 where it is hexadecimal. */
function readTagLength(format: TagLength, value: string, size: number, path: string): LocatedInnerElement[] {
  const elements: LocatedInnerElement[] = [];
  const { tagSize, lengthSize } = format;
  const headLength = tagSize + lengthSize;
  const end = value.length / size;
  const numbers = size === 2 ? /^[0-9A-F]+$/ : /^\d+$/;
  let offset = 0;
  while (offset < end) {
    const key = value.slice(offset * size, (offset + tagSize) * size);
    const length = value.slice((offset + tagSize) * size, (offset + headLength) * size);
    if (key.length < tagSize * size || !numbers.test(key)) {
      throw problem('bad-tlv', path, offset, `a tag of ${wordsOf(tagSize, size)}`, 'something else');
    }
    if (length.length < lengthSize * size || !numbers.test(length)) {
      const expected = `a length of ${wordsOf(lengthSize, size)}`;
      throw problem('bad-tlv', `${path}.${key}`, offset + tagSize, expected, 'something else');
    }
    const start = offset + headLength;
    const units = Number.parseInt(length, size === 2 ? 16 : 10);
    if (start + units > end) {
      const unit = size === 2 ? 'byte' : 'character';
      const left = `${countOf(end - start, unit)} left`;
      throw problem('bad-tlv', `${path}.${key}`, start, countOf(units, unit), left);
    }
    const inside = value.slice(start * size, (start + units) * size);
    elements.push({ key, value: inside, offset, headLength, length: headLength + units });
    offset = start + units;
  }
  return elements;
}

function wordsOf(units: number, size: number): string {
  return countOf(units, size === 2 ? 'byte' : 'digit');
}

function writeTagLength(format: TagLength, { key, value }: InnerElement, size: number, path: string): string {
  const { tagSize, lengthSize } = format;
  const numbers = size === 2 ? /^[0-9A-F]+$/ : /^\d+$/;
  if (key.length !== tagSize * size || !numbers.test(key)) {
    throw problem('bad-tlv', path, 0, `a tag of ${wordsOf(tagSize, size)}`, 'something else');
  }
  const units = value.length / size;
  const length = units.toString(size === 2 ? 16 : 10).toUpperCase();
  if (!Number.isInteger(units) || length.length > lengthSize * size) {
    const expected = `a value whose length has ${wordsOf(lengthSize, size)}`;
    throw problem('bad-length', `${path}.${key}`, 0, expected, countOf(value.length, 'character'));
  }
  return key + length.padStart(lengthSize * size, '0') + value;
}

function readParts({ parts }: Positional, value: string, size: number): LocatedInnerElement[] {
  const elements: LocatedInnerElement[] = [];
  let offset = 0;
  for (const part of parts) {
    const end = part.length === 0 ? value.length : (offset + part.length) * size;
    const inside = value.slice(offset * size, end);
    if (inside === '') break;
    const length = inside.length / size;
    elements.push({ key: part.key, value: inside, offset, headLength: 0, length });
    offset += length;
  }
  const rest = value.slice(offset * size);
  if (rest === '') return elements;
  return [...elements, { key: 'rest', value: rest, offset, headLength: 0, length: rest.length / size }];
}

function writeParts(
  { parts }: Positional,
  elements: readonly InnerElement[],
  size: number,
  path: string,
): string {
  elements.forEach(({ key, value }, index) => {
    const part = parts[index];
    if (part === undefined ? key === 'rest' && index === parts.length : part.key === key) {
      const isLast = index === elements.length - 1;
      const length = part === undefined || part.length === 0 ? value.length : part.length * size;
      if (value.length === length || (isLast && value.length > 0 && value.length < length)) return;
      const expected = `exactly ${countOf(length, 'character')}`;
      throw problem('bad-length', `${path}.${key}`, 0, expected, countOf(value.length, 'character'));
    }
    throw problem('unknown-field', `${path}.${key}`, 0, `part ${part?.key ?? 'rest'} here`, 'another part');
  });
  return elements.map(({ value }) => value).join('');
}

const codecs = new WeakMap<Bitmapped, Codec>();

function codecOf(format: Bitmapped): Codec {
  const known = codecs.get(format);
  if (known !== undefined) return known;
  const codec = compileDialect(innerDialect(format));
  codecs.set(format, codec);
  return codec;
}

function readBitmapped(format: Bitmapped, value: string, size: number, path: string): LocatedInnerElement[] {
  const codec = codecOf(format);
  const { message, spans, error } = codec.inspect(size === 2 ? fromHex(value) : fromLatin1(value));
  if (error !== null) throw underPath(error, path);
  return spans.map(({ number, offset, length }) => ({
    key: String(number),
    value: message.fields[number] ?? '',
    offset,
    headLength: headLengthOf(format, number, length, message.fields[number] ?? ''),
    length,
  }));
}

function headLengthOf(format: Bitmapped, number: number, length: number, value: string): number {
  const spec = format.fields[number];
  if (spec === undefined || spec.len === 'fixed') return 0;
  const packed = spec.enc === 'bcd' || spec.enc === 'track2bcd' || spec.enc === 'binary';
  return length - (packed ? Math.ceil(value.length / 2) : value.length);
}

function writeBitmapped(
  format: Bitmapped,
  elements: readonly InnerElement[],
  size: number,
  path: string,
): string {
  const fields = Object.fromEntries(elements.map(({ key, value }) => [key, value]));
  try {
    const bytes = codecOf(format).encode({ mti: '', fields });
    return size === 2 ? toHex(bytes) : toLatin1(bytes);
  } catch (cause) {
    throw cause instanceof ProtocolError ? underPath(cause, path) : cause;
  }
}

function underPath({ code, path, offset, expected, found }: ProtocolError, outer: string): ProtocolError {
  return problem(code, `${outer}.${path}`, offset, expected, found);
}
