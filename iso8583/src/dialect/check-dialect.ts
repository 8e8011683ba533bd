import { compileFraming } from '../framing/framing.ts';
import { BITMAP_BYTES_MAX, DATA_ELEMENT_MAX, INNER_SIZE_MAX, MESSAGE_BYTES_MAX } from '../limits.ts';
import type { Content, Dialect, FieldEncoding, FieldSpec, InnerFormat } from './dialect.ts';
import { DialectError } from './dialect-error.ts';

/** Contents each encoding can write. */
const CONTENTS_OF: Readonly<Record<FieldEncoding, readonly Content[]>> = {
  ascii: ['n', 'a', 'an', 'anp', 'as', 'ns', 'ans', 'xn', 'z', 'any'],
  ebcdic: ['n', 'a', 'an', 'anp', 'as', 'ns', 'ans', 'xn', 'z', 'any'],
  bcd: ['n', 'xn'],
  track2bcd: ['z'],
  binary: ['b'],
  hexascii: ['b'],
};

/** Bytes of a length prefix where the row does not say. */
export function prefixBytesOf(spec: FieldSpec): number {
  if (spec.len === 'fixed') return 0;
  if (spec.lenBytes !== undefined) return spec.lenBytes;
  const letters = spec.len.length;
  return spec.lenEnc === 'bcd' || spec.lenEnc === 'binary' ? Math.ceil(letters / 2) : letters;
}

/**
 * Checks that a dialect can be compiled: every row can be written and read back.
 * @throws DialectError naming the key.
 */
export function checkDialect(dialect: Dialect): void {
  const { bitmapFixedBytes, tertiary } = dialect;
  if (bitmapFixedBytes !== undefined && !isWhole(bitmapFixedBytes, 1, BITMAP_BYTES_MAX)) {
    const expected = `expected a whole number from 1 to ${BITMAP_BYTES_MAX}`;
    throw new DialectError('bitmapFixedBytes', `${expected}, found ${bitmapFixedBytes}`);
  }
  if (bitmapFixedBytes !== undefined && tertiary === true) {
    throw new DialectError(
      'tertiary',
      'a bitmap of fixed size announces no third bitmap: use bitmapFixedBytes 24',
    );
  }
  const highest = bitmapFixedBytes !== undefined ? bitmapFixedBytes * 8 : tertiary ? DATA_ELEMENT_MAX : 128;
  const lowest = dialect.mti === 'none' ? 1 : 2;
  for (const [key, spec] of Object.entries(dialect.fields)) {
    const number = Number(key);
    if (!isWhole(number, lowest, highest)) {
      throw new DialectError(`fields.${key}`, `expected a data element number from ${lowest} to ${highest}`);
    }
    if (number === 65 && tertiary) {
      throw new DialectError('fields.65', 'bit 65 announces the third bitmap of this dialect');
    }
    checkField(`fields.${key}`, spec);
  }
  compileFraming(dialect.framing);
}

function checkField(key: string, spec: FieldSpec): void {
  const { content, enc, max, filler, inner } = spec;
  if (!CONTENTS_OF[enc].includes(content)) {
    throw new DialectError(`${key}.content`, `${enc} writes ${CONTENTS_OF[enc].join(', ')}, not ${content}`);
  }
  if (!isWhole(max, 1, MESSAGE_BYTES_MAX)) {
    throw new DialectError(
      `${key}.max`,
      `expected a whole number from 1 to ${MESSAGE_BYTES_MAX}, found ${max}`,
    );
  }
  if (content === 'xn' && spec.len !== 'fixed') {
    throw new DialectError(`${key}.len`, 'a signed amount has a fixed length');
  }
  if (filler === 'F' && enc !== 'bcd' && enc !== 'track2bcd') {
    throw new DialectError(`${key}.filler`, `only packed digits have a filler nibble, not ${enc}`);
  }
  if (inner === 'ber-tlv' && content !== 'b') {
    throw new DialectError(`${key}.inner`, 'BER-TLV needs content b');
  }
  if (inner === 'tag-length-value' && content === 'b') {
    throw new DialectError(`${key}.inner`, 'tag-length-value needs text');
  }
  if (typeof inner === 'object') checkInner(`${key}.inner`, inner);
  checkPrefix(key, spec);
}

function checkInner(key: string, inner: InnerFormat): void {
  switch (inner.kind) {
    case 'tag-length':
      for (const axis of ['tagSize', 'lengthSize'] as const) {
        if (!isWhole(inner[axis], 1, INNER_SIZE_MAX)) {
          const expected = `expected a whole number from 1 to ${INNER_SIZE_MAX}`;
          throw new DialectError(`${key}.${axis}`, `${expected}, found ${inner[axis]}`);
        }
      }
      return;
    case 'positional':
      inner.parts.forEach(({ length }, index) => {
        const isLast = index === inner.parts.length - 1;
        if (!isWhole(length, isLast ? 0 : 1, MESSAGE_BYTES_MAX)) {
          const expected = 'expected a length of 1 or more; 0, the rest, is for the last part';
          throw new DialectError(`${key}.parts.${index}.length`, `${expected}, found ${length}`);
        }
      });
      return;
    case 'bitmap':
      try {
        checkDialect(innerDialect(inner));
      } catch (cause) {
        if (!(cause instanceof DialectError)) throw cause;
        throw innerProblem(key, cause);
      }
  }
}

/** The problem of an inner table, under its key in the whole. */
function innerProblem(key: string, cause: DialectError): DialectError {
  const place = cause.key === 'bitmapFixedBytes' ? 'bitmapBytes' : cause.key;
  return new DialectError(`${key}.${place}`, cause.message.slice(cause.key.length + 2), { cause });
}

/** What a bitmapped element holds, as a dialect of its own. */
export function innerDialect(inner: Extract<InnerFormat, { kind: 'bitmap' }>): Dialect {
  const { bitmap, bitmapBytes, fields } = inner;
  return { name: 'inner', mti: 'none', bitmap, bitmapFixedBytes: bitmapBytes, fields, framing: 'post' };
}

function isWhole(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}

function checkPrefix(key: string, spec: FieldSpec): void {
  if (spec.len === 'fixed') {
    // lenEnc is let through: dialects written as one rule for all rows name it on fixed ones too.
    for (const axis of ['lenUnit', 'lenBytes', 'lenInclusive'] as const) {
      if (spec[axis] !== undefined) throw new DialectError(`${key}.${axis}`, 'a fixed length has no prefix');
    }
    return;
  }
  const bytes = prefixBytesOf(spec);
  if (!isWhole(bytes, 1, 6)) {
    throw new DialectError(`${key}.lenBytes`, `expected 1 to 6, found ${bytes}`);
  }
  const base = spec.lenEnc === 'binary' ? 256 : spec.lenEnc === 'bcd' ? 100 : 10;
  const highest = base ** bytes - 1;
  const counted = highestCount(spec) + (spec.lenInclusive === true ? bytes : 0);
  if (counted > highest) {
    throw new DialectError(
      `${key}.max`,
      `a prefix of ${bytes} bytes ${spec.lenEnc ?? 'ascii'} counts to ${highest}, not to ${counted}`,
    );
  }
}

/** The highest number the prefix of this row has to write. */
function highestCount(spec: FieldSpec): number {
  if (isPacked(spec) && spec.lenUnit === 'bytes') return Math.ceil(spec.max / 2);
  if (spec.content === 'b' && spec.lenUnit === 'digits') return spec.max * 2;
  return spec.max;
}

export function isPacked(spec: FieldSpec): boolean {
  return spec.enc === 'bcd' || spec.enc === 'track2bcd';
}
