import { assert, concatBytes, encodeTlv, equalBytes, fromLatin1 } from '@kassa/primitives';
import { generateArqc } from '../crypto/application-cryptogram.ts';
import type { CardVerificationFacts } from '../cryptogram/card-verification-results.ts';
import {
  buildIssuerApplicationData,
  cryptogramInput,
  cryptogramProfile,
} from '../cryptogram/cryptogram-profile.ts';
import { checkIssuerAuthenticationData } from '../cryptogram/issuer-authentication.ts';
import { applicationSessionKey, arpcKeyOf } from '../cryptogram/profile-keys.ts';
import { type CommandApdu, encodeResponse, STATUS_OK } from '../data/apdu.ts';
import { type CryptogramType, cryptogramTypeCode, cryptogramTypeOf } from '../data/cryptogram-type.ts';
import { dolDataLength, parseDol, splitDolData } from '../data/dol.ts';
import type { CardProfile, CardState } from './card-data.ts';
import type { CardMemory, CardStep, OnlineSession } from './card-memory.ts';

/** EMV 4.4 Book 4, annex A6: the terminal could not reach the issuer. */
const UNABLE_TO_GO_ONLINE = [fromLatin1('Y3'), fromLatin1('Z3')];

/**
 * GENERATE AC (EMV 4.4 Book 3, 6.5.5 and 9.2): the card's own risk management and its cryptogram.
 * The first answers AAC, TC or ARQC; the second, only after an ARQC, answers TC or AAC.
 */
export function generateAc(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  const requested = cryptogramTypeOf(command.p1);
  // Bits 6 to 1 ask for CDA or are reserved: this card signs nothing.
  if (requested === undefined || (command.p1 & 0x3f) !== 0) return refuse(memory, 0x6a86);
  const { session } = memory;
  const dol = parseDol(session.stage === 'online' ? profile.cdol2 : profile.cdol1);
  if (session.stage !== 'online' && session.stage !== 'initiated') return refuse(memory, 0x6985);
  if (command.data.length !== dolDataLength(dol)) return refuse(memory, 0x6700);
  const values = splitDolData(dol, command.data);
  return session.stage === 'online'
    ? secondGenerateAc(profile, memory.state, session, requested, values)
    : firstGenerateAc(profile, memory.state, requested, values);
}

/** Checks tag 91 against the ARQC that is out; a card believes the issuer only through this. */
export function authenticateIssuer(
  profile: CardProfile,
  session: OnlineSession,
  issuerAuthenticationData: Uint8Array,
): OnlineSession {
  const result = checkIssuerAuthenticationData(
    cryptogramProfile(profile.cryptogramVersion),
    session.arpcKey,
    session.arqc,
    issuerAuthenticationData,
  );
  return {
    ...session,
    issuerAuthentication: result.verified ? 'successful' : 'failed',
    issuerApproved: result.verified && result.approved,
  };
}

function firstGenerateAc(
  profile: CardProfile,
  state: CardState,
  requested: CryptogramType,
  values: ReadonlyMap<string, Uint8Array>,
): CardStep {
  const overLower = offlineCount(state) > profile.offlineLimits.lower;
  const mustGoOnline = overLower || state.onlineNotCompleted || state.issuerAuthenticationFailed;
  const answer = requested === 'TC' && mustGoOnline ? 'ARQC' : requested;
  const facts = factsOf(profile, state, values, { firstCryptogram: answer });
  const { response, cryptogram, arpcKey } = answerWith(profile, state, answer, facts, values);
  if (answer !== 'ARQC') return { memory: { state, session: { stage: 'completed' } }, response };
  const session: OnlineSession = {
    stage: 'online',
    arqc: cryptogram,
    arpcKey,
    firstValues: values,
    firstCryptogram: answer,
    issuerAuthentication: 'not-performed',
    issuerApproved: false,
    stateBefore: state,
  };
  return { memory: { state: { ...state, onlineNotCompleted: true }, session }, response };
}

function secondGenerateAc(
  profile: CardProfile,
  state: CardState,
  first: OnlineSession,
  requested: CryptogramType,
  values: ReadonlyMap<string, Uint8Array>,
): CardStep {
  // EMV 4.4 Book 3, 9.2.3: the second cryptogram is TC or AAC.
  if (requested === 'ARQC') return refuse({ state, session: first }, 0x6a86);
  const responseCode = values.get('8A') ?? new Uint8Array();
  const unableToGoOnline = UNABLE_TO_GO_ONLINE.some((code) => equalBytes(responseCode, code));
  const data91 = values.get('91');
  const given = data91 !== undefined && !unableToGoOnline && data91.some((byte) => byte !== 0);
  const session = given ? authenticateIssuer(profile, first, data91) : first;
  const granted = unableToGoOnline
    ? offlineCount(session.stateBefore) <= profile.offlineLimits.upper
    : session.issuerApproved;
  const answer = requested === 'TC' && granted ? 'TC' : 'AAC';
  const allValues = new Map([...session.firstValues, ...values]);
  const facts = factsOf(profile, session.stateBefore, allValues, {
    firstCryptogram: session.firstCryptogram,
    secondCryptogram: answer,
    issuerAuthentication: session.issuerAuthentication,
    unableToGoOnline,
  });
  const { response } = answerWith(profile, state, answer, facts, allValues);
  return {
    memory: { state: stateAfter(state, session, unableToGoOnline), session: { stage: 'completed' } },
    response,
  };
}

/** What the card remembers of an online transaction: only a proven issuer resets its counters. */
function stateAfter(state: CardState, session: OnlineSession, unableToGoOnline: boolean): CardState {
  if (unableToGoOnline) return { ...state, onlineNotCompleted: false };
  if (session.issuerAuthentication === 'successful') {
    return {
      ...state,
      lastOnlineAtc: state.atc,
      onlineNotCompleted: false,
      issuerAuthenticationFailed: false,
    };
  }
  return {
    ...state,
    onlineNotCompleted: false,
    issuerAuthenticationFailed: session.issuerAuthentication === 'failed' || state.issuerAuthenticationFailed,
  };
}

function factsOf(
  profile: CardProfile,
  state: CardState,
  values: ReadonlyMap<string, Uint8Array>,
  transaction: Pick<CardVerificationFacts, 'firstCryptogram'> & Partial<CardVerificationFacts>,
): CardVerificationFacts {
  return {
    secondCryptogram: null,
    issuerAuthentication: 'not-performed',
    unableToGoOnline: false,
    lastOnlineNotCompleted: state.onlineNotCompleted,
    issuerAuthenticationFailedBefore: state.issuerAuthenticationFailed,
    newCard: state.lastOnlineAtc === 0,
    lowerOfflineLimitExceeded: offlineCount(state) > profile.offlineLimits.lower,
    upperOfflineLimitExceeded: offlineCount(state) > profile.offlineLimits.upper,
    pinTriesLeft: state.pinTriesLeft,
    domestic: equalBytes(values.get('9F1A') ?? new Uint8Array(), profile.issuerCountry),
    ...transaction,
  };
}

/** Transactions since the last one the issuer answered, this one included. */
function offlineCount(state: CardState): number {
  return state.atc - state.lastOnlineAtc;
}

function answerWith(
  profile: CardProfile,
  state: CardState,
  type: CryptogramType,
  facts: CardVerificationFacts,
  values: ReadonlyMap<string, Uint8Array>,
): { readonly response: Uint8Array; readonly cryptogram: Uint8Array; readonly arpcKey: Uint8Array } {
  const cryptogramVersion = cryptogramProfile(profile.cryptogramVersion);
  const atc = Uint8Array.of(state.atc >> 8, state.atc & 0xff);
  const issuerApplicationData = buildIssuerApplicationData(cryptogramVersion, profile.keyIndex, facts);
  const own = new Map([...values, ['82', profile.aip], ['9F36', atc]]);
  const covered = cryptogramInput(cryptogramVersion, (tag) => own.get(tag), issuerApplicationData);
  assert('data' in covered, 'the lists of a personalised card ask for all the data its cryptograms cover');
  const unpredictableNumber = values.get('9F37') ?? new Uint8Array();
  const sessionKey = applicationSessionKey(cryptogramVersion, profile.udk, atc, unpredictableNumber);
  const arpcKey = arpcKeyOf(cryptogramVersion, profile.udk, sessionKey);
  const cryptogram = generateArqc(sessionKey, covered.data, cryptogramVersion.padding);
  const cid = Uint8Array.of(cryptogramTypeCode(type));
  // EMV 4.4 Book 3, 6.5.5.4: Visa cards answer in format 1, values alone; Mastercard ones in format 2, with tags.
  const body =
    cryptogramVersion.scheme === 'visa'
      ? encodeTlv('80', concatBytes(cid, atc, cryptogram, issuerApplicationData))
      : encodeTlv(
          '77',
          concatBytes(
            encodeTlv('9F27', cid),
            encodeTlv('9F36', atc),
            encodeTlv('9F26', cryptogram),
            encodeTlv('9F10', issuerApplicationData),
          ),
        );
  return { response: encodeResponse(STATUS_OK, body), cryptogram, arpcKey };
}

function refuse(memory: CardMemory, status: number): CardStep {
  return { memory, response: encodeResponse(status) };
}
