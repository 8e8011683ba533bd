import { concatBytes, equalSecret } from '@kassa/primitives';
import { arpcMethod1, arpcMethod2 } from '../crypto/application-cryptogram.ts';
import type { CryptogramProfile } from './cryptogram-profile.ts';

/**
 * Card status update of method 2, byte 2 bit 8 "Issuer approves online transaction"
 * (EMV 4.4 Book 3, annex C: Card Status Update of the Common Core Definitions; Visa uses the same bit).
 */
const CSU_APPROVED = Uint8Array.of(0x00, 0x80, 0x00, 0x00);
const CSU_DECLINED = Uint8Array.of(0x00, 0x00, 0x00, 0x00);

/** M/Chip ARPC response code, byte 2 bit 5 "Approve online transaction". */
const ARPC_RESPONSE_APPROVED = Uint8Array.of(0x00, 0x10);
const ARPC_RESPONSE_DECLINED = Uint8Array.of(0x00, 0x00);

/**
 * Content of tag 91 in the answer (EMV 4.4 Book 2, 8.2).
 * @param arqc tag 9F26 of the request, already verified.
 * @returns 8 bytes for method 2 (ARPC, card status update), 10 for method 1 (ARPC, response code).
 */
export function makeIssuerAuthenticationData(
  profile: CryptogramProfile,
  sessionKey: Uint8Array,
  arqc: Uint8Array,
  decision: { readonly approved: boolean },
): Uint8Array {
  if (profile.arpcMethod === 2) {
    const csu = decision.approved ? CSU_APPROVED : CSU_DECLINED;
    return concatBytes(arpcMethod2(sessionKey, arqc, csu), csu);
  }
  const responseCode = decision.approved ? ARPC_RESPONSE_APPROVED : ARPC_RESPONSE_DECLINED;
  return concatBytes(arpcMethod1(sessionKey, arqc, responseCode), responseCode);
}

/** What a card finds in tag 91. */
export type IssuerAuthenticationResult =
  | { readonly verified: false }
  | { readonly verified: true; readonly approved: boolean };

/** The card's side of {@link makeIssuerAuthenticationData}. */
export function checkIssuerAuthenticationData(
  profile: CryptogramProfile,
  sessionKey: Uint8Array,
  arqc: Uint8Array,
  issuerAuthenticationData: Uint8Array,
): IssuerAuthenticationResult {
  const arpcBytes = profile.arpcMethod === 2 ? 4 : 8;
  const codeBytes = profile.arpcMethod === 2 ? 4 : 2;
  if (issuerAuthenticationData.length !== arpcBytes + codeBytes) return { verified: false };
  const arpc = issuerAuthenticationData.subarray(0, arpcBytes);
  const code = issuerAuthenticationData.subarray(arpcBytes);
  const expected =
    profile.arpcMethod === 2 ? arpcMethod2(sessionKey, arqc, code) : arpcMethod1(sessionKey, arqc, code);
  if (!equalSecret(arpc, expected)) return { verified: false };
  const approvalBit = profile.arpcMethod === 2 ? 0x80 : 0x10;
  return { verified: true, approved: ((code[1] ?? 0) & approvalBit) !== 0 };
}
