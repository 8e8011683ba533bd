import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approvalCodeOf } from './approval-code.ts';

it('is the same for the same transaction, today and after an upgrade', () => {
  // FNV-1a, 64 bits, of the text: CBF29CE484222325 for none, as the algorithm starts.
  expect(approvalCodeOf('')).toBe(inBase34(0xcbf29ce484222325n));
  expect(approvalCodeOf('20000001-632815000007')).toBe(inBase34(fnv1a('20000001-632815000007')));
  expect(approvalCodeOf('20000001-632815000007')).toMatchInlineSnapshot(`"35LT11"`);
});

it('is six characters nobody misreads', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{8}-[0-9]{12}$/), (id) => {
      expect(approvalCodeOf(id)).toMatch(/^[0-9A-HJ-NP-Z]{6}$/);
    }),
  );
});

it('differs between neighbouring transactions', () => {
  const codes = Array.from({ length: 10_000 }, (_, index) => approvalCodeOf(`20000001-${index}`));
  expect(new Set(codes).size).toBe(codes.length);
});

function fnv1a(text: string): bigint {
  let hash = 14695981039346656037n;
  for (const byte of new TextEncoder().encode(text)) {
    hash ^= BigInt(byte);
    hash = (hash * 1099511628211n) % 2n ** 64n;
  }
  return hash;
}

function inBase34(hash: bigint): string {
  let digits = '';
  for (let rest = hash; digits.length < 6; rest /= 34n) {
    digits += '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'[Number(rest % 34n)];
  }
  return digits;
}
