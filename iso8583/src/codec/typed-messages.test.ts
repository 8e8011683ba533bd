import { expect, expectTypeOf, test } from 'vitest';
import type { Dialect } from '../dialect/dialect.ts';
import { iso1993, iso2003, kassaBcd } from '../dialect/dialects.ts';
import { type Codec, compileDialect } from './codec.ts';
import type { IndexedMessage, Message } from './message.ts';

// What most of these tests hold is checked by the compiler: a wrong number in a message does not compile.

/** The numbers a codec's messages may have, to write and as read. */
type Written<C extends Codec> = keyof Exclude<Parameters<C['encode']>[0], IndexedMessage>['fields'];
type Read<C extends Codec> = keyof ReturnType<C['decode']>['fields'];

test('a message has the elements of its dialect', () => {
  const codec = compileDialect(kassaBcd);
  const bytes = codec.encode({ mti: '0800', fields: { 7: '1123101530', 11: '000007', 70: '301' } });
  const { fields } = codec.decode(bytes);
  expectTypeOf(fields[11]).toEqualTypeOf<string | undefined>();
  expect(fields[11]).toBe('000007');
  expectTypeOf<Written<typeof codec>>().toEqualTypeOf<Read<typeof codec>>();
  expectTypeOf<2 | 64 | 66 | 128>().toExtend<Written<typeof codec>>();
  expectTypeOf<Extract<0 | 1 | 65 | 129, Written<typeof codec>>>().toBeNever();
});

test('the editions differ', () => {
  const of1993 = compileDialect(iso1993);
  const of2003 = compileDialect(iso2003);
  expectTypeOf<65>().toExtend<Written<typeof of1993>>();
  expectTypeOf<Extract<192, Written<typeof of1993>>>().toBeNever();
  expectTypeOf<192>().toExtend<Written<typeof of2003>>();
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
  expectTypeOf<Written<typeof codec>>().toEqualTypeOf<3 | 39>();
  expect(codec.encode({ mti: '0210', fields: { 3: '000000', 39: '00' } })).toHaveLength(28);
});

test('where the dialect is only known when the program runs, any number may be said', () => {
  const dialect: Dialect = kassaBcd;
  const codec = compileDialect(dialect);
  const message: Message = codec.decode(codec.encode({ mti: '0800', fields: { 70: '301' } }));
  const number: number = 70;
  expect(message.fields[number]).toBe('301');
  expect(() => codec.encode({ mti: '0800', fields: { 65: '1' } })).toThrow('unknown-field at 65');
});
