import { type BitMeaning, describeBits, withBit } from '../data/bit-meanings.ts';
import type { CryptogramType } from '../data/cryptogram-type.ts';

/** What a card tells its issuer about this transaction and the ones before. */
export interface CardVerificationFacts {
  readonly firstCryptogram: CryptogramType;
  /** null while the second GENERATE AC has not been asked for. */
  readonly secondCryptogram: CryptogramType | null;
  readonly issuerAuthentication: 'not-performed' | 'successful' | 'failed';
  /** The terminal said so with Y3 or Z3. */
  readonly unableToGoOnline: boolean;
  readonly lastOnlineNotCompleted: boolean;
  readonly issuerAuthenticationFailedBefore: boolean;
  readonly newCard: boolean;
  readonly lowerOfflineLimitExceeded: boolean;
  readonly upperOfflineLimitExceeded: boolean;
  readonly pinTriesLeft: number;
  /** The terminal stands in the issuer's country. */
  readonly domestic: boolean;
}

/**
 * Visa CVR: a length byte 03 and three bytes, counted from the length byte (Visa Integrated Circuit Card
 * Specification 1.5, appendix A). The two cryptogram types in byte 2 are fields, not bits.
 */
export const VISA_CVR_BITS = {
  issuerAuthenticationFailed: { byte: 2, bit: 4, meaning: 'Issuer authentication performed and failed' },
  offlinePinPerformed: { byte: 2, bit: 3, meaning: 'Offline PIN verification performed' },
  offlinePinFailed: { byte: 2, bit: 2, meaning: 'Offline PIN verification failed' },
  unableToGoOnline: { byte: 2, bit: 1, meaning: 'Unable to go online' },
  lastOnlineNotCompleted: { byte: 3, bit: 8, meaning: 'Last online transaction not completed' },
  pinTryLimitExceeded: { byte: 3, bit: 7, meaning: 'PIN try limit exceeded' },
  velocityExceeded: { byte: 3, bit: 6, meaning: 'Exceeded velocity checking counters' },
  newCard: { byte: 3, bit: 5, meaning: 'New card' },
  issuerAuthenticationFailedBefore: {
    byte: 3,
    bit: 4,
    meaning: 'Issuer authentication failure on last online transaction',
  },
  issuerAuthenticationMissing: {
    byte: 3,
    bit: 3,
    meaning: 'Issuer authentication not performed after online authorisation',
  },
} as const satisfies Readonly<Record<string, BitMeaning>>;

/** M/Chip CVR: six bytes (M/Chip 4 and M/Chip Advance, Card Verification Results). */
export const MCHIP_CVR_BITS = {
  offlinePinPerformed: { byte: 1, bit: 3, meaning: 'Offline PIN verification performed' },
  offlinePinSuccessful: { byte: 1, bit: 1, meaning: 'Offline PIN verification successful' },
  issuerAuthenticationPerformed: { byte: 2, bit: 5, meaning: 'Issuer authentication performed' },
  unableToGoOnline: { byte: 4, bit: 7, meaning: 'Unable to go online indicated' },
  offlinePinNotPerformed: { byte: 4, bit: 6, meaning: 'Offline PIN verification not performed' },
  pinTryLimitExceeded: { byte: 4, bit: 4, meaning: 'PIN try limit exceeded' },
  international: { byte: 4, bit: 3, meaning: 'International transaction' },
  domestic: { byte: 4, bit: 2, meaning: 'Domestic transaction' },
  lowerOfflineLimitExceeded: { byte: 5, bit: 8, meaning: 'Lower consecutive offline limit exceeded' },
  upperOfflineLimitExceeded: { byte: 5, bit: 7, meaning: 'Upper consecutive offline limit exceeded' },
  issuerAuthenticationFailed: { byte: 5, bit: 3, meaning: 'Issuer authentication failed' },
} as const satisfies Readonly<Record<string, BitMeaning>>;

/** Four bytes with the length. */
export function visaCvr(facts: CardVerificationFacts): Uint8Array {
  const online = facts.secondCryptogram !== null && !facts.unableToGoOnline;
  return withBits(Uint8Array.of(0x03, cryptogramTypes(facts), 0, 0), [
    [VISA_CVR_BITS.issuerAuthenticationFailed, facts.issuerAuthentication === 'failed'],
    [VISA_CVR_BITS.unableToGoOnline, facts.unableToGoOnline],
    [VISA_CVR_BITS.lastOnlineNotCompleted, facts.lastOnlineNotCompleted],
    [VISA_CVR_BITS.pinTryLimitExceeded, facts.pinTriesLeft === 0],
    [VISA_CVR_BITS.velocityExceeded, facts.lowerOfflineLimitExceeded],
    [VISA_CVR_BITS.newCard, facts.newCard],
    [VISA_CVR_BITS.issuerAuthenticationFailedBefore, facts.issuerAuthenticationFailedBefore],
    [VISA_CVR_BITS.issuerAuthenticationMissing, online && facts.issuerAuthentication === 'not-performed'],
  ]);
}

/** Six bytes; the right half of byte 3 is the PIN try counter. */
export function mchipCvr(facts: CardVerificationFacts): Uint8Array {
  return withBits(Uint8Array.of(cryptogramTypes(facts), 0, facts.pinTriesLeft & 0x0f, 0, 0, 0), [
    [MCHIP_CVR_BITS.issuerAuthenticationPerformed, facts.issuerAuthentication !== 'not-performed'],
    [MCHIP_CVR_BITS.unableToGoOnline, facts.unableToGoOnline],
    [MCHIP_CVR_BITS.offlinePinNotPerformed, true],
    [MCHIP_CVR_BITS.pinTryLimitExceeded, facts.pinTriesLeft === 0],
    [MCHIP_CVR_BITS.international, !facts.domestic],
    [MCHIP_CVR_BITS.domestic, facts.domestic],
    [MCHIP_CVR_BITS.lowerOfflineLimitExceeded, facts.lowerOfflineLimitExceeded],
    [MCHIP_CVR_BITS.upperOfflineLimitExceeded, facts.upperOfflineLimitExceeded],
    [
      MCHIP_CVR_BITS.issuerAuthenticationFailed,
      facts.issuerAuthentication === 'failed' || facts.issuerAuthenticationFailedBefore,
    ],
  ]);
}

/** A CVR in words: the cryptograms returned, then every bit that is set. */
export function describeCvr(scheme: 'visa' | 'mastercard', cvr: Uint8Array): string[] {
  const types = cvr[scheme === 'visa' ? 1 : 0] ?? 0;
  const second = ['AAC', 'TC', 'not requested', 'reserved'][types >> 6];
  const first = ['AAC', 'TC', 'ARQC', 'reserved'][(types >> 4) & 0x03];
  return [
    `Second GENERATE AC: ${second}`,
    `First GENERATE AC: ${first}`,
    ...describeBits(scheme === 'visa' ? VISA_CVR_BITS : MCHIP_CVR_BITS, cvr),
  ];
}

/** Bits 8 and 7: second GENERATE AC (10 = not requested); bits 6 and 5: first. Both schemes code them alike. */
function cryptogramTypes(facts: CardVerificationFacts): number {
  const code: Readonly<Record<CryptogramType, number>> = { AAC: 0, TC: 1, ARQC: 2 };
  const second = facts.secondCryptogram === null ? 2 : code[facts.secondCryptogram];
  return (second << 6) | (code[facts.firstCryptogram] << 4);
}

function withBits(base: Uint8Array, bits: readonly (readonly [BitMeaning, boolean])[]): Uint8Array {
  return bits.reduce((bytes, [bit, set]) => (set ? withBit(bytes, bit) : bytes), base);
}
