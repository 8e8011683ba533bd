import { assert, concatBytes, encodeTlv, equalBytes, luhnValid, parsePan, toHex } from '@kassa/primitives';
import { verifyDynamicData } from '../crypto/signed-application-data.ts';
import { getProcessingOptionsCommand, STATUS_OK } from '../data/apdu.ts';
import { type CryptogramType, cryptogramTypeOf } from '../data/cryptogram-type.ts';
import { describeStatus } from '../data/describe-apdu.ts';
import { parseDol } from '../data/dol.ts';
import { tlvMap } from '../data/tlv-map.ts';
import { ask, type KernelRun, type KernelSession, Termination, transmit } from '../kernel/kernel-session.ts';
import { reasonOf, recoverIccKey } from '../kernel/offline-data-authentication.ts';
import { readApplicationData } from '../kernel/read-application-data.ts';
import { templateValue } from '../kernel/select-application.ts';
import { completeContactless } from './complete-contactless.ts';
import {
  type ContactlessEnding,
  type PreparedApplication,
  terminalQualifiers,
} from './contactless-session.ts';

/**
 * What the card answers to GET PROCESSING OPTIONS beside a cryptogram (EMV Contactless Book C-3, initiate
 * application processing).
 */
const TRY_ANOTHER_INTERFACE = 0x6984;
const CONDITIONS_NOT_SATISFIED = 0x6985;
const SEE_PHONE = 0x6986;

/** Card transaction qualifiers, tag 9F6C (EMV Contactless Book C-3, data dictionary). */
const CTQ = {
  onlinePin: { byte: 0, mask: 0x80 },
  signature: { byte: 0, mask: 0x40 },
  onlineIfAuthenticationFails: { byte: 0, mask: 0x20 },
  switchIfAuthenticationFails: { byte: 0, mask: 0x10 },
  onlineIfExpired: { byte: 0, mask: 0x08 },
  verifiedOnDevice: { byte: 1, mask: 0x80 },
} as const;

/** Tags of the answer an issuer may want beside those of a contact card. */
const FURTHER_TAGS = ['9F66', '9F6C', '9F6E'];

/**
 * One tap of a Visa card (EMV Contactless Book C-3): the card decides in a single answer, the reader checks and
 * obeys.
 */
export function* runVisa(
  session: KernelSession,
  prepared: PreparedApplication,
): KernelRun<ContactlessEnding> {
  session.furtherTags = FURTHER_TAGS;
  session.setTerminalValue('9F66', terminalQualifiers(prepared));
  const answer = yield* processingOptions(session);
  if ('kind' in answer) return answer;
  const qualifiers = answer.get('9F6C') ?? new Uint8Array(2);
  keepAnswer(session, answer);
  const type = decisionOf(session, answer);
  if (type === 'AAC') return { kind: 'declined', reason: 'card', detail: 'the card answered AAC' };
  let goesOnline = type === 'ARQC';
  if (type === 'TC') {
    const offline = yield* checkOfflineApproval(session, answer, qualifiers);
    if (typeof offline !== 'string') return offline;
    goesOnline = offline === 'online';
  }
  const unverified = yield* verifyCardholder(session, prepared, answer, qualifiers);
  if (unverified !== null) return unverified;
  return goesOnline ? yield* completeContactless(session) : { kind: 'approved', by: 'offline' };
}

function has(
  qualifiers: Uint8Array,
  { byte, mask }: { readonly byte: number; readonly mask: number },
): boolean {
  return ((qualifiers[byte] ?? 0) & mask) !== 0;
}

function* processingOptions(
  session: KernelSession,
): KernelRun<ReadonlyMap<string, Uint8Array> | ContactlessEnding> {
  session.pdolValues = session.dolData(parseDol(session.get('9F38') ?? new Uint8Array(), 'pdol'));
  const { status, data } = yield* transmit(getProcessingOptionsCommand(encodeTlv('83', session.pdolValues)));
  const detail = `GET PROCESSING OPTIONS answered ${describeStatus(status)}`;
  if (status === SEE_PHONE) return { kind: 'see-phone', detail };
  if (status === TRY_ANOTHER_INTERFACE) return { kind: 'try-another-interface', detail };
  if (status === CONDITIONS_NOT_SATISFIED) return { kind: 'dropped', why: detail };
  if (status !== STATUS_OK) throw new Termination('card-error', detail);
  return tlvMap(templateValue(data, '77', 'gpo'), 'gpo.77');
}

/**
 * EMV Contactless Book C-3, initiate application processing: what an answer must hold; the number comes with
 * track 2.
 */
function keepAnswer(session: KernelSession, answer: ReadonlyMap<string, Uint8Array>): void {
  for (const tag of ['82', '9F36', '9F26', '9F10', '57']) {
    if (!answer.has(tag)) throw new Termination('mandatory-data-missing', `${tag} is missing`);
  }
  for (const [tag, value] of answer) session.setCardValue(tag, value);
  const track2 = toHex(answer.get('57') ?? new Uint8Array()).replace(/F+$/, '');
  const [number = '', rest = ''] = track2.split('D');
  if (!/^\d{12,19}$/.test(number) || !luhnValid(number) || !/^\d{7,}$/.test(rest)) {
    throw new Termination('bad-card-data', 'tag 57 is not a track 2');
  }
  const psn = answer.get('5F34');
  session.account = { pan: parsePan(number), psn: psn ? toHex(psn) : null, expiry: rest.slice(0, 4), track2 };
}

/**
 * EMV Contactless Book C-3, card action analysis: tag 9F27, and where the card gives none, bits 6 and 5 of byte 5
 * of tag 9F10.
 */
function decisionOf(session: KernelSession, answer: ReadonlyMap<string, Uint8Array>): CryptogramType {
  const fromVerificationResults = ((answer.get('9F10')?.[4] ?? 0) & 0x30) << 2;
  const information = answer.get('9F27')?.[0] ?? fromVerificationResults;
  const type = cryptogramTypeOf(information);
  const value = answer.get('9F26');
  const atc = answer.get('9F36');
  if (type === undefined || value?.length !== 8 || atc?.length !== 2) {
    throw new Termination('bad-card-data', 'the answer is no cryptogram');
  }
  session.cryptogram = { type, value, atc, reason: undefined, signatureFailure: null };
  session.onStep({ step: 'card-decided', decision: type, why: 'in its answer to GET PROCESSING OPTIONS' });
  return type;
}

/**
 * An offline approval stands only with a right signature and in date; otherwise the card's qualifiers say what to do
 * (EMV
 * Contactless Book C-3, fDDA and processing restrictions).
 */
function* checkOfflineApproval(
  session: KernelSession,
  answer: ReadonlyMap<string, Uint8Array>,
  qualifiers: Uint8Array,
): KernelRun<'offline' | 'online' | ContactlessEnding> {
  const failure = yield* authenticate(session, answer);
  const result = failure === null ? 'successful' : 'failed';
  const why = failure ?? "the card's signature of this transaction is right";
  session.onStep({ step: 'data-authentication', method: 'dda', result, why });
  if (failure !== null) {
    if (has(qualifiers, CTQ.onlineIfAuthenticationFails)) return 'online';
    const detail = `fast DDA failed: ${failure}`;
    return has(qualifiers, CTQ.switchIfAuthenticationFails)
      ? { kind: 'try-another-interface', detail }
      : { kind: 'declined', reason: 'terminal', detail };
  }
  const expiry = toHex(session.get('5F24') ?? new Uint8Array());
  if (expiry >= session.transaction.date) return 'offline';
  return has(qualifiers, CTQ.onlineIfExpired)
    ? 'online'
    : { kind: 'declined', reason: 'terminal', detail: 'the application has expired' };
}

/** Fast DDA (EMV Contactless Book C-3, fDDA). @returns why it failed; null when the signature is right. */
function* authenticate(
  session: KernelSession,
  answer: ReadonlyMap<string, Uint8Array>,
): KernelRun<string | null> {
  if (!answer.has('94')) return 'the card names no records';
  yield* readApplicationData(session, ['5A', '5F24']);
  const signature = session.get('9F4B');
  const related = session.get('9F69') ?? answer.get('9F69');
  if (!signature || !related) return 'the card gave no 9F4B or 9F69';
  const own = ['9F37', '9F02', '5F2A'].map((tag) => session.get(tag) ?? new Uint8Array());
  try {
    verifyDynamicData(recoverIccKey(session), signature, concatBytes(...own, related));
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/**
 * EMV Contactless Book C-3, cardholder verification: the card's qualifiers name the method; without one that fits, a
 * payment that needs a
 * verified cardholder is declined.
 */
function* verifyCardholder(
  session: KernelSession,
  { isVerificationRequired }: PreparedApplication,
  answer: ReadonlyMap<string, Uint8Array>,
  qualifiers: Uint8Array,
): KernelRun<ContactlessEnding | null> {
  const finish = (cvm: KernelSession['cvm'], meaning: string): null => {
    session.cvm = cvm;
    session.onStep({ step: 'cvm-finished', results: toHex(qualifiers), meaning });
    return null;
  };
  if (has(qualifiers, CTQ.onlinePin)) return yield* takeOnlinePin(session, finish);
  if (has(qualifiers, CTQ.verifiedOnDevice) && isProven(session, answer, qualifiers)) {
    return finish('device', 'Verified on the cardholder device');
  }
  if (has(qualifiers, CTQ.signature)) return finish('signature', 'Signature');
  if (!isVerificationRequired) return finish('no-cvm', 'No CVM required');
  finish('failed', 'No method in common');
  return {
    kind: 'declined',
    reason: 'terminal',
    detail: 'the amount needs a verified cardholder, and the card names no way',
  };
}

/**
 * EMV Contactless Book C-3, cardholder verification: signed qualifiers must be the same as those in clear; an
 * ARQC proves them online.
 */
function isProven(
  session: KernelSession,
  answer: ReadonlyMap<string, Uint8Array>,
  qualifiers: Uint8Array,
): boolean {
  const related = answer.get('9F69');
  return related ? equalBytes(related.subarray(5, 7), qualifiers) : session.cryptogram?.type === 'ARQC';
}

function* takeOnlinePin(
  session: KernelSession,
  finish: (cvm: KernelSession['cvm'], meaning: string) => null,
): KernelRun<ContactlessEnding | null> {
  assert(session.account !== null, 'the card is known before its PIN is asked for');
  const reply = yield* ask({ kind: 'online-pin', pan: session.account.pan });
  if (reply.kind === 'cancelled') throw new Termination('cancelled', 'PIN entry was cancelled');
  if (reply.kind === 'pin-entered') return finish('online-pin', 'Enciphered PIN verified online');
  assert(reply.kind === 'pin-bypassed', `PIN entry is answered by what was entered, not by ${reply.kind}`);
  finish('failed', 'PIN entry was bypassed');
  return { kind: 'declined', reason: 'terminal', detail: 'PIN entry was bypassed' };
}
