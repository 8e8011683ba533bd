import { ProtocolError } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect, FieldSpec } from '../dialect/dialect.ts';
import { dialects } from '../dialect/dialects.ts';
import { compileDialect } from './codec.ts';
import type { Message } from './message.ts';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PRINTABLE = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index));
const HEX = '0123456789ABCDEF';
const CHARACTERS: Readonly<Record<string, string>> = {
  n: DIGITS,
  an: DIGITS + LETTERS,
  ans: PRINTABLE,
  ns: DIGITS + PRINTABLE.replace(/[0-9A-Za-z]/g, ''),
  z: `${DIGITS}=`,
  a: LETTERS,
  anp: `${DIGITS}${LETTERS} `,
  as: PRINTABLE.replace(/[0-9]/g, ''),
};

function textOf(characters: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...characters), { minLength, maxLength }).map((drawn) => drawn.join(''));
}

/** BER-TLV in hexadecimal: tags of one to three bytes, lengths in either form, order and repeats as drawn. */
const berTlv = fc
  .array(
    fc.tuple(
      fc.constantFrom('82', '95', '9F26', '9F10', '5F34', 'DF8129'),
      fc.uint8Array({ maxLength: 20 }),
      fc.boolean(),
    ),
    { maxLength: 8 },
  )
  .map((objects) =>
    objects
      .map(([tag, value, isLong]) => {
        const length = value.length.toString(16).toUpperCase().padStart(2, '0');
        return `${tag}${isLong ? '81' : ''}${length}${Buffer.from(value).toString('hex').toUpperCase()}`;
      })
      .join(''),
  );

function anyValue(spec: FieldSpec): fc.Arbitrary<string> {
  if (spec.inner === 'ber-tlv') return berTlv;
  const longest = Math.min(spec.max, 40);
  const shortest = spec.len === 'fixed' ? spec.max : 0;
  const size = spec.len === 'fixed' ? spec.max : longest;
  if (spec.content === 'b')
    return textOf(HEX, shortest * 2, size * 2).map((hex) => hex.slice(0, hex.length & ~1));
  if (spec.content === 'xn') {
    return fc
      .tuple(fc.constantFrom('C', 'D'), textOf(DIGITS, size - 1, size - 1))
      .map((parts) => parts.join(''));
  }
  return textOf(CHARACTERS[spec.content] ?? '', shortest, size);
}

function anyMessage(dialect: Dialect): fc.Arbitrary<Message> {
  const numbers = Object.keys(dialect.fields).map(Number);
  const fields = fc
    .subarray(numbers)
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((number) => [number, anyValue(dialect.fields[number]!)]))),
    );
  return fc.record({ mti: textOf(DIGITS, 4, 4), fields });
}

describe.each(Object.values(dialects).map((dialect) => [dialect.name, dialect] as const))(
  '%s',
  (_, dialect) => {
    const codec = compileDialect(dialect);

    /** What decode does with bytes: a message, or the only error it may throw. */
    function decodeOrRefuse(bytes: Uint8Array): Message | ProtocolError {
      try {
        return codec.decode(bytes);
      } catch (error) {
        if (error instanceof ProtocolError) return error;
        throw error;
      }
    }

    test('decodes what it encodes', () => {
      fc.assert(
        fc.property(anyMessage(dialect), (message) => {
          expect(codec.decode(codec.encode(message))).toEqual(message);
        }),
      );
    });

    test('accepts no message cut short and none with more behind it', () => {
      fc.assert(
        fc.property(anyMessage(dialect), fc.uint8Array({ minLength: 1, maxLength: 5 }), (message, more) => {
          const bytes = codec.encode(message);
          for (let length = 0; length < bytes.length; length++) {
            expect(decodeOrRefuse(bytes.subarray(0, length))).toBeInstanceOf(ProtocolError);
          }
          const longer = new Uint8Array([...bytes, ...more]);
          expect(decodeOrRefuse(longer)).toMatchObject({ code: 'trailing-data', offset: bytes.length });
        }),
        { numRuns: 30 },
      );
    });

    test('a changed message is refused, or encodes to the bytes it was read from', () => {
      const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
      fc.assert(
        fc.property(
          anyMessage(dialect),
          fc.array(change, { minLength: 1, maxLength: 3 }),
          (message, changes) => {
            const bytes = codec.encode(message).slice();
            for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
            const result = decodeOrRefuse(bytes);
            // Hexadecimal in lower case, and a second bitmap without a bit, are read too and written otherwise.
            if (!(result instanceof ProtocolError))
              expect(codec.decode(codec.encode(result))).toEqual(result);
          },
        ),
        { numRuns: 300 },
      );
    });

    test('bytes at random throw nothing but ProtocolError, from decode and inspect alike', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          const result = decodeOrRefuse(bytes);
          const { error, message } = codec.inspect(bytes);
          if (result instanceof ProtocolError) expect(error).toEqual(result);
          else expect([error, message]).toEqual([null, result]);
        }),
        { numRuns: 500 },
      );
    });
  },
);
