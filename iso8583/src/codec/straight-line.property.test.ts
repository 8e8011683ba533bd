import { ProtocolError } from '@kassa/primitives';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { kassaAscii, kassaBcd } from '../dialect/dialects.ts';
import { dialectAndMessage } from '../testing/random-dialects.ts';
import { type Codec, compileDialect } from './codec.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** The result, or the error with everything it says; nothing else may be thrown. */
function outcomeOf<T>(action: () => T): unknown {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, path, offset, expected, found } = error;
    return { code, path, offset, expected, found };
  }
}

const encoded = (codec: Codec, mti: string, fields: Record<string, string>) =>
  outcomeOf(() => [...codec.encode({ mti, fields })]);

/** The same from an array with the values at their numbers. */
const encodedByIndex = (codec: Codec, mti: string, fields: Record<string, string>) => {
  const byIndex: (string | undefined)[] = [];
  for (const [number, value] of Object.entries(fields)) byIndex[Number(number)] = value;
  return outcomeOf(() => [...codec.encode({ mti, fields: byIndex })]);
};
const decoded = (codec: Codec, bytes: Uint8Array) => outcomeOf(() => codec.decode(bytes));

/** A way to spoil a value, or the set of values. */
const spoiling = fc.record({
  field: fc.nat(),
  at: fc.nat(),
  piece: fc.constantFrom(
    '',
    '0',
    'a',
    'F',
    '=',
    ' ',
    '~',
    '\u0000',
    '\u007f',
    '\u00b5',
    '\u0131',
    '\u049a',
    '00',
    'FF',
  ),
  how: fc.constantFrom('replace', 'insert', 'drop', 'add'),
});
type Spoiling = typeof spoiling extends fc.Arbitrary<infer T> ? T : never;

function spoil(fields: Record<string, string>, { field, at, piece, how }: Spoiling): Record<string, string> {
  const keys = Object.keys(fields);
  const key = keys[field % Math.max(1, keys.length)];
  if (how === 'add' || key === undefined) return { ...fields, [String(at % 200)]: piece };
  const value = fields[key] ?? '';
  const index = at % (value.length + 1);
  if (how === 'drop') return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  const rest = value.slice(index + (how === 'replace' ? piece.length : 0));
  return { ...fields, [key]: value.slice(0, index) + piece + rest };
}

describe('straight-line code does what the loops do', () => {
  test('writing, right or wrong', () => {
    fc.assert(
      fc.property(
        dialectAndMessage,
        fc.array(spoiling, { maxLength: 20 }),
        ({ made, mti, fields }, spoilings) => {
          const loops = compileDialect(made, { straightLineAfter: NEVER });
          const straight = compileDialect(made, { straightLineAfter: 1 });
          const expected = encoded(loops, mti, fields);
          expect(encodedByIndex(loops, mti, fields)).toEqual(expected);
          expect(encoded(straight, mti, fields)).toEqual(expected);
          expect(encoded(straight, mti, fields)).toEqual(expected);
          for (const way of spoilings) {
            const spoiled = spoil(fields, way);
            expect(encoded(straight, mti, spoiled)).toEqual(encoded(loops, mti, spoiled));
            expect(encodedByIndex(straight, mti, spoiled)).toEqual(encoded(loops, mti, spoiled));
          }
          expect(encoded(straight, '02A0', fields)).toEqual(encoded(loops, '02A0', fields));
          expect(encoded(straight, mti, fields)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('reading, right or wrong', () => {
    const change = fc.record({
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 255 }),
      end: fc.integer({ min: -3, max: 3 }),
    });
    fc.assert(
      fc.property(
        dialectAndMessage,
        fc.array(change, { maxLength: 20 }),
        ({ made, mti, fields }, changes) => {
          const loops = compileDialect(made, { straightLineAfter: NEVER });
          const straight = compileDialect(made, { straightLineAfter: 1 });
          const bytes = loops.encode({ mti, fields }).slice();
          expect(decoded(straight, bytes)).toEqual(decoded(loops, bytes));
          expect(decoded(straight, bytes)).toEqual(decoded(loops, bytes));
          for (const { at, by, end } of changes) {
            const other = new Uint8Array(Math.max(0, bytes.length + end));
            other.set(bytes.subarray(0, other.length));
            const index = at % Math.max(1, other.length);
            other[index] = (other[index] ?? 0) ^ by;
            expect(decoded(straight, other)).toEqual(decoded(loops, other));
          }
          expect(decoded(straight, bytes)).toEqual(decoded(loops, bytes));
        },
      ),
      { numRuns: 300 },
    );
  });
});

const MESSAGE = {
  mti: '0800',
  fields: { 7: '1123101530', 11: '000007', 55: '9F0206000000150000', 70: '301' },
};

describe.each([
  ['ASCII', kassaAscii],
  ['packed', kassaBcd],
] as const)('%s', (_, dialect) => {
  afterEach(() => vi.unstubAllGlobals());

  const countCode = () => {
    const made = vi.fn(Function);
    vi.stubGlobal('Function', made);
    return made;
  };

  test('code is written once for a kind of message, after as many of them as asked', () => {
    const codec = compileDialect(dialect, { straightLineAfter: 3 });
    const made = countCode();
    const bytes = codec.encode(MESSAGE).slice();
    codec.encode(MESSAGE);
    expect(made).not.toHaveBeenCalled();
    for (let again = 0; again < 5; again++) expect([...codec.encode(MESSAGE)]).toEqual([...bytes]);
    expect(made).toHaveBeenCalledTimes(1);
    for (let again = 0; again < 5; again++) expect(codec.decode(bytes)).toEqual(MESSAGE);
    expect(made).toHaveBeenCalledTimes(2);
  });

  test('where code may not be made of text, the loops go on', () => {
    // An arrow function is no constructor.
    vi.stubGlobal('Function', function refuse() {
      throw new EvalError('Refused to evaluate a string as JavaScript');
    });
    const codec = compileDialect(dialect, { straightLineAfter: 1 });
    const bytes = codec.encode(MESSAGE).slice();
    expect([...codec.encode(MESSAGE)]).toEqual([...bytes]);
    expect(codec.decode(bytes)).toEqual(MESSAGE);
    expect(codec.decode(bytes)).toEqual(MESSAGE);
  });
});
