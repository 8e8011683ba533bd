import { toHex } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { compileDialect } from '../codec/codec.ts';
import { kassaAscii, kassaBcd } from '../dialect/dialects.ts';
import { traceMessage } from './trace-message.ts';

const MESSAGE = {
  mti: '0200',
  fields: {
    2: '4000000000000000',
    3: '000000',
    48: '0101D',
    52: '0123456789ABCDEF',
    55: '9F360200015A084000000000000000',
  },
};

test('shows every byte but those of masked values', () => {
  const codec = compileDialect(kassaBcd);
  const bytes = codec.encode(MESSAGE);
  const trace = traceMessage(codec, bytes, MESSAGE);
  expect(trace).toMatchObject({ mti: '0200', dialect: 'kassa-bcd', length: 54 });
  expect(trace.hex).toBe(
    [
      '0200',
      '6000000000011200',
      `16${'**'.repeat(8)}`,
      '000000',
      '00053031303144',
      '**'.repeat(8),
      '00159F36020001',
      `5A08${'**'.repeat(8)}`,
    ].join(''),
  );
  expect(trace.fields.find(({ path }) => path === '2')).toEqual({
    path: '2',
    name: 'Primary account number',
    value: '400000******0000',
    words: null,
    offset: 10,
    length: 9,
  });
  expect(trace.fields[0]).toMatchObject({ path: '0', words: 'financial request, acquirer, ISO 8583:1987' });
});

test('shows nothing after the place where a message cannot be read', () => {
  const codec = compileDialect(kassaAscii);
  const bytes = codec.encode(MESSAGE);
  bytes[41] = 0x41;
  const { hex } = traceMessage(codec, bytes, MESSAGE);
  expect(hex).toBe(
    toHex(bytes.subarray(0, 20)) +
      toHex(bytes.subarray(20, 22)) +
      '**'.repeat(16) +
      '**'.repeat(bytes.length - 38),
  );
});
