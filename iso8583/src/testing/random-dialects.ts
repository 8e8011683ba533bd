import fc from 'fast-check';
import { checkDialect } from '../dialect/check-dialect.ts';
import type { Content, Dialect, FieldEncoding, FieldSpec } from '../dialect/dialect.ts';
import { BITMAPS, CODE_PAGE_NAMES, LENGTH_ENCODINGS, LENGTHS, MTIS } from '../dialect/dialect-choices.ts';
import { DialectError } from '../dialect/dialect-error.ts';
import { FRAMING_KINDS } from '../framing/framing.ts';

const DIGITS = '0123456789';
const CHARACTERS: Readonly<Record<Exclude<Content, 'b' | 'xn'>, string>> = {
  n: DIGITS,
  a: 'AZaz',
  an: '09AZaz',
  anp: '09Az ',
  as: 'Az.-~ ',
  ns: '09.-~ ',
  ans: '09Az.~ [^]',
  z: '0123456789=',
  any: 'A\u0000\u00ff[^]\u00ac',
};
const CONTENTS: Readonly<Record<FieldEncoding, readonly Content[]>> = {
  ascii: ['n', 'a', 'an', 'anp', 'as', 'ns', 'ans', 'xn', 'z', 'any'],
  ebcdic: ['n', 'an', 'ans', 'xn', 'any'],
  bcd: ['n', 'xn'],
  track2bcd: ['z'],
  binary: ['b'],
  hexascii: ['b'],
};

const row: fc.Arbitrary<FieldSpec> = fc
  .record({
    enc: fc.constantFrom(...(Object.keys(CONTENTS) as FieldEncoding[])),
    choice: fc.nat(),
    len: fc.constantFrom(...LENGTHS),
    max: fc.integer({ min: 1, max: 40 }),
    lenEnc: fc.constantFrom(...LENGTH_ENCODINGS),
    lenUnit: fc.constantFrom('digits', 'bytes', undefined),
    lenInclusive: fc.boolean(),
    pad: fc.constantFrom('left', 'right'),
    filler: fc.constantFrom('0', 'F'),
  })
  .map(({ choice, len, lenEnc, lenUnit, lenInclusive, filler, ...rest }) => {
    const contents = CONTENTS[rest.enc];
    const content = contents[choice % contents.length] ?? 'n';
    const packed = rest.enc === 'bcd' || rest.enc === 'track2bcd';
    return {
      name: 'element',
      content,
      ...rest,
      len: content === 'xn' ? 'fixed' : len,
      ...(packed && { filler }),
      ...(len !== 'fixed' && content !== 'xn' && { lenEnc, lenInclusive, ...(lenUnit && { lenUnit }) }),
    } as FieldSpec;
  });

const anyDialect: fc.Arbitrary<Dialect> = fc
  .record({
    mti: fc.constantFrom(...MTIS),
    bitmap: fc.constantFrom(...BITMAPS),
    codePage: fc.constantFrom(...CODE_PAGE_NAMES),
    shape: fc.constantFrom({}, { tertiary: true }, { bitmapFixedBytes: 16 }, { bitmapFixedBytes: 24 }),
    rows: fc.array(fc.tuple(fc.integer({ min: 2, max: 192 }), row), { minLength: 1, maxLength: 12 }),
    framing: fc.constantFrom(...FRAMING_KINDS),
  })
  .map(({ shape, rows, ...rest }) => {
    const highest = 'tertiary' in shape || 'bitmapFixedBytes' in shape ? 192 : 128;
    const fields = Object.fromEntries(rows.filter(([number]) => number <= highest && number !== 65));
    return { name: 'random', ...rest, ...shape, fields };
  })
  // Some axes contradict each other: those the checker refuses are not dialects.
  .filter((candidate) => {
    try {
      checkDialect(candidate);
      return true;
    } catch (error) {
      if (error instanceof DialectError) return false;
      throw error;
    }
  });

function valueFor(spec: FieldSpec): fc.Arbitrary<string> {
  const oddIsLost =
    (spec.enc === 'bcd' || spec.enc === 'track2bcd') && spec.lenUnit === 'bytes' && spec.filler !== 'F';
  const lengths = spec.len === 'fixed' ? fc.constant(spec.max) : fc.integer({ min: 0, max: spec.max });
  return lengths.chain((drawn) => {
    const length = oddIsLost && spec.len !== 'fixed' ? drawn & ~1 : drawn;
    const text = (characters: string, count: number) =>
      fc
        .array(fc.constantFrom(...characters), { minLength: count, maxLength: count })
        .map((all) => all.join(''));
    if (spec.content === 'b') return text('0123456789ABCDEF', length * 2);
    if (spec.content === 'xn')
      return fc.tuple(fc.constantFrom('C', 'D'), text(DIGITS, length - 1)).map((all) => all.join(''));
    return text(CHARACTERS[spec.content], length);
  });
}

/** A dialect with a message it can say. */
export const dialectAndMessage: fc.Arbitrary<{ made: Dialect; mti: string; fields: Record<string, string> }> =
  anyDialect.chain((made) => {
    const fields = fc.record(
      Object.fromEntries(Object.entries(made.fields).map(([number, spec]) => [number, valueFor(spec)])),
      { requiredKeys: [] },
    );
    return fc.record({
      made: fc.constant(made),
      mti: fc.stringMatching(/^\d{4}$/),
      // The library's type has undefined for keys left out.
      fields: fields as fc.Arbitrary<Record<string, string>>,
    });
  });
