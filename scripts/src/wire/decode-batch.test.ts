import { dialects } from '@kassa/iso8583';
import { describe, expect, test } from 'vitest';
import { CommandFailure } from '../failure.ts';
import { decodeBatchLine } from './decode-batch.ts';

const SPEC = {
  mti: 'ascii',
  bitmap: 'hex',
  fields: {
    3: { enc: 'ascii', len: 'fixed', max: 6 },
    52: { enc: 'hexascii', len: 'fixed', max: 8 },
  },
};
const latin1 = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const MESSAGE = latin1('02002000000000001000000000A1B2C3D4E5F60718');
const FIELDS = { 3: '000000', 52: 'A1B2C3D4E5F60718' };

function named(name: string) {
  if (name === 'bcd') return dialects.iso1987Bcd;
  throw new CommandFailure(`there is no dialect "${name}"`);
}
const decode = (line: object) => decodeBatchLine(JSON.stringify(line), named);

test.each([
  ['a spec', { spec: SPEC, hex: MESSAGE }],
  ['a spec with its framing', { spec: { ...SPEC, framing: 'post' }, hex: `002a${MESSAGE}` }],
  ['a framing alone', { spec: { framing: 'ascii' }, hex: `${latin1('0042')}${MESSAGE}` }],
])('decodes with %s, values exact', (_, line) => {
  expect(decode({ name: 'one', ...line })).toEqual({ name: 'one', mti: '0200', fields: FIELDS, error: null });
});

test('decodes with a dialect by name', () => {
  expect(decode({ name: 'two', dialect: 'bcd', hex: '02002000000000000000 000001' })).toEqual({
    name: 'two',
    mti: '0200',
    fields: { 3: '000001' },
    error: null,
  });
});

describe('answers with an error', () => {
  const truncated = {
    code: 'truncated',
    path: '52',
    offset: 26,
    expected: '16 bytes',
    found: '15 bytes left',
  };
  test.each([
    [
      'and what stands before it',
      { spec: SPEC, hex: MESSAGE.slice(0, -2) },
      '0200',
      { 3: '000000' },
      truncated,
    ],
    [
      'for two frames',
      { spec: { framing: 'post' }, hex: `002a${MESSAGE}002a${MESSAGE}` },
      '0200',
      FIELDS,
      { code: 'trailing-data', path: 'frame', offset: 0, expected: 'one frame', found: '2 frames' },
    ],
    [
      'for a frame cut short',
      { spec: { framing: 'post' }, hex: '002a30' },
      null,
      {},
      { code: 'truncated', path: 'frame', offset: 0, expected: 'a whole frame', found: '3 bytes of one' },
    ],
    [
      'for no hexadecimal',
      { spec: SPEC, hex: '0G' },
      null,
      {},
      {
        code: 'bad-input',
        path: 'hex',
        offset: 0,
        expected: 'hexadecimal, two digits a byte',
        found: 'something else',
      },
    ],
    [
      'for an unknown dialect',
      { dialect: 'morse', hex: '' },
      null,
      {},
      {
        code: 'bad-input',
        path: 'dialect',
        offset: 0,
        expected: 'a dialect',
        found: 'there is no dialect "morse"',
      },
    ],
  ])('%s', (_, line, mti, fields, error) => {
    expect(decode({ name: 'one', ...line })).toEqual({ name: 'one', mti, fields, error });
  });

  test.each([
    ['for a wrong spec', { spec: { ...SPEC, mti: 'morse' }, hex: '' }, 'spec.mti'],
    ['for no spec', { hex: '' }, 'spec'],
    ['for no bytes', { spec: SPEC }, 'hex'],
  ])('%s', (_, line, path) => {
    expect(decode(line)).toMatchObject({ name: null, mti: null, error: { code: 'bad-input', path } });
  });

  test('for a line that is no JSON', () => {
    expect(decodeBatchLine('{', named).error).toMatchObject({ code: 'bad-input', found: 'no JSON' });
  });
});
