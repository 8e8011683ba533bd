import { toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { recoverIssuerCertificate } from './public-key-certificate.ts';
import { rsaRecover, rsaSign } from './rsa.ts';
import { createTestAuthority } from './test-authority.ts';

const seed = new Uint8Array(16).fill(0x11);

describe('a test authority', () => {
  const authority = createTestAuthority(seed);
  const issuer = authority.issuer('400000');

  test('is the same for the same seed, and another for another', () => {
    const [key] = authority.authorityKeys(['A000000003']);
    const [same] = createTestAuthority(new Uint8Array(seed)).authorityKeys(['A000000003']);
    const [other] = createTestAuthority(new Uint8Array(16)).authorityKeys(['A000000003']);
    expect(same).toEqual(key);
    expect(toHex(other!.modulus)).not.toBe(toHex(key!.modulus));
    expect(createTestAuthority(seed).issuer('400000').cardKey('1')).toEqual(issuer.cardKey('1'));
  });

  test('has keys of their full lengths, each shorter than the one above it', () => {
    const [key] = authority.authorityKeys(['A000000003']);
    expect([key, issuer.key, issuer.cardKey('1')].map((one) => one!.modulus.length)).toEqual([176, 144, 128]);
    for (const one of [key, issuer.key, issuer.cardKey('1')])
      expect(one!.modulus[0]).toBeGreaterThanOrEqual(0x80);
  });

  test('certifies its issuers', () => {
    const [key] = authority.authorityKeys(['A000000003', 'A000000004']);
    const certified = recoverIssuerCertificate(key!, issuer.certificate);
    expect(certified).toMatchObject({ issuerIdentifier: '400000FF', expiry: '1249' });
    expect(toHex(certified.key.modulus)).toBe(toHex(issuer.key.modulus));
  });

  test('has keys that undo themselves, another for each card', () => {
    const key = issuer.cardKey('2');
    const message = new Uint8Array(128).fill(0x05);
    expect(rsaRecover(key, rsaSign(key, message))).toEqual(message);
    expect(toHex(key.modulus)).not.toBe(toHex(issuer.cardKey('3').modulus));
  });

  test('wants a seed nobody types by accident', () => {
    expect(() => createTestAuthority(new Uint8Array(15))).toThrow(
      'the seed of a test authority is at least 16 bytes',
    );
  });
});
