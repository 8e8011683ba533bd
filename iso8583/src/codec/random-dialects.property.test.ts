import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDeframer } from '../framing/deframer.ts';
import { FRAMING_KINDS, frame } from '../framing/framing.ts';
import { dialectAndMessage } from '../testing/random-dialects.ts';
import { compileDialect } from './codec.ts';

test('any message of any dialect comes back, and no beginning of it is a message', () => {
  fc.assert(
    fc.property(dialectAndMessage, ({ made, mti, fields }) => {
      const codec = compileDialect(made);
      const bytes = codec.encode({ mti, fields }).slice();
      expect(codec.decode(bytes)).toEqual({ mti, fields });
      expect([...codec.encode(codec.decode(bytes))]).toEqual([...bytes]);
      for (let end = 0; end < bytes.length; end++) {
        expect(codec.inspect(bytes.subarray(0, end)).error).not.toBeNull();
      }
      expect(codec.inspect(Uint8Array.of(...bytes, 0)).error?.code).toBe('trailing-data');
    }),
    { numRuns: 400 },
  );
});

test('every split of a stream gives the same messages', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FRAMING_KINDS),
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }),
      (kind, bodies) => {
        const stream = Uint8Array.from(bodies.flatMap((body) => [...frame(kind, body)]));
        const expected = bodies.map((body) => [...body]);
        for (let split = 0; split <= stream.length; split++) {
          const deframer = createDeframer(kind, { maxBytes: 100 });
          const parts = [stream.subarray(0, split), stream.subarray(split)];
          const messages = parts.flatMap((part) => deframer.push(part).map((body) => [...body]));
          expect(messages).toEqual(expected);
        }
        const single = createDeframer(kind, { maxBytes: 100 });
        const messages = [...stream].flatMap((byte) =>
          single.push(Uint8Array.of(byte)).map((body) => [...body]),
        );
        expect(messages).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});
