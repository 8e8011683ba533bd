import { checkPrimeSync, createHash } from 'node:crypto';
import { assert, concatBytes, fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { type CertificateParts, issueIssuerCertificate } from './public-key-certificate.ts';
import { type RsaPrivateKey, type RsaPublicKey, rsaPrivateKey } from './rsa.ts';

/** A certification authority's key as a terminal holds it: by provider and index (EMV 4.4 Book 2, 11.2.2). */
export interface AuthorityKey extends RsaPublicKey {
  /** Registered application provider, 10 hexadecimal digits. */
  readonly rid: string;
  /** Tag 8F. */
  readonly index: number;
}

/** What an issuer needs to personalise cards that sign. */
export interface TestIssuer {
  readonly authorityIndex: number;
  readonly certificate: CertificateParts;
  readonly key: RsaPrivateKey;
  /** A card's own key pair, always the same for the same card. @param card what names it, its number say. */
  cardKey(card: string): RsaPrivateKey;
}

/** A certification authority of one's own: nobody else's cards or terminals know it. */
export interface TestAuthority {
  /** One key for each provider asked for, all the same number. */
  authorityKeys(rids: readonly string[]): readonly AuthorityKey[];
  /** @param issuerIdentifier 3 to 8 leftmost digits of its cards. */
  issuer(issuerIdentifier: string): TestIssuer;
}

/** An index of our own; a terminal finds a key by provider and index together. */
const AUTHORITY_INDEX = 0xc0;
/** Bits. EMV 4.4 Book 2, annex D1: a key certifies one that is not longer; the last signs inside GENERATE AC. */
const MODULUS_BITS = { authority: 1408, issuer: 1152, card: 1024 } as const;
/** EMV 4.4 Book 2, 11.1: exponent 3. */
const EXPONENT = Uint8Array.of(0x03);
/** MMYY: certificates end with the century's half, where EMV's two digits of a year turn over (Book 4, 6.7.3). */
const CERTIFICATE_EXPIRY = '1249';

/**
 * Test keys from a seed: **never** for real cards. The same seed gives the same keys on every machine.
 * @param seed 16 bytes or more.
 */
export function createTestAuthority(seed: Uint8Array): TestAuthority {
  assert(seed.length >= 16, 'the seed of a test authority is at least 16 bytes');
  const authority = keyFromSeed(seed, 'authority', MODULUS_BITS.authority);
  const { modulus, exponent } = authority;
  return {
    authorityKeys: (rids) => rids.map((rid) => ({ rid, index: AUTHORITY_INDEX, modulus, exponent })),
    issuer(issuerIdentifier) {
      const key = keyFromSeed(seed, `issuer ${issuerIdentifier}`, MODULUS_BITS.issuer);
      const cardKeys = new Map<string, RsaPrivateKey>();
      const serial = digest(seed, `serial ${issuerIdentifier}`).slice(0, 3);
      const fields = { issuerIdentifier, expiry: CERTIFICATE_EXPIRY, serial };
      return {
        authorityIndex: AUTHORITY_INDEX,
        certificate: issueIssuerCertificate(authority, key, fields),
        key,
        cardKey(card) {
          const cardKey = cardKeys.get(card) ?? keyFromSeed(seed, `card ${card}`, MODULUS_BITS.card);
          cardKeys.set(card, cardKey);
          return cardKey;
        },
      };
    },
  };
}

function keyFromSeed(seed: Uint8Array, label: string, bits: number): RsaPrivateKey {
  const prime = (name: string) => primeFromSeed(seed, `${label} ${name}`, bits / 2);
  return rsaPrivateKey(prime('p'), prime('q'), EXPONENT);
}

/** The first prime from a point the seed gives, of the form 6k - 1: less one it has no factor 3, the exponent. */
function primeFromSeed(seed: Uint8Array, label: string, bits: number): Uint8Array {
  const bytes = bits / 8;
  const blocks: Uint8Array[] = [];
  for (let block = 0; blocks.length * 32 < bytes; block++) blocks.push(digest(seed, `${label} ${block}`));
  const start = concatBytes(...blocks).slice(0, bytes);
  // Both upper bits: the product of two such primes has all its bits.
  start[0] = (start[0] ?? 0) | 0xc0;
  let candidate = BigInt(`0x${toHex(start)}`);
  candidate += 5n - (candidate % 6n);
  while (!checkPrimeSync(candidate)) candidate += 6n;
  return fromHex(candidate.toString(16).padStart(bytes * 2, '0'));
}

function digest(seed: Uint8Array, label: string): Uint8Array {
  return new Uint8Array(
    createHash('sha256')
      .update(concatBytes(seed, fromLatin1(label)))
      .digest(),
  );
}
