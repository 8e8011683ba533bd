import { assert, concatBytes } from '@kassa/primitives';
import type { RsaPrivateKey, RsaPublicKey } from './rsa.ts';
import {
  checkHash,
  envelopeError,
  messageBytes,
  openEnvelope,
  SHA1_BYTES,
  SHA1_INDICATOR,
  sealEnvelope,
  sha1,
} from './signed-envelope.ts';

const STATIC_FORMAT = 0x03;
const DYNAMIC_FORMAT = 0x05;
const STATIC_PATH = 'signed-static-data';
const DYNAMIC_PATH = 'signed-dynamic-data';
const FILL = 0xbb;
/** EMV 4.4 Book 2, 6.5.1: an ICC dynamic number is 2 to 8 bytes. */
const DYNAMIC_NUMBER_BYTES = { min: 2, max: 8 } as const;
/** CID, cryptogram, transaction data hash code (EMV 4.4 Book 2, 6.6.1). */
const CDA_FIXED_BYTES = 1 + 8 + SHA1_BYTES;

/**
 * Static data authentication (EMV 4.4 Book 2, 5.4): checks tag 93.
 * @param staticData the records the AFL names and tag 82 where 9F4A does.
 * @returns the data authentication code, tag 9F45.
 * @throws ProtocolError: `signed-static-data.trailer`, `.header`, `.format`, `.algorithm`, `.hash`.
 */
export function verifyStaticData(
  issuer: RsaPublicKey,
  signature: Uint8Array,
  staticData: Uint8Array,
): Uint8Array {
  const envelope = openEnvelope(issuer, signature, STATIC_FORMAT, STATIC_PATH);
  checkHash(envelope, [staticData], STATIC_PATH);
  return codeOf(envelope.message);
}

/** What tag 93 says, its hash **not checked**: for looking at it without the card's records. */
export function inspectStaticData(
  issuer: RsaPublicKey,
  signature: Uint8Array,
): { readonly dataAuthenticationCode: Uint8Array; readonly hash: Uint8Array } {
  const { message, hash } = openEnvelope(issuer, signature, STATIC_FORMAT, STATIC_PATH);
  return { dataAuthenticationCode: codeOf(message), hash };
}

/** Makes tag 93: the issuer's side (EMV 4.4 Book 2, 5.1). @param dataAuthenticationCode 2 bytes. */
export function signStaticData(
  issuer: RsaPrivateKey,
  dataAuthenticationCode: Uint8Array,
  staticData: Uint8Array,
): Uint8Array {
  assert(dataAuthenticationCode.length === 2, 'a data authentication code is 2 bytes');
  const message = new Uint8Array(messageBytes(issuer)).fill(FILL);
  message.set([STATIC_FORMAT, SHA1_INDICATOR]);
  message.set(dataAuthenticationCode, 2);
  return sealEnvelope(issuer, message, [staticData]);
}

/**
 * Dynamic data authentication (EMV 4.4 Book 2, 6.5.2): checks tag 9F4B of INTERNAL AUTHENTICATE.
 * @param terminalData the values the DDOL asks for.
 * @returns the ICC dynamic number, tag 9F4C: what the ICC dynamic data begins with.
 * @throws ProtocolError: `signed-dynamic-data.trailer`, `.header`, `.format`, `.algorithm`, `.length`, `.hash`.
 */
export function verifyDynamicData(
  icc: RsaPublicKey,
  signature: Uint8Array,
  terminalData: Uint8Array,
): Uint8Array {
  return dynamicNumberOf(openDynamicData(icc, signature, terminalData)).number;
}

/** Makes tag 9F4B of INTERNAL AUTHENTICATE: the card's side (EMV 4.4 Book 2, 6.5.1). */
export function signDynamicData(
  icc: RsaPrivateKey,
  dynamicNumber: Uint8Array,
  terminalData: Uint8Array,
): Uint8Array {
  return sealDynamicData(icc, withLength(dynamicNumber), terminalData);
}

/** What a combined signature carries (EMV 4.4 Book 2, 6.6.1). */
export interface CombinedData {
  /** Tag 9F4C, 2 to 8 bytes. */
  readonly dynamicNumber: Uint8Array;
  /** Tag 9F27. */
  readonly cryptogramInformation: number;
  /** Tag 9F26, 8 bytes: TC or ARQC. */
  readonly cryptogram: Uint8Array;
  /** {@link transactionDataHash}. */
  readonly transactionDataHash: Uint8Array;
}

/**
 * Combined DDA and application cryptogram (EMV 4.4 Book 2, 6.6.2): recovers tag 9F4B of GENERATE AC. The caller compares
 * CID with the one sent in clear, and the transaction data hash with its own, by `equalSecret`.
 * @param unpredictableNumber 4 bytes of tag 9F37.
 * @throws ProtocolError as {@link verifyDynamicData}.
 */
export function verifyCombinedData(
  icc: RsaPublicKey,
  signature: Uint8Array,
  unpredictableNumber: Uint8Array,
): CombinedData {
  const data = openDynamicData(icc, signature, unpredictableNumber);
  const { number, next } = dynamicNumberOf(data);
  if (data.length < next + CDA_FIXED_BYTES) {
    const found = `${data.length - next} bytes`;
    throw envelopeError(
      'bad-length',
      `${DYNAMIC_PATH}.length`,
      4,
      `${CDA_FIXED_BYTES} bytes after the number`,
      found,
    );
  }
  return {
    dynamicNumber: number,
    cryptogramInformation: data[next] ?? 0,
    cryptogram: data.slice(next + 1, next + 9),
    transactionDataHash: data.slice(next + 9, next + CDA_FIXED_BYTES),
  };
}

/** Makes tag 9F4B of GENERATE AC: the card's side (EMV 4.4 Book 2, 6.6.1). */
export function signCombinedData(
  icc: RsaPrivateKey,
  data: CombinedData,
  unpredictableNumber: Uint8Array,
): Uint8Array {
  const { dynamicNumber, cryptogramInformation, cryptogram, transactionDataHash: hash } = data;
  assert(cryptogram.length === 8 && hash.length === SHA1_BYTES, 'a cryptogram is 8 bytes, its hash 20');
  const content = concatBytes(
    withLength(dynamicNumber),
    Uint8Array.of(cryptogramInformation),
    cryptogram,
    hash,
  );
  return sealDynamicData(icc, content, unpredictableNumber);
}

/**
 * Transaction data hash code (EMV 4.4 Book 2, 6.6.1).
 * @param parts values sent for the PDOL, for CDOL1, for CDOL2 at the second GENERATE AC, and the data objects of the
 * response with tags and lengths, in their order, without 9F4B.
 */
export function transactionDataHash(...parts: readonly Uint8Array[]): Uint8Array {
  return sha1(...parts);
}

function codeOf(message: Uint8Array): Uint8Array {
  if (message[1] !== SHA1_INDICATOR) {
    throw envelopeError('bad-value', `${STATIC_PATH}.algorithm`, 2, 'SHA-1 (01)', 'another');
  }
  return message.slice(2, 4);
}

/** @returns the ICC dynamic data. */
function openDynamicData(icc: RsaPublicKey, signature: Uint8Array, terminalData: Uint8Array): Uint8Array {
  const envelope = openEnvelope(icc, signature, DYNAMIC_FORMAT, DYNAMIC_PATH);
  const { message } = envelope;
  if (message[1] !== SHA1_INDICATOR) {
    throw envelopeError('bad-value', `${DYNAMIC_PATH}.algorithm`, 2, 'SHA-1 (01)', 'another');
  }
  const length = message[2] ?? 0;
  if (length > message.length - 3) {
    throw envelopeError(
      'bad-length',
      `${DYNAMIC_PATH}.length`,
      3,
      `at most ${message.length - 3}`,
      `${length}`,
    );
  }
  checkHash(envelope, [terminalData], DYNAMIC_PATH);
  return message.slice(3, 3 + length);
}

function sealDynamicData(icc: RsaPrivateKey, content: Uint8Array, terminalData: Uint8Array): Uint8Array {
  const message = new Uint8Array(messageBytes(icc)).fill(FILL);
  assert(content.length <= message.length - 3, 'the card key has no room for its dynamic data');
  message.set([DYNAMIC_FORMAT, SHA1_INDICATOR, content.length]);
  message.set(content, 3);
  return sealEnvelope(icc, message, [terminalData]);
}

function withLength(dynamicNumber: Uint8Array): Uint8Array {
  const { min, max } = DYNAMIC_NUMBER_BYTES;
  assert(dynamicNumber.length >= min && dynamicNumber.length <= max, 'an ICC dynamic number is 2 to 8 bytes');
  return concatBytes(Uint8Array.of(dynamicNumber.length), dynamicNumber);
}

function dynamicNumberOf(data: Uint8Array): { readonly number: Uint8Array; readonly next: number } {
  const length = data[0] ?? 0;
  const { min, max } = DYNAMIC_NUMBER_BYTES;
  if (length < min || length > max || data.length < 1 + length) {
    const expected = `a dynamic number of ${min} to ${max} bytes`;
    throw envelopeError(
      'bad-length',
      `${DYNAMIC_PATH}.length`,
      4,
      expected,
      `${length} of ${data.length} bytes`,
    );
  }
  return { number: data.slice(1, 1 + length), next: 1 + length };
}
