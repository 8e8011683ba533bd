import { fromHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { compileDialect } from './codec.ts';
import type { Leniency } from './decoder.ts';

const codec = compileDialect(
  dialectFromSpec({
    mti: 'bcd',
    bitmap: 'binary',
    fields: {
      3: { enc: 'ascii', len: 'fixed', max: 4, content: 'an' },
      4: { enc: 'bcd', len: 'fixed', max: 3 },
      5: { enc: 'bcd', len: 'fixed', max: 3, pad: 'right', filler: 'F' },
      55: { enc: 'binary', len: 'LL', max: 9, lenEnc: 'bcd' },
    },
  }),
);
const WIRE = '0200' + '3800000000000200';

// Each switch lets exactly its own rule pass, and says so.
describe.each([
  ['trailing-data', `${WIRE}41424344 0123 123F 00 AABB`, 19, { 3: 'ABCD', 4: '123', 5: '123', 55: '' }],
  ['characters', `${WIRE}4142FF2E 0123 123F 00`, 12, { 3: 'AB\u00ff.', 4: '123', 5: '123', 55: '' }],
  ['filler', `${WIRE}41424344 A123 123F 00`, 14, { 3: 'ABCD', 4: '123', 5: '123', 55: '' }],
  ['filler', `${WIRE}41424344 0123 1230 00`, 17, { 3: 'ABCD', 4: '123', 5: '123', 55: '' }],
  ['tlv', `${WIRE}41424344 0123 123F 03 9F2608`, 22, { 3: 'ABCD', 4: '123', 5: '123', 55: '9F2608' }],
] as const)('%s', (name, hex, offset, fields) => {
  const bytes = fromHex(hex.replaceAll(' ', ''));
  const all: Leniency[] = ['trailing-data', 'characters', 'filler', 'tlv'];

  test('lets it pass with a warning', () => {
    const { message, error, warnings } = codec.inspect(bytes, { lenient: [name] });
    expect(error).toBeNull();
    expect(message).toEqual({ mti: '0200', fields });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.offset).toBe(offset);
  });

  test('is refused without it, and by every other switch', () => {
    const { error, warnings } = codec.inspect(bytes, { lenient: all.filter((other) => other !== name) });
    expect(error?.offset).toBe(offset);
    expect(warnings).toEqual([]);
    expect(() => codec.decode(bytes)).toThrow(error?.message);
  });
});

test.each([
  ['a digit that is none', `${WIRE}41424344 0A23 123F 00`],
  ['a length beyond the end', `${WIRE}41424344 0123 123F 05 AA`],
  ['an element without a row', '0200' + '0400000000000000' + '00'],
])('%s is never let pass, and what stands before it is given', (_, hex) => {
  const lenient: Leniency[] = ['trailing-data', 'characters', 'filler', 'tlv'];
  const { error, message } = codec.inspect(fromHex(hex.replaceAll(' ', '')), { lenient });
  expect(error).not.toBeNull();
  expect(message.mti).toBe('0200');
});

test('leniency ends with the call', () => {
  const bytes = fromHex(`${WIRE}414243440123123F00AA`);
  expect(codec.inspect(bytes, { lenient: ['trailing-data'] }).error).toBeNull();
  expect(() => codec.decode(bytes)).toThrow('trailing-data at message (offset 19)');
});
