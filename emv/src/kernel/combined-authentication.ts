import { equalSecret, parseTlv } from '@kassa/primitives';
import { transactionDataHash, verifyCombinedData } from '../crypto/signed-application-data.ts';
import { TSI_BITS } from '../data/bit-meanings.ts';
import type { KernelSession } from './kernel-session.ts';
import { failAuthentication, reasonOf } from './offline-data-authentication.ts';

/**
 * Combined DDA and application cryptogram (EMV 4.4 Book 2, 6.6.2): recovers the cryptogram from the signature and checks
 * that both are of this transaction. Keeps tags 9F26 and 9F4C.
 * @param responseData the whole template 77.
 * @param laterValues values sent for CDOL2, at the second GENERATE AC.
 * @returns why it failed; null when it is right.
 */
export function authenticateCombined(
  session: KernelSession,
  responseData: Uint8Array,
  laterValues: readonly Uint8Array[],
): string | null {
  const why = failureOf(session, responseData, laterValues);
  if (why !== null) {
    failAuthentication(session, 'cda', why);
    return why;
  }
  session.setTsi(TSI_BITS.odaPerformed);
  session.onStep({
    step: 'data-authentication',
    method: 'cda',
    result: 'successful',
    why: "the card's signature of this transaction and its cryptogram is right",
  });
  return null;
}

function failureOf(
  session: KernelSession,
  responseData: Uint8Array,
  laterValues: readonly Uint8Array[],
): string | null {
  const signature = session.get('9F4B');
  if (!signature || !session.iccKey) return 'the card answered without 9F4B';
  try {
    const signed = verifyCombinedData(session.iccKey, signature, session.get('9F37') ?? new Uint8Array());
    const values = [session.pdolValues, session.cdol1Values, ...laterValues];
    const hash = transactionDataHash(...values, ...unsignedObjects(responseData));
    if (signed.cryptogramInformation !== session.get('9F27')?.[0]) {
      return 'the cryptogram information in the signature is another than in clear';
    }
    if (!equalSecret(signed.transactionDataHash, hash)) return 'the signature is for another transaction';
    session.setCardValue('9F26', signed.cryptogram);
    session.setCardValue('9F4C', signed.dynamicNumber);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The objects of the response as they were sent, but for the signature (EMV 4.4 Book 2, 6.6.1, table 20). */
function unsignedObjects(responseData: Uint8Array): Uint8Array[] {
  const content = parseTlv(responseData, 'generate-ac')[0]?.value ?? new Uint8Array();
  const objects = parseTlv(content, 'generate-ac.77');
  return objects
    .map(({ tag, offset }, index) => ({ tag, bytes: content.slice(offset, objects[index + 1]?.offset) }))
    .filter(({ tag }) => tag !== '9F4B')
    .map(({ bytes }) => bytes);
}
