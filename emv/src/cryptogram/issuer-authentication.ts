import { concatBytes, equalSecret, fromLatin1, toLatin1 } from '@kassa/primitives';
import { arpcMethod1, arpcMethod2 } from '../crypto/application-cryptogram.ts';
import type { CryptogramProfile } from './cryptogram-profile.ts';

interface Code {
  readonly approved: Uint8Array;
  readonly declined: Uint8Array;
  /** Whether a card takes what the issuer sent as a yes. */
  readonly approves: (code: Uint8Array) => boolean;
}

const CODES: Readonly<Record<CryptogramProfile['arpcCode'], Code>> = {
  // Tag 8A (ISO 8583 response codes as two characters): 00, 10 and 11 approve (EMV 4.4 Book 4, annex A6).
  'authorisation-response-code': {
    approved: fromLatin1('00'),
    declined: fromLatin1('05'),
    approves: (code) => ['00', '10', '11'].includes(toLatin1(code)),
  },
  // M/Chip ARPC response code, byte 2 bit 5 "Approve online transaction".
  'arpc-response-code': {
    approved: Uint8Array.of(0x00, 0x10),
    declined: Uint8Array.of(0x00, 0x00),
    approves: (code) => ((code[1] ?? 0) & 0x10) !== 0,
  },
  // Card status update of method 2, byte 2 bit 8 "Issuer approves online transaction" (EMV 4.4 Book 3, annex C: Card
  // Status Update of the Common Core Definitions; Visa uses the same bit).
  'card-status-update': {
    approved: Uint8Array.of(0x00, 0x80, 0x00, 0x00),
    declined: Uint8Array.of(0x00, 0x00, 0x00, 0x00),
    approves: (code) => ((code[1] ?? 0) & 0x80) !== 0,
  },
};

/**
 * Content of tag 91 in the answer (EMV 4.4 Book 2, 8.2).
 * @param arpcKey of {@link arpcKeyOf}.
 * @param arqc tag 9F26 of the request, already verified.
 * @returns 8 bytes for method 2 (ARPC, card status update), 10 for method 1 (ARPC, response code).
 */
export function makeIssuerAuthenticationData(
  profile: CryptogramProfile,
  arpcKey: Uint8Array,
  arqc: Uint8Array,
  decision: { readonly approved: boolean },
): Uint8Array {
  const code = CODES[profile.arpcCode][decision.approved ? 'approved' : 'declined'];
  return concatBytes(arpcOf(profile, arpcKey, arqc, code), code);
}

function arpcOf(
  profile: CryptogramProfile,
  arpcKey: Uint8Array,
  arqc: Uint8Array,
  code: Uint8Array,
): Uint8Array {
  return profile.arpcMethod === 2 ? arpcMethod2(arpcKey, arqc, code) : arpcMethod1(arpcKey, arqc, code);
}

/** What a card finds in tag 91. */
export type IssuerAuthenticationResult =
  | { readonly verified: false }
  | { readonly verified: true; readonly approved: boolean };

/** The card's side of {@link makeIssuerAuthenticationData}. */
export function checkIssuerAuthenticationData(
  profile: CryptogramProfile,
  arpcKey: Uint8Array,
  arqc: Uint8Array,
  issuerAuthenticationData: Uint8Array,
): IssuerAuthenticationResult {
  const arpcBytes = profile.arpcMethod === 2 ? 4 : 8;
  const codeBytes = profile.arpcMethod === 2 ? 4 : 2;
  if (issuerAuthenticationData.length !== arpcBytes + codeBytes) return { verified: false };
  const arpc = issuerAuthenticationData.subarray(0, arpcBytes);
  const code = issuerAuthenticationData.subarray(arpcBytes);
  if (!equalSecret(arpc, arpcOf(profile, arpcKey, arqc, code))) return { verified: false };
  return { verified: true, approved: CODES[profile.arpcCode].approves(code) };
}
