import type { ProtocolError } from '@kassa/primitives';
import { type Codec, compileDialect } from '../codec/codec.ts';
import type { Inspection } from '../codec/decoder.ts';
import type { FieldSpan, Message } from '../codec/message.ts';
import { isPacked, prefixBytesOf } from '../dialect/check-dialect.ts';
import type { Dialect, FieldSpec } from '../dialect/dialect.ts';
import { fieldWords, mtiWords } from './field-words.ts';
import { innerParts } from './inner-parts.ts';
import { maskField } from './mask-fields.ts';
import { ORIGINAL_DATA_PARTS } from './original-data-elements.ts';

/** One line of a message explained. */
export interface DescribedField {
  /** `0` the message type indicator, `1` the bitmaps, then element numbers and what is inside them: `55.9F26`, `90.stan`. */
  readonly path: string;
  readonly name: string;
  /** Byte offset in the message. */
  readonly offset: number;
  /** Bytes on the wire, length prefix included. */
  readonly length: number;
  /** Bytes of them before the value: the length prefix, or tag and length. */
  readonly headLength: number;
  /** Masked by the dialect. */
  readonly value: string;
  /** Whether the value is not shown in full. */
  readonly isMasked: boolean;
  /** What a coded value means. */
  readonly words?: string;
  /** On the last entry, where the message cannot be read any further. */
  readonly error?: ProtocolError;
}

export interface DescribeOptions {
  /** Names of BER-TLV tags, upper-case hexadecimal. */
  readonly tagNames?: (tag: string) => string | undefined;
}

const codecs = new WeakMap<Dialect, Codec>();

/**
 * Explains a message element by element, everything masked. Bytes that break off or break a rule are explained as far
 * as they go; the last entry then holds the error, and covers the rest.
 * @throws ProtocolError for a {@link Message} that cannot be encoded, DialectError for a dialect that cannot be compiled.
 */
export function describe(
  dialect: Dialect,
  bytesOrMessage: Uint8Array | Message,
  options: DescribeOptions = {},
): DescribedField[] {
  let codec = codecs.get(dialect);
  if (codec === undefined) {
    codec = compileDialect(dialect);
    codecs.set(dialect, codec);
  }
  const bytes = bytesOrMessage instanceof Uint8Array ? bytesOrMessage : codec.encode(bytesOrMessage);
  const inspection = codec.inspect(bytes);
  const described = [
    ...describeHead(inspection, dialect),
    ...inspection.spans.flatMap((span) => describeElement(dialect, inspection.message, span, options)),
  ];
  if (inspection.error) described.push(describeError(inspection.error, described, bytes.length));
  return described;
}

function describeHead(
  { message, mtiBytes, bitmapBytes, spans }: Inspection,
  dialect: Dialect,
): DescribedField[] {
  const head: DescribedField[] = [];
  if (mtiBytes === 0) return head;
  const shown = { headLength: 0, isMasked: false };
  const words = mtiWords(message.mti);
  head.push({
    path: '0',
    name: 'Message type indicator',
    offset: 0,
    length: mtiBytes,
    ...shown,
    value: message.mti,
    ...(words && { words }),
  });
  if (bitmapBytes === 0) return head;
  const value = spans.map(({ number }) => number).join(' ');
  const name = bitmapBytes > (dialect.bitmap === 'binary' ? 8 : 16) ? 'Bitmaps' : 'Bitmap';
  head.push({ path: '1', name, offset: mtiBytes, length: bitmapBytes, ...shown, value });
  return head;
}

function describeElement(
  dialect: Dialect,
  message: Message,
  { number, offset, length }: FieldSpan,
  options: DescribeOptions,
): DescribedField[] {
  const spec = dialect.fields[number];
  const value = message.fields[number] ?? '';
  if (spec === undefined) return [];
  const isMasked = spec.mask !== 'clear';
  const words = isMasked ? undefined : fieldWords(number, value, message);
  const element: DescribedField = {
    path: String(number),
    name: spec.name,
    offset,
    length,
    headLength: prefixBytesOf(spec),
    value: maskField(spec, value),
    isMasked,
    ...(words && { words }),
  };
  const inside =
    spec.mask === 'tags'
      ? describeInside(element, spec, value, options)
      : describeParts(element, spec, value);
  if (spec.mask !== 'tags' || inside.length === 0) return [element, ...inside];
  // What can be shown is shown by the elements inside; each of them says what is masked.
  const unit = spec.content === 'b' ? 'byte' : 'character';
  const size = unit === 'byte' ? value.length / 2 : value.length;
  return [{ ...element, value: `[${size} ${unit}s]`, isMasked: false }, ...inside];
}

/** Elements of BER-TLV or of tag-length-value; none where the value cannot be read, which is then masked whole. */
function describeInside(
  element: DescribedField,
  spec: FieldSpec,
  value: string,
  options: DescribeOptions,
): DescribedField[] {
  const scale = spec.enc === 'hexascii' ? 2 : 1;
  const start = element.offset + element.headLength;
  try {
    return innerParts(spec, value).map((part) => ({
      path: `${element.path}.${part.path}`,
      name: part.name ?? options.tagNames?.(lastTag(part.path)) ?? `Tag ${lastTag(part.path)}`,
      offset: start + part.offset * scale,
      length: part.length * scale,
      headLength: part.headLength * scale,
      value: part.value,
      isMasked: part.isMasked,
    }));
  } catch {
    return [];
  }
}

function lastTag(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The parts of DE 90; positions are those of the wire, whatever packs it. */
function describeParts(element: DescribedField, spec: FieldSpec, value: string): DescribedField[] {
  if (element.path !== '90' || element.isMasked || !/^\d{42}$/.test(value)) return [];
  const digitsPerByte = isPacked(spec) ? 2 : 1;
  let digit = 0;
  return ORIGINAL_DATA_PARTS.map(({ key, name, digits }) => {
    const from = digit;
    digit += digits;
    const offset = element.offset + Math.floor(from / digitsPerByte);
    const part = value.slice(from, digit);
    const words = key === 'mti' ? mtiWords(part) : undefined;
    return {
      path: `90.${key}`,
      name,
      offset,
      length: element.offset + Math.ceil(digit / digitsPerByte) - offset,
      headLength: 0,
      value: part,
      isMasked: false,
      ...(words && { words }),
    };
  });
}

function describeError(
  error: ProtocolError,
  described: readonly DescribedField[],
  messageBytes: number,
): DescribedField {
  const last = described.findLast(({ path }) => !path.includes('.'));
  const offset = last === undefined ? 0 : last.offset + last.length;
  return {
    path: error.path,
    name: 'Cannot be read',
    offset,
    length: messageBytes - offset,
    headLength: 0,
    value: '***',
    isMasked: true,
    words: error.message,
    error,
  };
}
