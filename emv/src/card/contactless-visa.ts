import { concatBytes, encodeTlv } from '@kassa/primitives';
import { tdesEncrypt } from '../crypto/des.ts';
import { signDynamicData } from '../crypto/signed-application-data.ts';
import { encodeResponse, STATUS_OK } from '../data/apdu.ts';
import type { CryptogramType } from '../data/cryptogram-type.ts';
import { dolDataLength, parseDol, splitDolData } from '../data/dol.ts';
import type { CardProfile, CardState, ContactlessProfile } from './card-data.ts';
import type { CardMemory, CardStep } from './card-memory.ts';
import { type CardCryptogram, factsOf, makeCryptogram, offlineCount } from './make-cryptogram.ts';
import { VISA_PDOL } from './personalise-contactless.ts';
import { offlineLimitsOf } from './process-script.ts';

/** Terminal transaction qualifiers, byte 2 (EMV Contactless Book C-3, data dictionary, tag 9F66). */
const ONLINE_REQUIRED = 0x80;
const VERIFICATION_REQUIRED = 0x40;
/** Card transaction qualifiers (the same, tag 9F6C). */
const ONLINE_PIN_REQUIRED = 0x80;
const SIGNATURE_REQUIRED = 0x40;
const VERIFIED_ON_DEVICE = 0x80;
/** The phone asks its owner first (Book C-3, initiate application processing): "see phone for instructions". */
const SEE_PHONE = 0x6986;

/**
 * GET PROCESSING OPTIONS of qVSDC (EMV Contactless Book C-3): the whole decision of the card in one answer –
 * cryptogram, how the cardholder is to be verified, and for an offline approval the signature of fDDA.
 */
export function visaProcessingOptions(
  profile: CardProfile,
  contactless: ContactlessProfile,
  state: CardState,
  pdolValues: Uint8Array,
  before: CardMemory,
): CardStep {
  const pdol = parseDol(VISA_PDOL);
  if (pdolValues.length !== dolDataLength(pdol)) return refuse(before, 0x6700);
  const values = splitDolData(pdol, pdolValues);
  const qualifiers = values.get('9F66')?.[1] ?? 0;
  const verification = (qualifiers & VERIFICATION_REQUIRED) !== 0 ? contactless.data.verification : 'none';
  if (verification === 'device' && !state.deviceUnlocked) {
    // The emulated owner unlocks the phone before the next tap.
    return refuse({ ...before, state: { ...before.state, deviceUnlocked: true } }, SEE_PHONE);
  }
  const mayStayOffline =
    (qualifiers & ONLINE_REQUIRED) === 0 &&
    profile.signer !== null &&
    offlineCount(state) <= offlineLimitsOf(profile, state).lower;
  const type: CryptogramType = mayStayOffline ? 'TC' : 'ARQC';
  const facts = factsOf(profile, state, values, { firstCryptogram: type, offlinePin: 'not-performed' });
  const cryptogram = makeCryptogram(profile, state, type, facts, values);
  const after: CardMemory = {
    state: { ...state, deviceUnlocked: false },
    session: { stage: 'completed', arqc: null },
  };
  const objects = answerObjects(profile, contactless, cryptogram, cardQualifiers(verification), values);
  return { memory: after, response: encodeResponse(STATUS_OK, encodeTlv('77', objects)) };
}

function cardQualifiers(verification: ContactlessProfile['data']['verification']): Uint8Array {
  switch (verification) {
    case 'online-pin':
      return Uint8Array.of(ONLINE_PIN_REQUIRED, 0);
    case 'signature':
      return Uint8Array.of(SIGNATURE_REQUIRED, 0);
    case 'device':
      return Uint8Array.of(0, VERIFIED_ON_DEVICE);
    case 'none':
      return new Uint8Array(2);
  }
}

/** EMV Contactless Book C-3, fDDA: a file locator and a signature only go with an offline approval. */
function answerObjects(
  profile: CardProfile,
  contactless: ContactlessProfile,
  { information, atc, cryptogram, issuerApplicationData }: CardCryptogram,
  qualifiers: Uint8Array,
  values: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const offline = information === 0x40 ? offlineObjects(profile, contactless, atc, qualifiers, values) : [];
  return concatBytes(
    encodeTlv('82', profile.aip),
    encodeTlv('57', contactless.track2),
    encodeTlv('5F34', contactless.psn),
    encodeTlv('9F10', issuerApplicationData),
    encodeTlv('9F26', cryptogram),
    encodeTlv('9F27', Uint8Array.of(information)),
    encodeTlv('9F36', atc),
    encodeTlv('9F6C', qualifiers),
    ...offline,
  );
}

/** Fast DDA, version 01 (EMV Contactless Book C-3, fDDA): the terminal's number, amount and currency, and tag 9F69. */
function offlineObjects(
  { signer, udk }: CardProfile,
  contactless: ContactlessProfile,
  atc: Uint8Array,
  qualifiers: Uint8Array,
  values: ReadonlyMap<string, Uint8Array>,
): Uint8Array[] {
  if (!signer) return [];
  const number = tdesEncrypt(udk, concatBytes(atc, new Uint8Array(6)));
  const related = concatBytes(Uint8Array.of(0x01), number.subarray(0, 4), qualifiers);
  const signed = ['9F37', '9F02', '5F2A'].map((tag) => values.get(tag) ?? new Uint8Array());
  const covered = concatBytes(...signed, related);
  const spoilt = signer.wrongSignatures ? covered.map((byte) => byte ^ 0x01) : covered;
  return [
    encodeTlv('94', contactless.fileLocator),
    encodeTlv('9F4B', signDynamicData(signer.key, atc, spoilt)),
    encodeTlv('9F69', related),
  ];
}

function refuse(memory: CardMemory, status: number): CardStep {
  return { memory, response: encodeResponse(status) };
}
