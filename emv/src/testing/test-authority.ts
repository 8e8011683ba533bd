import type { CardAuthentication } from '../card/card-data.ts';
import { createTestAuthority } from '../crypto/test-authority.ts';

const authority = createTestAuthority(new Uint8Array(16).fill(0x5e));
/** For numbers that begin as those of the sample cards. */
const VISA_ISSUER = authority.issuer('400000');
const MASTERCARD_ISSUER = authority.issuer('520000');

export const AUTHORITY_KEYS = authority.authorityKeys(['A000000003', 'A000000004']);

export function authentication(
  method: CardAuthentication['method'],
  changes: Partial<CardAuthentication> & { readonly scheme?: 'visa' | 'mastercard' } = {},
): CardAuthentication {
  const { scheme, ...others } = changes;
  return { method, issuer: scheme === 'mastercard' ? MASTERCARD_ISSUER : VISA_ISSUER, ...others };
}
