import { concatBytes, encodeTlv, equalBytes, fromLatin1 } from '@kassa/primitives';
import type { CardVerificationFacts, OfflinePinOutcome } from '../cryptogram/card-verification-results.ts';
import { type CryptogramProfile, cryptogramProfile } from '../cryptogram/cryptogram-profile.ts';
import { checkIssuerAuthenticationData } from '../cryptogram/issuer-authentication.ts';
import { type CommandApdu, encodeResponse, STATUS_OK } from '../data/apdu.ts';
import { type CryptogramType, cryptogramTypeOf } from '../data/cryptogram-type.ts';
import { dolDataLength, parseDol, splitDolData } from '../data/dol.ts';
import type { CardProfile, CardSigner, CardState } from './card-data.ts';
import type { CardMemory, CardStep, OnlineSession } from './card-memory.ts';
import { combinedSignature } from './card-signature.ts';
import { type CardCryptogram, factsOf, makeCryptogram, offlineCount } from './make-cryptogram.ts';
import { offlineLimitsOf } from './process-script.ts';

/** EMV 4.4 Book 4, annex A6: the terminal could not reach the issuer. */
const UNABLE_TO_GO_ONLINE = [fromLatin1('Y3'), fromLatin1('Z3')];

const WITH_CDA = 0x10;

interface AskedCryptogram {
  readonly requested: CryptogramType;
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** A signature is to go with it. */
  readonly combines: boolean;
  /** Values of PDOL and CDOLs up to here. */
  readonly valuesSoFar: Uint8Array;
  readonly offlinePin: OfflinePinOutcome;
}

/**
 * GENERATE AC (EMV 4.4 Book 3, 6.5.5 and 9.2): the card's own risk management and its cryptogram.
 * The first answers AAC, TC or ARQC; the second, only after an ARQC, answers TC or AAC.
 */
export function generateAc(profile: CardProfile, memory: CardMemory, command: CommandApdu): CardStep {
  const requested = cryptogramTypeOf(command.p1);
  // EMV 4.4 Book 3, 6.5.5.2, table 12: bits 5 and 4 = 10 ask for a signature, the others are reserved.
  const combines = (command.p1 & 0x3f) === WITH_CDA && profile.signer?.combines === true;
  if (requested === undefined || ((command.p1 & 0x3f) !== 0 && !combines)) return refuse(memory, 0x6a86);
  const { session } = memory;
  const dol = parseDol(session.stage === 'online' ? profile.cdol2 : profile.cdol1);
  if (session.stage !== 'online' && session.stage !== 'initiated') return refuse(memory, 0x6985);
  if (command.data.length !== dolDataLength(dol)) return refuse(memory, 0x6700);
  const asked: AskedCryptogram = {
    requested,
    values: splitDolData(dol, command.data),
    combines,
    valuesSoFar: concatBytes(
      session.stage === 'online' ? session.valuesSoFar : session.pdolValues,
      command.data,
    ),
    offlinePin: session.offlinePin,
  };
  return session.stage === 'online'
    ? secondGenerateAc(profile, memory.state, session, asked)
    : firstGenerateAc(profile, memory.state, asked);
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
  const isVerified = result.verified && !profile.distrustsIssuer;
  return {
    ...session,
    issuerAuthentication: isVerified ? 'successful' : 'failed',
    issuerApproved: result.verified && isVerified && result.approved,
  };
}

function firstGenerateAc(profile: CardProfile, state: CardState, asked: AskedCryptogram): CardStep {
  const { requested, values } = asked;
  const overLower = offlineCount(state) > offlineLimitsOf(profile, state).lower;
  const mustGoOnline = overLower || state.onlineNotCompleted || state.issuerAuthenticationFailed;
  const answer = requested === 'TC' && mustGoOnline ? 'ARQC' : requested;
  const facts = factsOf(profile, state, values, {
    firstCryptogram: answer,
    offlinePin: asked.offlinePin,
  });
  const { response, cryptogram, arpcKey } = answerWith(profile, state, answer, facts, asked);
  if (answer !== 'ARQC') return { memory: { state, session: { stage: 'completed', arqc: null } }, response };
  const session: OnlineSession = {
    stage: 'online',
    arqc: cryptogram,
    arpcKey,
    firstValues: values,
    valuesSoFar: asked.valuesSoFar,
    offlinePin: asked.offlinePin,
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
  asked: AskedCryptogram,
): CardStep {
  const { requested, values } = asked;
  // EMV 4.4 Book 3, 9.2.3: the second cryptogram is TC or AAC.
  if (requested === 'ARQC') return refuse({ state, session: first }, 0x6a86);
  const responseCode = values.get('8A') ?? new Uint8Array();
  const unableToGoOnline = UNABLE_TO_GO_ONLINE.some((code) => equalBytes(responseCode, code));
  const data91 = values.get('91');
  const given = data91 !== undefined && !unableToGoOnline && data91.some((byte) => byte !== 0);
  const session = given ? authenticateIssuer(profile, first, data91) : first;
  const granted = unableToGoOnline
    ? offlineCount(session.stateBefore) <= offlineLimitsOf(profile, session.stateBefore).upper
    : session.issuerApproved;
  const answer = requested === 'TC' && granted && !state.applicationBlocked ? 'TC' : 'AAC';
  const allValues = new Map([...session.firstValues, ...values]);
  const facts = factsOf(profile, session.stateBefore, allValues, {
    firstCryptogram: session.firstCryptogram,
    offlinePin: session.offlinePin,
    secondCryptogram: answer,
    issuerAuthentication: session.issuerAuthentication,
    unableToGoOnline,
  });
  const { response } = answerWith(profile, state, answer, facts, { ...asked, values: allValues });
  return {
    memory: {
      state: stateAfter(state, session, unableToGoOnline),
      session: { stage: 'completed', arqc: first.arqc },
    },
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

function answerWith(
  profile: CardProfile,
  state: CardState,
  type: CryptogramType,
  facts: CardVerificationFacts,
  asked: AskedCryptogram,
): { readonly response: Uint8Array; readonly cryptogram: Uint8Array; readonly arpcKey: Uint8Array } {
  const answer = makeCryptogram(profile, state, type, facts, asked.values);
  const { signer } = profile;
  const body =
    asked.combines && signer && type !== 'AAC'
      ? signedAnswer(profile, signer, asked, answer)
      : plainAnswer(cryptogramProfile(profile.cryptogramVersion).scheme, answer);
  return {
    response: encodeResponse(STATUS_OK, body),
    cryptogram: answer.cryptogram,
    arpcKey: answer.arpcKey,
  };
}

/** EMV 4.4 Book 3, 6.5.5.4: Visa cards answer in format 1, values alone; Mastercard ones in format 2, with tags. */
function plainAnswer(scheme: CryptogramProfile['scheme'], answer: CardCryptogram): Uint8Array {
  const { information, atc, cryptogram, issuerApplicationData } = answer;
  const cid = Uint8Array.of(information);
  if (scheme === 'visa') return encodeTlv('80', concatBytes(cid, atc, cryptogram, issuerApplicationData));
  const tagged = [
    encodeTlv('9F27', cid),
    encodeTlv('9F36', atc),
    encodeTlv('9F26', cryptogram),
    encodeTlv('9F10', issuerApplicationData),
  ];
  return encodeTlv('77', concatBytes(...tagged));
}

/** EMV 4.4 Book 2, 6.6.1, table 20: always format 2; the cryptogram is in the signature alone. */
function signedAnswer(
  profile: CardProfile,
  signer: CardSigner,
  { valuesSoFar, values }: AskedCryptogram,
  { information, atc, cryptogram, issuerApplicationData }: CardCryptogram,
): Uint8Array {
  const objects = concatBytes(
    encodeTlv('9F27', Uint8Array.of(information)),
    encodeTlv('9F36', atc),
    encodeTlv('9F10', issuerApplicationData),
  );
  const signature = combinedSignature(profile, signer, {
    atc,
    information,
    cryptogram,
    values: valuesSoFar,
    objects,
    unpredictableNumber: values.get('9F37') ?? new Uint8Array(),
  });
  return encodeTlv('77', concatBytes(objects, encodeTlv('9F4B', signature)));
}

function refuse(memory: CardMemory, status: number): CardStep {
  return { memory, response: encodeResponse(status) };
}
