import { createCipheriv } from 'node:crypto';
import { fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { dialects } from '../dialect/dialects.ts';
import { encodeWithMac, macOf } from '../meaning/message-authentication.ts';
import { compileDialect } from './codec.ts';

/** Order that is no order, a tag twice, long forms of length, a tag of three bytes, unknown tags and zeros between. */
const CHIP_DATA = [
  '9F37',
  '04',
  'DEADBEEF',
  '00',
  '9F10',
  '8103',
  'A1B2C3',
  '82',
  '820002',
  '1800',
  'DF8129',
  '02',
  'AABB',
]
  .concat(['9F37', '04', '01020304', '0000', '95', '05', '0000048000', '00'])
  .join('');

const MESSAGE = {
  mti: '0200',
  fields: {
    3: '000000',
    4: '000000000100',
    11: '000007',
    37: ' 00 leading ',
    41: '  TERM  ',
    42: 'trailing       ',
    55: CHIP_DATA,
  },
};

/** A stand-in for the terminal's MAC: eight bytes that depend on every byte before them. */
function macOver(covered: Uint8Array): Uint8Array {
  const key = fromHex('00112233445566778899AABBCCDDEEFF');
  const padded = new Uint8Array(Math.ceil(covered.length / 16) * 16);
  padded.set(covered);
  const cipher = createCipheriv('aes-128-cbc', key, new Uint8Array(16));
  const out = new Uint8Array(cipher.update(padded));
  return out.slice(-8);
}

describe.each([dialects.kassaAscii, dialects.kassaBcd])('$name', (dialect) => {
  const codec = compileDialect(dialect);
  // 37 is `an` in the standard.
  const message = { ...MESSAGE, fields: { ...MESSAGE.fields, 37: '000LEADING00' } };

  test('a MAC over a message taken apart and put together again still holds', () => {
    const sent = encodeWithMac(codec, message, macOver).slice();
    const received = codec.decode(sent);
    const again = codec.encode(received);
    expect(toHex(again)).toBe(toHex(sent));
    const place = macOf(codec, again, received);
    expect(toHex(macOver(place!.covered))).toBe(toHex(place!.mac));
    expect(received.fields[55]).toBe(CHIP_DATA);
    expect(received.fields[42]).toBe('trailing       ');
  });
});
