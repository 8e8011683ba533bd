import { tlvMap } from '@kassa/emv';
import {
  ALMATY_OFFSET_MS,
  calendarParts,
  fromAmountDigits,
  KZT_NUMERIC,
  type Pan,
  ProtocolError,
  type Tiyn,
  toHex,
} from '@kassa/primitives';
import { PIN_TRIES_MAX } from './limits.ts';
import type { Refusal } from './refusal.ts';
import type { IssuerSecurityModule } from './security-module.ts';

/** What the card or its stripe brought to the bank. */
export type CardEvidence = ChipEvidence | StripeEvidence;

export interface ChipEvidence {
  readonly entry: 'chip';
  /** DE 55 as received. */
  readonly emvData: Uint8Array;
  /** `YYMM`. */
  readonly expiry: string;
  /** PIN block format 0 under the zone PIN key, when the cardholder entered a PIN. */
  readonly pinBlock: Uint8Array | undefined;
}

export interface StripeEvidence {
  readonly entry: 'swipe';
  readonly expiry: string;
  readonly serviceCode: string;
  /** CVV from the discretionary data of track 2, three digits. */
  readonly verificationValue: string;
  readonly pinBlock: Uint8Array | undefined;
}

/** What the bank remembers of a card. */
export interface CardRecord {
  readonly psn: string;
  readonly expiry: string;
  readonly pinReference: string;
  readonly pinTriesLeft: number;
  readonly lastAtc: number;
}

export interface CardCheck {
  readonly refusal: Refusal | null;
  /** The counters after this check, to be stored whether it passed or not. */
  readonly pinTriesLeft: number;
  readonly lastAtc: number;
  /** What was looked at, in order, for the event stream. */
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly type:
    | 'bank.cryptogram-verified'
    | 'bank.cryptogram-refused'
    | 'bank.pin-verified'
    | 'bank.pin-refused';
  readonly data: Readonly<Record<string, unknown>>;
}

export interface CardCheckRequest {
  readonly pan: Pan;
  readonly card: CardRecord;
  readonly evidence: CardEvidence;
  readonly amount: Tiyn;
  readonly nowMs: number;
}

/**
 * Checks in the order an issuer does: is the card in date, is it the real card, is it the cardholder. Reads nothing
 * and writes nothing: the counters to store are in the answer.
 */
export function checkCard(request: CardCheckRequest, security: IssuerSecurityModule): CardCheck {
  const { card, evidence } = request;
  const unchanged = { pinTriesLeft: card.pinTriesLeft, lastAtc: card.lastAtc };
  const dateRefusal = checkExpiry(card.expiry, evidence.expiry, request.nowMs);
  if (dateRefusal) return { refusal: dateRefusal, ...unchanged, findings: [] };
  const authenticity =
    evidence.entry === 'chip'
      ? checkChip(request, evidence, security)
      : checkStripe(request, evidence, security);
  if (authenticity.refusal) {
    const { refusal, findings, atc } = authenticity;
    return { ...unchanged, lastAtc: atc ?? card.lastAtc, refusal, findings };
  }
  const pin = checkPin(request, security);
  return {
    refusal: pin.refusal,
    pinTriesLeft: pin.triesLeft,
    lastAtc: authenticity.atc ?? card.lastAtc,
    findings: [...authenticity.findings, ...pin.findings],
  };
}

/** A card is good to the last day of its month (ISO/IEC 7813), on the calendar of Kazakhstan. */
function checkExpiry(issued: string, sent: string, nowMs: number): Refusal | null {
  if (issued !== sent) return 'expiry-differs';
  const { year, month } = calendarParts(nowMs, ALMATY_OFFSET_MS);
  return `20${issued}` < `${year}${month}` ? 'expired-card' : null;
}

interface Authenticity {
  readonly refusal: Refusal | null;
  readonly atc?: number;
  readonly findings: readonly Finding[];
}

/** TVR byte 3 bit 8, "Cardholder verification was not successful" (EMV 4.4 Book 3, annex C5). */
const NOT_VERIFIED_BIT = 0x80;
/** TVR byte 3 bit 3, "Online PIN entered". */
const ONLINE_PIN_ENTERED_BIT = 0x04;

/** Tag 5F2A: ISO 4217, three digits in two bytes. */
const TENGE = KZT_NUMERIC.padStart(4, '0');

function checkChip(
  request: CardCheckRequest,
  evidence: ChipEvidence,
  security: IssuerSecurityModule,
): Authenticity {
  const refuse = (refusal: Refusal, atc: number | null): Authenticity => ({
    refusal,
    findings: [{ type: 'bank.cryptogram-refused', data: { atc, why: refusal } }],
  });
  const tags = readEmvData(evidence.emvData);
  const signedAmount = toHex(tags.get('9F02') ?? new Uint8Array());
  const atcBytes = tags.get('9F36');
  if (!/^\d{12}$/.test(signedAmount) || atcBytes?.length !== 2) return refuse('cryptogram-unreadable', null);
  const atc = Number.parseInt(toHex(atcBytes), 16);
  if (fromAmountDigits(signedAmount) !== request.amount) return refuse('amount-differs', atc);
  const currency = tags.get('5F2A');
  if (currency && toHex(currency) !== TENGE) return refuse('currency-differs', atc);
  const verdict = security.verifyCryptogram({ pan: request.pan, psn: request.card.psn, tags });
  if (!verdict.ok) {
    return refuse(verdict.reason === 'mismatch' ? 'cryptogram-wrong' : 'cryptogram-unreadable', atc);
  }
  // Only a cryptogram that verifies may tell about its counter: otherwise anyone could use counters up.
  if (atc <= request.card.lastAtc) return refuse('atc-replayed', atc);
  const findings: Finding[] = [{ type: 'bank.cryptogram-verified', data: { atc } }];
  const verification = tags.get('95')?.[2] ?? 0;
  // A PIN that the terminal says was entered and did not send has been verified by nobody.
  const isUnproven = (verification & ONLINE_PIN_ENTERED_BIT) !== 0 && !evidence.pinBlock;
  const wasVerified = (verification & NOT_VERIFIED_BIT) === 0 && !isUnproven;
  return { refusal: wasVerified ? null : 'cardholder-not-verified', atc, findings };
}

/** DE 55 by tag; nothing in it when it is not a list of data objects, each once. */
export function readEmvData(emvData: Uint8Array): ReadonlyMap<string, Uint8Array> {
  try {
    return tlvMap(emvData, '55');
  } catch (error) {
    if (error instanceof ProtocolError) return new Map();
    throw error;
  }
}

/** Third digit of a service code that asks for a PIN where there is a PIN pad (ISO/IEC 7813); our terminals have one. */
const PIN_SERVICES: ReadonlySet<string> = new Set(['0', '5', '6', '7']);

function checkStripe(
  request: CardCheckRequest,
  evidence: StripeEvidence,
  security: IssuerSecurityModule,
): Authenticity {
  const { expiry, serviceCode, verificationValue } = evidence;
  const right = security.verifyStripe(request.pan, expiry, serviceCode, verificationValue);
  if (!right) return { refusal: 'stripe-value-wrong', findings: [] };
  const isVerified = evidence.pinBlock !== undefined || !PIN_SERVICES.has(serviceCode.charAt(2));
  return { refusal: isVerified ? null : 'cardholder-not-verified', findings: [] };
}

function checkPin(
  request: CardCheckRequest,
  security: IssuerSecurityModule,
): { refusal: Refusal | null; triesLeft: number; findings: readonly Finding[] } {
  const { card, evidence, pan } = request;
  if (!evidence.pinBlock) return { refusal: null, triesLeft: card.pinTriesLeft, findings: [] };
  if (card.pinTriesLeft <= 0) {
    return { refusal: 'pin-tries-exceeded', triesLeft: 0, findings: [pinRefused(0)] };
  }
  if (security.verifyPin(pan, evidence.pinBlock, card.pinReference)) {
    const data = { triesLeft: PIN_TRIES_MAX };
    return { refusal: null, triesLeft: PIN_TRIES_MAX, findings: [{ type: 'bank.pin-verified', data }] };
  }
  const triesLeft = card.pinTriesLeft - 1;
  const refusal = triesLeft > 0 ? 'pin-wrong' : 'pin-tries-exceeded';
  return { refusal, triesLeft, findings: [pinRefused(triesLeft)] };
}

function pinRefused(triesLeft: number): Finding {
  return { type: 'bank.pin-refused', data: { triesLeft } };
}
