import { concatBytes, fromHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { issuer, pay } from '../testing/pay.ts';
import { AUTHORITY_KEYS, authentication } from '../testing/test-authority.ts';

describe('a card pulled out', () => {
  const whole = pay();
  const asked = whole.requests.findIndex(({ kind }) => kind === 'go-online');

  test.each(whole.requests.map(({ kind }, index) => [index, kind] as const))(
    'at request %i (%s) ends it, never approved',
    (at) => {
      const { outcome, requests } = pay({
        intercept: (_, index) => (index === at ? { kind: 'removed' } : undefined),
      });
      expect(requests).toHaveLength(at + 1);
      expect(outcome).toMatchObject({
        kind: 'terminated',
        reason: 'card-removed',
        detail: `during ${requests[at]!.kind}`,
        reversalNeeded: at >= asked,
      });
    },
  );

  test('after the issuer declined leaves nothing to reverse', () => {
    const { outcome } = pay({
      issuer: issuer('51'),
      intercept: (_, index) => (index === asked + 1 ? { kind: 'removed' } : undefined),
    });
    expect(outcome).toMatchObject({ kind: 'terminated', reason: 'card-removed', reversalNeeded: false });
  });
});

describe('a card that answers something else', () => {
  const whole = pay();

  test('one changed byte in one answer never makes the kernel throw', () => {
    fc.assert(
      fc.property(
        fc.nat(whole.requests.length - 1),
        fc.nat(255),
        fc.integer({ min: 1, max: 255 }),
        (at, position, change) => {
          const { outcome } = pay({
            intercept: (request, index, card) => {
              if (index !== at || request.kind !== 'transmit') return undefined;
              const bytes = card.transmit(request.command);
              bytes[position % bytes.length]! ^= change;
              return { kind: 'response', bytes };
            },
          });
          expect(['approved', 'declined', 'terminated']).toContain(outcome.kind);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each(['sda', 'dda', 'cda'] as const)('nor with %s and a PIN the card verifies', (method) => {
    const config = { capabilities: fromHex('E0F8C8'), authorityKeys: AUTHORITY_KEYS };
    const card = {
      pin: '1234',
      cvmList: method === 'sda' ? 'offline-pin' : 'enciphered-offline-pin',
      authentication: authentication(method),
    };
    const transmits = pay({ config, card }).requests.length;
    fc.assert(
      fc.property(
        fc.nat(transmits - 1),
        fc.nat(255),
        fc.integer({ min: 1, max: 255 }),
        (at, position, change) => {
          const { outcome } = pay({
            config,
            card,
            intercept: (request, index, chip) => {
              if (index !== at || request.kind !== 'transmit') return undefined;
              const bytes = chip.transmit(request.command);
              bytes[position % bytes.length]! ^= change;
              return { kind: 'response', bytes };
            },
          });
          expect(['approved', 'declined', 'terminated']).toContain(outcome.kind);
        },
      ),
      { numRuns: 120 },
    );
  });

  test('any bytes at all never make it approve', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1 }), (answers) => {
        const { outcome } = pay({
          intercept: (request, index) =>
            request.kind === 'transmit'
              ? { kind: 'response', bytes: concatBytes(answers[index % answers.length]!, fromHex('9000')) }
              : undefined,
        });
        expect(outcome.kind).not.toBe('approved');
      }),
      { numRuns: 300 },
    );
  });
});
