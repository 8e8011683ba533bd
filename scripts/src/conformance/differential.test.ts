import { createRequire } from 'node:module';
import { compileDialect, type Dialect, iso1987Ascii, type Message } from '@kassa/iso8583';
import { describe, expect, test } from 'vitest';
import { randomPurchase } from '../fuzz/random-message.ts';
import { seededRandom } from '../fuzz/seeded-random.ts';

/** The npm package `iso_8583` as used here; it ships no types. */
interface Peer {
  new (
    data?: Record<number, string>,
  ): {
    getBufferMessage(): Uint8Array | { error: string };
    getIsoJSON(message: Uint8Array): Record<string, string>;
  };
}

const Iso8583 = createRequire(import.meta.url)('iso_8583') as Peer;

// It writes the bitmap as bytes, puts two bytes of length before the message and knows a binary element as a text of
// its length: the elements of randomPurchase but DE 52 are what both can say. It writes a second bitmap even where
// nothing is in it: DE 70 puts something there.
const DIALECT: Dialect = { ...iso1987Ascii, bitmap: 'binary' };

function purchases(count: number): Message[] {
  const random = seededRandom(17);
  return Array.from({ length: count }, () => {
    const { mti, fields } = randomPurchase(random);
    const kept = Object.entries(fields).filter(([key]) => key !== '52' && random.below(5) > 0);
    return { mti, fields: { ...Object.fromEntries(kept), 70: '001' } };
  });
}

describe('the npm package iso_8583 and this codec', () => {
  const codec = compileDialect(DIALECT);

  test('write the same bytes', () => {
    for (const { mti, fields } of purchases(200)) {
      const theirs = new Iso8583({ 0: mti, ...fields }).getBufferMessage();
      expect(theirs).toBeInstanceOf(Uint8Array);
      const body = (theirs as Uint8Array).subarray(2);
      expect(Buffer.from(codec.encode({ mti, fields })).toString('hex')).toBe(
        Buffer.from(body).toString('hex'),
      );
    }
  });

  test('read the same fields', () => {
    for (const message of purchases(200)) {
      const body = codec.encode(message);
      const framed = Buffer.concat([Buffer.from([body.length >> 8, body.length & 0xff]), body]);
      const { 0: mti, ...fields } = new Iso8583().getIsoJSON(framed);
      const { 1: _bitmap, ...theirs } = fields;
      expect({ mti, fields: theirs }).toEqual(message);
    }
  });
});
