import { assert, equalBytes } from '@kassa/primitives';
import { generateArqc } from '../crypto/application-cryptogram.ts';
import type { CardVerificationFacts } from '../cryptogram/card-verification-results.ts';
import {
  buildIssuerApplicationData,
  cryptogramInput,
  cryptogramProfile,
} from '../cryptogram/cryptogram-profile.ts';
import { applicationSessionKey, arpcKeyOf } from '../cryptogram/profile-keys.ts';
import { type CryptogramType, cryptogramTypeCode } from '../data/cryptogram-type.ts';
import type { CardProfile, CardState } from './card-data.ts';
import { offlineLimitsOf } from './process-script.ts';

/** What the card has seen of this transaction and those before, for its verification results. */
export function factsOf(
  profile: CardProfile,
  state: CardState,
  values: ReadonlyMap<string, Uint8Array>,
  transaction: Pick<CardVerificationFacts, 'firstCryptogram' | 'offlinePin'> & Partial<CardVerificationFacts>,
): CardVerificationFacts {
  return {
    secondCryptogram: null,
    issuerAuthentication: 'not-performed',
    unableToGoOnline: false,
    lastOnlineNotCompleted: state.onlineNotCompleted,
    issuerAuthenticationFailedBefore: state.issuerAuthenticationFailed,
    newCard: state.lastOnlineAtc === 0,
    lowerOfflineLimitExceeded: offlineCount(state) > offlineLimitsOf(profile, state).lower,
    upperOfflineLimitExceeded: offlineCount(state) > offlineLimitsOf(profile, state).upper,
    pinTriesLeft: state.pinTriesLeft,
    domestic: equalBytes(values.get('9F1A') ?? new Uint8Array(), profile.issuerCountry),
    ...transaction,
  };
}

/** Transactions since the last one the issuer answered, this one included. */
export function offlineCount(state: CardState): number {
  return state.atc - state.lastOnlineAtc;
}

/** A cryptogram and the objects that go with it. */
export interface CardCryptogram {
  /** Tag 9F27. */
  readonly information: number;
  readonly atc: Uint8Array;
  readonly cryptogram: Uint8Array;
  readonly issuerApplicationData: Uint8Array;
  /** What the issuer's answer is checked with. */
  readonly arpcKey: Uint8Array;
}

/**
 * The card's cryptogram over what the terminal sent (EMV 4.4 Book 2, 8.1).
 * @param profile its AIP is the one the terminal was given.
 * @param values all the profile's cryptogram covers, by tag.
 */
export function makeCryptogram(
  profile: CardProfile,
  state: CardState,
  type: CryptogramType,
  facts: CardVerificationFacts,
  values: ReadonlyMap<string, Uint8Array>,
): CardCryptogram {
  const version = cryptogramProfile(profile.cryptogramVersion);
  const atc = Uint8Array.of(state.atc >> 8, state.atc & 0xff);
  const issuerApplicationData = buildIssuerApplicationData(version, profile.keyIndex, facts);
  const own = new Map([...values, ['82', profile.aip], ['9F36', atc]]);
  const covered = cryptogramInput(version, (tag) => own.get(tag), issuerApplicationData);
  assert('data' in covered, 'the lists of a personalised card ask for all the data its cryptograms cover');
  const unpredictableNumber = values.get('9F37') ?? new Uint8Array();
  const sessionKey = applicationSessionKey(version, profile.udk, atc, unpredictableNumber);
  return {
    information: cryptogramTypeCode(type),
    atc,
    cryptogram: generateArqc(sessionKey, covered.data, version.padding),
    issuerApplicationData,
    arpcKey: arpcKeyOf(version, profile.udk, sessionKey),
  };
}
