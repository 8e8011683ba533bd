import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { compileDialect } from '../codec/codec.ts';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { kassaAscii, kassaBcd } from '../dialect/dialects.ts';
import { encodeWithMac, macOf } from './message-authentication.ts';

const MAC = fromHex('A1B2C3D4E5F60718');

describe.each([
  [kassaBcd, 8],
  [kassaAscii, 16],
] as const)('$name', (dialect, wireBytes) => {
  const codec = compileDialect(dialect);

  test.each([
    [64, { 3: '000000' }],
    [128, { 3: '000000', 90: '0'.repeat(42) }],
  ])('puts the MAC into DE %i, over everything before it', (number, fields) => {
    let covered = '';
    const bytes = encodeWithMac(codec, { mti: '0200', fields }, (data) => {
      covered = toHex(data);
      return MAC;
    });
    const message = codec.decode(bytes);
    expect(message).toEqual({ mti: '0200', fields: { ...fields, [number]: toHex(MAC) } });
    expect(covered).toBe(toHex(bytes.subarray(0, bytes.length - wireBytes)));
    const received = macOf(codec, bytes, message);
    expect(received && [toHex(received.mac), toHex(received.covered)]).toEqual([toHex(MAC), covered]);
  });

  test('a message without a MAC has none', () => {
    const message = { mti: '0200', fields: { 3: '000000' } };
    expect(macOf(codec, codec.encode(message), message)).toBeUndefined();
  });

  test('a MAC that does not cover the last elements is none', () => {
    const message = { mti: '0200', fields: { 64: toHex(MAC), 70: '301' } };
    expect(macOf(codec, codec.encode(message), message)).toBeUndefined();
  });

  test('a MAC of another length is refused', () => {
    expect(() =>
      encodeWithMac(codec, { mti: '0200', fields: { 3: '000000' } }, () => MAC.subarray(0, 4)),
    ).toThrow('expected 8 bytes, found 4 bytes');
  });
});

test('a dialect without a MAC is told so', () => {
  const codec = compileDialect(dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields: {} }));
  expect(() => encodeWithMac(codec, { mti: '0800', fields: {} }, () => MAC)).toThrow(
    'unknown-field at 64 (offset 0): expected a dialect with a MAC of fixed length here, found none',
  );
});
