import { assert, concatBytes, fromHex } from '@kassa/primitives';
import type { MacPadding } from '../crypto/mac.ts';
import { type CardVerificationFacts, mchipCvr, visaCvr } from './card-verification-results.ts';

/** Schemes whose cards are made here. */
export type CardScheme = 'visa' | 'mastercard';

/** Cryptogram versions an issuer can check; cards are made for all but Interac's. */
export type CryptogramVersion =
  | 'cvn10'
  | 'cvn18'
  | 'cvn22'
  | 'cvn16'
  | 'cvn17'
  | 'cvn20'
  | 'cvn21'
  | 'cvn133';

/** How a scheme makes application cryptograms, on independent axes. */
export interface CryptogramProfile {
  readonly version: CryptogramVersion;
  readonly scheme: CardScheme | 'interac';
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
    /** Counters of M/Chip, its last 8 bytes; absent where the scheme has none. */
    readonly countersAt?: number;
    /** Length as this card makes it; issuers accept a longer one. */
    readonly bytes: number;
  };
  /** Key of the cryptogram: the card's own, the common one of EMV, or Mastercard's SKD with the unpredictable number. */
  readonly sessionKey: 'none' | 'common' | 'skd';
  /** What of tag 9F10 the cryptogram covers. */
  readonly authenticated: 'issuer-application-data' | 'card-verification-results' | 'cvr-and-counters';
  readonly padding: Extract<MacPadding, 'method-1' | 'method-2'>;
  /** Content of tag 91: method 1 = ARPC of 8 bytes and response code, method 2 = ARPC of 4 bytes and status update. */
  readonly arpcMethod: 1 | 2;
  /** Key of the ARPC. */
  readonly arpcKey: 'session-key' | 'card-key';
  /** What stands behind the ARPC and says yes or no. */
  readonly arpcCode: 'authorisation-response-code' | 'arpc-response-code' | 'card-status-update';
  /** Keys of issuer scripts: of the counter (Visa), or the common session key of the ARQC (EMV 4.4 Book 2, annex A1.3.1). */
  readonly secureMessaging: 'visa' | 'common';
}

const VISA = {
  scheme: 'visa',
  rid: 'A000000003',
  layout: { keyIndexAt: 1, versionAt: 2, cvrAt: 3, cvrBytes: 4, bytes: 7 },
} as const;

const MASTERCARD = {
  scheme: 'mastercard',
  rid: 'A000000004',
  layout: { keyIndexAt: 0, versionAt: 1, cvrAt: 2, cvrBytes: 6, countersAt: 10, bytes: 18 },
  padding: 'method-2',
  arpcMethod: 1,
  arpcCode: 'arpc-response-code',
  secureMessaging: 'common',
} as const;

/** Common to cryptogram versions 18 and 22. */
const VISA_COMMON = {
  ...VISA,
  sessionKey: 'common',
  authenticated: 'issuer-application-data',
  padding: 'method-2',
  arpcMethod: 2,
  arpcKey: 'session-key',
  arpcCode: 'card-status-update',
} as const;

const SKD = { sessionKey: 'skd', arpcKey: 'card-key' } as const;
const COMMON = { sessionKey: 'common', arpcKey: 'session-key' } as const;
const CVR_ONLY = { authenticated: 'card-verification-results' } as const;
const WITH_COUNTERS = { authenticated: 'cvr-and-counters' } as const;

const PROFILES: Readonly<Record<CryptogramVersion, CryptogramProfile>> = {
  // Visa Integrated Circuit Card Specification 1.5, appendix D: cryptogram versions 10 and 18, IAD format 0.
  cvn10: {
    ...VISA,
    version: 'cvn10',
    versionNumber: 0x0a,
    sessionKey: 'none',
    authenticated: 'card-verification-results',
    padding: 'method-1',
    arpcMethod: 1,
    arpcKey: 'card-key',
    arpcCode: 'authorisation-response-code',
    secureMessaging: 'visa',
  },
  cvn18: { ...VISA_COMMON, version: 'cvn18', versionNumber: 0x12, secureMessaging: 'visa' },
  // As 18 but for its scripts, and read here in IAD format 0 alone.
  cvn22: { ...VISA_COMMON, version: 'cvn22', versionNumber: 0x16, secureMessaging: 'common' },
  // M/Chip 4 and M/Chip Advance: Mastercard's session key (16, 17) or EMV's (20, 21), counters covered by the odd ones.
  cvn16: { ...MASTERCARD, ...SKD, ...CVR_ONLY, version: 'cvn16', versionNumber: 0x10 },
  cvn17: { ...MASTERCARD, ...SKD, ...WITH_COUNTERS, version: 'cvn17', versionNumber: 0x11 },
  cvn20: { ...MASTERCARD, ...COMMON, ...CVR_ONLY, version: 'cvn20', versionNumber: 0x14 },
  cvn21: { ...MASTERCARD, ...COMMON, ...WITH_COUNTERS, version: 'cvn21', versionNumber: 0x15 },
  // Interac: as Mastercard's session key, over the whole of tag 9F10.
  cvn133: {
    scheme: 'interac',
    rid: 'A000000277',
    layout: { keyIndexAt: 1, versionAt: 2, cvrAt: 3, cvrBytes: 5, bytes: 22 },
    version: 'cvn133',
    versionNumber: 0x85,
    sessionKey: 'skd',
    authenticated: 'issuer-application-data',
    padding: 'method-2',
    arpcMethod: 1,
    arpcKey: 'session-key',
    arpcCode: 'authorisation-response-code',
    secureMessaging: 'common',
  },
};

export const CRYPTOGRAM_VERSIONS = Object.keys(PROFILES) as readonly CryptogramVersion[];

/** EMV 4.4 Book 2, 8.1.1: the recommended minimum data, in the order all schemes take it. */
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
  const { layout, scheme } = profile;
  assert(scheme !== 'interac', 'no cards are made for Interac');
  const data = new Uint8Array(layout.bytes);
  // Visa format 0 begins with the length of what follows it: key index, version and CVR.
  if (scheme === 'visa') data[0] = layout.bytes - 1;
  data[layout.keyIndexAt] = keyIndex;
  data[layout.versionAt] = profile.versionNumber;
  data.set(scheme === 'visa' ? visaCvr(facts) : mchipCvr(facts), layout.cvrAt);
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
  return { data: concatBytes(...parts, authenticatedPart(profile, issuerApplicationData)) };
}

function authenticatedPart(profile: CryptogramProfile, issuerApplicationData: Uint8Array): Uint8Array {
  switch (profile.authenticated) {
    case 'issuer-application-data':
      return issuerApplicationData;
    case 'card-verification-results':
      return cvrOf(profile, issuerApplicationData);
    case 'cvr-and-counters':
      return concatBytes(
        cvrOf(profile, issuerApplicationData),
        issuerApplicationData.subarray(profile.layout.countersAt),
      );
  }
}

/** Lists a card of the profile is personalised with: each holds all the tags its cryptograms need. */
export function cardDataObjectLists(
  version: CryptogramVersion,
  issuerAuthenticationInSecondAc: boolean,
): { readonly cdol1: Uint8Array; readonly cdol2: Uint8Array } {
  const common = '9F02069F03069F1A0295055F2A029A039C019F3704';
  const { scheme, arpcMethod } = cryptogramProfile(version);
  const answer = arpcMethod === 2 ? '9108' : '910A';
  const authentication = issuerAuthenticationInSecondAc ? answer : '';
  if (scheme === 'visa') {
    return { cdol1: fromHex(common), cdol2: fromHex(`${authentication}8A02${common}`) };
  }
  return {
    cdol1: fromHex(`${common}9F35019F45029F4C089F3403`),
    cdol2: fromHex(`${authentication}8A0295059F37049F4C08`),
  };
}
