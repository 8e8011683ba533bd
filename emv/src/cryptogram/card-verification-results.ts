import {
  type BitMeaning,
  describeBits,
  MCHIP_CVR_BITS,
  VISA_CVR_BITS,
  withBit,
} from '../data/bit-meanings.ts';
import type { CryptogramType } from '../data/cryptogram-type.ts';

export type OfflinePinOutcome = 'not-performed' | 'failed' | 'successful';

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
  readonly offlinePin: OfflinePinOutcome;
  /** The terminal stands in the issuer's country. */
  readonly domestic: boolean;
}

/** Four bytes with the length. */
export function visaCvr(facts: CardVerificationFacts): Uint8Array {
  const online = facts.secondCryptogram !== null && !facts.unableToGoOnline;
  return withBits(Uint8Array.of(0x03, cryptogramTypes(facts), 0, 0), [
    [VISA_CVR_BITS.issuerAuthenticationFailed, facts.issuerAuthentication === 'failed'],
    [VISA_CVR_BITS.offlinePinPerformed, facts.offlinePin !== 'not-performed'],
    [VISA_CVR_BITS.offlinePinFailed, facts.offlinePin === 'failed'],
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
    [MCHIP_CVR_BITS.offlinePinPerformed, facts.offlinePin !== 'not-performed'],
    [MCHIP_CVR_BITS.offlinePinSuccessful, facts.offlinePin === 'successful'],
    [MCHIP_CVR_BITS.offlinePinNotPerformed, facts.offlinePin === 'not-performed'],
    [MCHIP_CVR_BITS.offlinePinFailed, facts.offlinePin === 'failed'],
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
