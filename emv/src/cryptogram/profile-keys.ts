import {
  deriveSessionKey,
  sessionKeyCommon,
  sessionKeySkd,
  sessionKeyVisaSecureMessaging,
} from '../crypto/card-keys.ts';
import type { CryptogramProfile } from './cryptogram-profile.ts';

/**
 * Key of a profile's application cryptograms (EMV 4.4 Book 2, 8.1.1 and annex A1.3.1; the profile says which).
 * @param udk the card's key for application cryptograms, 16 bytes.
 * @param atc 2 bytes of tag 9F36.
 * @param unpredictableNumber 4 bytes of tag 9F37; looked at by Mastercard's SKD alone.
 * @returns 16 bytes; the card's key itself where the profile has no session key.
 */
export function applicationSessionKey(
  profile: CryptogramProfile,
  udk: Uint8Array,
  atc: Uint8Array,
  unpredictableNumber: Uint8Array,
): Uint8Array {
  switch (profile.sessionKey) {
    case 'none':
      return udk;
    case 'common':
      return sessionKeyCommon(udk, atc);
    case 'skd':
      return sessionKeySkd(udk, atc, unpredictableNumber);
  }
}

/** Key of a profile's ARPC: what {@link makeIssuerAuthenticationData} takes. */
export function arpcKeyOf(profile: CryptogramProfile, udk: Uint8Array, sessionKey: Uint8Array): Uint8Array {
  return profile.arpcKey === 'card-key' ? udk : sessionKey;
}

/**
 * Session key of issuer scripts, for integrity or for confidentiality (EMV 4.4 Book 2, 9.2.2 and 9.3.2).
 * @param udk the card's key for the one or the other: `deriveUdk(imkSmi | imkSmc, pan, psn)`.
 * @param atc 2 bytes of tag 9F36.
 * @param arqc 8 bytes of tag 9F26, already verified.
 */
export function secureMessagingSessionKey(
  profile: CryptogramProfile,
  udk: Uint8Array,
  atc: Uint8Array,
  arqc: Uint8Array,
): Uint8Array {
  return profile.secureMessaging === 'visa'
    ? sessionKeyVisaSecureMessaging(udk, atc)
    : deriveSessionKey(udk, arqc);
}
