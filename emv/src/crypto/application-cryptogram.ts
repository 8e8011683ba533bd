import { assert, concatBytes, xorBytes } from '@kassa/primitives';
import { tdesEncrypt } from './des.ts';
import { type MacPadding, retailMac } from './mac.ts';

/**
 * Application cryptogram – TC, ARQC or AAC (EMV 4.4 Book 2, 8.1.2): the MAC of the chosen data under the session key.
 * @param padding method 2 as EMV says; method 1 only for the old Visa cryptogram version 10.
 * @returns 8 bytes of tag 9F26.
 */
export function generateArqc(
  sessionKey: Uint8Array,
  data: Uint8Array,
  padding: MacPadding = 'method-2',
): Uint8Array {
  return retailMac(sessionKey, data, { padding, isKeyUsedOnce: true });
}

/**
 * Authorisation response cryptogram, method 1 (EMV 4.4 Book 2, 8.2.1): the ARQC exclusive-or the response code, under TDES.
 * @param responseCode 2 bytes: tag 8A, or the scheme's ARPC response code.
 * @returns 8 bytes.
 */
export function arpcMethod1(key: Uint8Array, arqc: Uint8Array, responseCode: Uint8Array): Uint8Array {
  assert(arqc.length === 8, `a cryptogram is 8 bytes, found ${arqc.length}`);
  assert(responseCode.length === 2, `a response code is 2 bytes, found ${responseCode.length}`);
  return tdesEncrypt(key, xorBytes(arqc, concatBytes(responseCode, new Uint8Array(6))));
}

/**
 * Authorisation response cryptogram, method 2 (EMV 4.4 Book 2, 8.2.2): four bytes of the MAC of ARQC, card status update
 * and proprietary authentication data.
 * @param csu 4 bytes.
 * @param proprietaryAuthenticationData 0 to 8 bytes.
 * @returns 4 bytes.
 */
export function arpcMethod2(
  sessionKey: Uint8Array,
  arqc: Uint8Array,
  csu: Uint8Array,
  proprietaryAuthenticationData: Uint8Array = new Uint8Array(),
): Uint8Array {
  assert(arqc.length === 8, `a cryptogram is 8 bytes, found ${arqc.length}`);
  assert(csu.length === 4, `a card status update is 4 bytes, found ${csu.length}`);
  assert(proprietaryAuthenticationData.length <= 8, 'proprietary authentication data is at most 8 bytes');
  const data = concatBytes(arqc, csu, proprietaryAuthenticationData);
  return retailMac(sessionKey, data, { padding: 'method-2', isKeyUsedOnce: true }).slice(0, 4);
}
