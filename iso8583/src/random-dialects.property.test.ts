import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDialect } from './check-dialect.ts';
import { compileDialect } from './codec.ts';
import { createDeframer } from './deframer.ts';
import type { Content, Dialect, FieldEncoding, FieldSpec } from './dialect.ts';
import { BITMAPS, CODE_PAGE_NAMES, LENGTH_ENCODINGS, LENGTHS, MTIS } from './dialect-choices.ts';
import { DialectError } from './dialect-error.ts';
import { FRAMING_KINDS, frame } from './framing.ts';
import type { Message } from './message.ts';

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

const dialect: fc.Arbitrary<Dialect> = fc
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

const sample = dialect.chain((made) => {
  const fields = fc.record(
    Object.fromEntries(Object.entries(made.fields).map(([number, spec]) => [number, valueFor(spec)])),
    { requiredKeys: [] },
  );
  return fc.record({ made: fc.constant(made), mti: fc.stringMatching(/^\d{4}$/), fields });
});

test('any message of any dialect comes back, and no beginning of it is a message', () => {
  fc.assert(
    fc.property(sample, ({ made, mti, fields }) => {
      const codec = compileDialect(made);
      const bytes = codec.encode({ mti, fields: fields as Message['fields'] }).slice();
      expect(codec.decode(bytes)).toEqual({ mti, fields });
      expect([...codec.encode(codec.decode(bytes))]).toEqual([...bytes]);
      for (let end = 0; end < bytes.length; end++) {
        expect(codec.inspect(bytes.subarray(0, end)).error).not.toBeNull();
      }
      expect(codec.inspect(Uint8Array.of(...bytes, 0)).error?.code).toBe('trailing-data');
    }),
    { numRuns: 400 },
  );
});

test('every split of a stream gives the same messages', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FRAMING_KINDS),
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }),
      (kind, bodies) => {
        const stream = Uint8Array.from(bodies.flatMap((body) => [...frame(kind, body)]));
        const expected = bodies.map((body) => [...body]);
        for (let split = 0; split <= stream.length; split++) {
          const deframer = createDeframer(kind, { maxBytes: 100 });
          const parts = [stream.subarray(0, split), stream.subarray(split)];
          const messages = parts.flatMap((part) => deframer.push(part).map((body) => [...body]));
          expect(messages).toEqual(expected);
        }
        const single = createDeframer(kind, { maxBytes: 100 });
        const messages = [...stream].flatMap((byte) =>
          single.push(Uint8Array.of(byte)).map((body) => [...body]),
        );
        expect(messages).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});
