import { createHash } from 'node:crypto';
import { assert, concatBytes, equalSecret, ProtocolError, type ProtocolErrorCode } from '@kassa/primitives';
import { isBelowModulus, type RsaPrivateKey, type RsaPublicKey, rsaRecover, rsaSign } from './rsa.ts';

/** EMV 4.4 Book 2, annex B3.1: SHA-1 is the one hash of EMV's RSA, indicator 01; its signature algorithm is 01 too. */
export const SHA1_BYTES = 20;
export const SHA1_INDICATOR = 0x01;
export const RSA_INDICATOR = 0x01;

const HEADER = 0x6a;
const TRAILER = 0xbc;
/** What a signature holds besides its message: header, hash, trailer. */
const OVERHEAD_BYTES = 2 + SHA1_BYTES;

/** Message and hash recovered from a signature (EMV 4.4 Book 2, annex A2.1.3). */
export interface SignedEnvelope {
  /** From the format byte to before the hash. */
  readonly message: Uint8Array;
  readonly hash: Uint8Array;
}

export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHash('sha1')
      .update(concatBytes(...parts))
      .digest(),
  );
}

/** Bytes of message a signature under a modulus carries. */
export function messageBytes(key: RsaPublicKey): number {
  return key.modulus.length - OVERHEAD_BYTES;
}

/**
 * Recovers a signature: length, `6A` before, `BC` behind, the format byte (EMV 4.4 Book 2, 5.3, 5.4, 6.4 and 6.5: their
 * steps 1 to 4). The hash is not looked at yet.
 * @throws ProtocolError at PATH, PATH.header, PATH.trailer or PATH.format.
 */
export function openEnvelope(
  key: RsaPublicKey,
  signature: Uint8Array,
  format: number,
  path: string,
): SignedEnvelope {
  if (signature.length !== key.modulus.length) {
    const expected = `${key.modulus.length} bytes, as the key`;
    throw envelopeError('bad-length', path, 0, expected, `${signature.length} bytes`);
  }
  if (!isBelowModulus(key, signature)) {
    throw envelopeError('bad-value', path, 0, 'a number below the modulus', 'a larger one');
  }
  const recovered = rsaRecover(key, signature);
  const last = recovered.length - 1;
  if (recovered[last] !== TRAILER)
    throw envelopeError('bad-value', `${path}.trailer`, last, 'BC', 'another byte');
  if (recovered[0] !== HEADER) throw envelopeError('bad-value', `${path}.header`, 0, '6A', 'another byte');
  if (recovered[1] !== format) {
    const expected = format.toString(16).padStart(2, '0');
    throw envelopeError('bad-value', `${path}.format`, 1, expected, 'another byte');
  }
  return { message: recovered.slice(1, last - SHA1_BYTES), hash: recovered.slice(last - SHA1_BYTES, last) };
}

/**
 * Checks the hash of a signature over its message and what was not recovered from it.
 * @throws ProtocolError at PATH.hash.
 */
export function checkHash(envelope: SignedEnvelope, unsigned: readonly Uint8Array[], path: string): void {
  if (equalSecret(sha1(envelope.message, ...unsigned), envelope.hash)) return;
  const at = 1 + envelope.message.length;
  throw envelopeError('bad-value', `${path}.hash`, at, 'the hash of what is signed', 'another');
}

/** Signs with message recovery (EMV 4.4 Book 2, annex A2.1.2). @param message fills the signature exactly. */
export function sealEnvelope(
  key: RsaPrivateKey,
  message: Uint8Array,
  unsigned: readonly Uint8Array[],
): Uint8Array {
  assert(message.length === messageBytes(key), `a message of ${messageBytes(key)} bytes fills the signature`);
  const hash = sha1(message, ...unsigned);
  return rsaSign(key, concatBytes(Uint8Array.of(HEADER), message, hash, Uint8Array.of(TRAILER)));
}

export function envelopeError(
  code: ProtocolErrorCode,
  path: string,
  offset: number,
  expected: string,
  found: string,
): ProtocolError {
  return new ProtocolError({ code, path, offset, expected, found });
}
