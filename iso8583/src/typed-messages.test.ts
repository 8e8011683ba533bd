import { expect, test } from 'vitest';
import { compileDialect } from './codec.ts';
import type { Dialect } from './dialect.ts';
import { iso1993, kassaBcd } from './dialects.ts';
import type { Message } from './message.ts';

// What these tests hold is that they compile: each `@ts-expect-error` is an error if the line below it has none.

test('a message has the elements of its dialect', () => {
  const codec = compileDialect(kassaBcd);
  const bytes = codec.encode({ mti: '0800', fields: { 7: '1123101530', 11: '000007', 70: '301' } });
  const { fields } = codec.decode(bytes);
  const stan: string | undefined = fields[11];
  expect(stan).toBe('000007');
  // @ts-expect-error 129 is no element of ISO 8583:1987.
  expect(fields[129]).toBeUndefined();
  // @ts-expect-error Nor is 65: it is the bit of the third bitmap.
  expect(() => codec.encode({ mti: '0800', fields: { 65: '1' } })).toThrow('unknown-field at 65');
});

test('the editions differ', () => {
  const codec = compileDialect(iso1993);
  // @ts-expect-error 192 is an element of the 2003 edition only.
  expect(() => codec.encode({ mti: '1800', fields: { 192: '00' } })).toThrow('unknown-field at 192');
});

test('a dialect written on the spot is typed by its rows', () => {
  const codec = compileDialect({
    name: 'two elements',
    mti: 'ascii',
    bitmap: 'hex',
    framing: 'post',
    fields: {
      3: { name: 'Processing code', content: 'n', enc: 'ascii', len: 'fixed', max: 6 },
      39: { name: 'Response code', content: 'an', enc: 'ascii', len: 'fixed', max: 2 },
    },
  });
  expect(codec.encode({ mti: '0210', fields: { 3: '000000', 39: '00' } })).toHaveLength(28);
  // @ts-expect-error It has no element 4.
  expect(() => codec.encode({ mti: '0210', fields: { 4: '000000000100' } })).toThrow('unknown-field at 4');
});

test('where the dialect is only known when the program runs, any number may be said', () => {
  const dialect: Dialect = kassaBcd;
  const message: Message = compileDialect(dialect).decode(
    compileDialect(dialect).encode({ mti: '0800', fields: { 70: '301' } }),
  );
  const number: number = 70;
  expect(message.fields[number]).toBe('301');
});
