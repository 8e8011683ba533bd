import { concatBytes, fromHex } from '@kassa/primitives';
import { type CardVerificationFacts, mchipCvr, visaCvr } from './card-verification-results.ts';

export type CardScheme = 'visa' | 'mastercard';

/** Cryptogram versions a card can be personalised with and an issuer can check. */
export type CryptogramVersion = 'cvn18' | 'cvn20';

/**
 * How a scheme makes application cryptograms, on independent axes. All derive the session key by the common method
 * (EMV 4.4 Book 2, annex A1.3.1) and pad with `80`.
 */
export interface CryptogramProfile {
  readonly version: CryptogramVersion;
  readonly scheme: CardScheme;
  /** Registered application provider, the first five bytes of the AID. */
  readonly rid: string;
  /** Cryptogram version number as it stands in tag 9F10. */
  readonly versionNumber: number;
  /** Where tag 9F10 holds what; offsets and lengths in bytes. */
  readonly layout: {
    readonly keyIndexAt: number;
    readonly versionAt: number;
    readonly cvrAt: number;
    readonly cvrBytes: number;
    /** Length as this card makes it; issuers accept a longer one. */
    readonly bytes: number;
  };
  /** What of tag 9F10 the cryptogram covers. */
  readonly authenticated: 'issuer-application-data' | 'card-verification-results';
  /** Content of tag 91: method 1 = ARPC of 8 bytes and response code, method 2 = ARPC of 4 bytes and status update. */
  readonly arpcMethod: 1 | 2;
}

const PROFILES: Readonly<Record<CryptogramVersion, CryptogramProfile>> = {
  // Visa Integrated Circuit Card Specification 1.5, appendix D: cryptogram version 18, IAD format 0.
  cvn18: {
    version: 'cvn18',
    scheme: 'visa',
    rid: 'A000000003',
    versionNumber: 0x12,
    layout: { keyIndexAt: 1, versionAt: 2, cvrAt: 3, cvrBytes: 4, bytes: 7 },
    authenticated: 'issuer-application-data',
    arpcMethod: 2,
  },
  // M/Chip Advance: cryptogram version 20 – EMV common session key, counters not covered.
  cvn20: {
    version: 'cvn20',
    scheme: 'mastercard',
    rid: 'A000000004',
    versionNumber: 0x14,
    layout: { keyIndexAt: 0, versionAt: 1, cvrAt: 2, cvrBytes: 6, bytes: 18 },
    authenticated: 'card-verification-results',
    arpcMethod: 1,
  },
};

/** EMV 4.4 Book 2, 8.1.1: the recommended minimum data, in the order both schemes take it. */
const CRYPTOGRAM_TAGS = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36'] as const;

export function cryptogramProfile(version: CryptogramVersion): CryptogramProfile {
  return PROFILES[version];
}

/** The profile an application and its tag 9F10 name; undefined when this version is not one known here. */
export function profileOfIssuerApplicationData(
  rid: string,
  issuerApplicationData: Uint8Array,
): CryptogramProfile | undefined {
  return Object.values(PROFILES).find(
    (profile) =>
      profile.rid === rid &&
      issuerApplicationData.length >= profile.layout.bytes &&
      issuerApplicationData[profile.layout.versionAt] === profile.versionNumber,
  );
}

/** Tag 9F10 as a card of the profile sends it. */
export function buildIssuerApplicationData(
  profile: CryptogramProfile,
  keyIndex: number,
  facts: CardVerificationFacts,
): Uint8Array {
  const { layout } = profile;
  const data = new Uint8Array(layout.bytes);
  // Visa format 0 begins with the length of what follows it: key index, version and CVR.
  if (profile.scheme === 'visa') data[0] = layout.bytes - 1;
  data[layout.keyIndexAt] = keyIndex;
  data[layout.versionAt] = profile.versionNumber;
  data.set(profile.scheme === 'visa' ? visaCvr(facts) : mchipCvr(facts), layout.cvrAt);
  return data;
}

/** Card verification results inside tag 9F10. */
export function cvrOf(profile: CryptogramProfile, issuerApplicationData: Uint8Array): Uint8Array {
  const { cvrAt, cvrBytes } = profile.layout;
  return issuerApplicationData.slice(cvrAt, cvrAt + cvrBytes);
}

/** Index of the issuer master key inside tag 9F10. */
export function keyIndexOf(profile: CryptogramProfile, issuerApplicationData: Uint8Array): number {
  return issuerApplicationData[profile.layout.keyIndexAt] ?? 0;
}

/**
 * The bytes under the cryptogram.
 * @returns the tag that is missing, when one is.
 */
export function cryptogramInput(
  profile: CryptogramProfile,
  lookUp: (tag: string) => Uint8Array | undefined,
  issuerApplicationData: Uint8Array,
): { readonly data: Uint8Array } | { readonly missing: string } {
  const parts: Uint8Array[] = [];
  for (const tag of CRYPTOGRAM_TAGS) {
    const value = lookUp(tag);
    if (!value) return { missing: tag };
    parts.push(value);
  }
  const last =
    profile.authenticated === 'issuer-application-data'
      ? issuerApplicationData
      : cvrOf(profile, issuerApplicationData);
  return { data: concatBytes(...parts, last) };
}

/** Lists a card of the profile is personalised with: each holds all the tags its cryptograms need. */
export function cardDataObjectLists(
  version: CryptogramVersion,
  issuerAuthenticationInSecondAc: boolean,
): { readonly cdol1: Uint8Array; readonly cdol2: Uint8Array } {
  const common = '9F02069F03069F1A0295055F2A029A039C019F3704';
  if (version === 'cvn18') {
    const authentication = issuerAuthenticationInSecondAc ? '9108' : '';
    return { cdol1: fromHex(common), cdol2: fromHex(`${authentication}8A02${common}`) };
  }
  const authentication = issuerAuthenticationInSecondAc ? '910A' : '';
  return {
    cdol1: fromHex(`${common}9F35019F45029F4C089F3403`),
    cdol2: fromHex(`${authentication}8A0295059F37049F4C08`),
  };
}
