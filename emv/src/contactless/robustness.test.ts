import { concatBytes, fromHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleReader, type Tap, tap } from '../testing/tap.ts';

const KINDS = ['approved', 'declined', 'terminated', 'try-another-interface', 'see-phone', 'present-again'];

describe.each(['visa', 'mastercard'] as const)('a card of %s that answers something else', (scheme) => {
  const commands = tap({ card: { scheme } }).commands.length;

  /** Counts commands, and answers the one at a place otherwise. */
  const at = (place: number, answer: (bytes: Uint8Array) => Uint8Array): NonNullable<Tap['intercept']> => {
    let count = 0;
    return (request, _command, card) => {
      if (request.kind !== 'transmit' || count++ !== place) return undefined;
      return { kind: 'response', bytes: answer(card.transmit(request.command)) };
    };
  };

  test('one changed byte never makes the kernel throw', () => {
    fc.assert(
      fc.property(
        fc.nat(commands - 1),
        fc.nat(255),
        fc.integer({ min: 1, max: 255 }),
        (place, position, change) => {
          const { outcome } = tap({
            card: { scheme },
            issuer: () => ({ kind: 'unable-to-go-online' }),
            intercept: at(place, (bytes) =>
              bytes.map((byte, index) => (index === position % bytes.length ? byte ^ change : byte)),
            ),
          });
          expect(KINDS).toContain(outcome.kind);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('any bytes at all never make it approve', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const { outcome } = tap({
          card: { scheme },
          intercept: (request) =>
            request.kind === 'transmit'
              ? { kind: 'response', bytes: concatBytes(bytes, fromHex('9000')) }
              : undefined,
        });
        expect(outcome.kind).not.toBe('approved');
      }),
      { numRuns: 200 },
    );
  });

  test('an offline approval does not stand with a changed byte in its signature', () => {
    const noCodes = { denial: new Uint8Array(5), online: new Uint8Array(5), default: new Uint8Array(5) };
    const offline: Tap = {
      card: { scheme, offlineLimits: { lower: 3, upper: 5 }, actionCodes: noCodes },
      reader: sampleReader({ floorLimit: 80_000n }),
    };
    const genuine = tap(offline);
    expect(genuine.outcome).toMatchObject({ kind: 'approved', by: 'offline' });
    // Visa: in its one answer; Mastercard: in that of GENERATE AC.
    const signed = scheme === 'visa' ? 2 : genuine.commands.length - 1;
    const changed = tap({
      ...offline,
      intercept: at(signed, (bytes) =>
        bytes.map((byte, index) => (index === bytes.length - 40 ? byte ^ 1 : byte)),
      ),
    });
    expect(changed.outcome).toMatchObject({ kind: 'declined', reason: 'terminal' });
  });
});
