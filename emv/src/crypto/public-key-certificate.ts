import { assert, concatBytes, fromHex, toHex } from '@kassa/primitives';
import type { RsaPrivateKey, RsaPublicKey } from './rsa.ts';
import {
  checkHash,
  envelopeError,
  messageBytes,
  openEnvelope,
  RSA_INDICATOR,
  SHA1_INDICATOR,
  type SignedEnvelope,
  sealEnvelope,
} from './signed-envelope.ts';

/** A certificate as the card holds it in three data objects. */
export interface CertificateParts {
  /** Tag 90 (issuer), 9F46 (card) or 9F2D (card's PIN encipherment key). */
  readonly certificate: Uint8Array;
  /** Tag 92, 9F48 or 9F2F: what of the modulus found no room; empty where the card has none. */
  readonly remainder: Uint8Array;
  /** Tag 9F32, 9F47 or 9F2E. */
  readonly exponent: Uint8Array;
}

export interface CertificateFields {
  /** MMYY, four digits: the last month it is good for. */
  readonly expiry: string;
  /** Three bytes. */
  readonly serial: Uint8Array;
}

export interface IssuerCertificate extends CertificateFields {
  /** 3 to 8 leftmost digits of card numbers, filled with F on the right: 4 bytes. */
  readonly issuerIdentifier: string;
}

export interface IccCertificate extends CertificateFields {
  readonly pan: string;
}

/** What a certificate says, with the key it is for. */
export type Certified<Fields> = Fields & { readonly key: RsaPublicKey };

/** Where a certificate holds what (EMV 4.4 Book 2, 5.1 and 5.3 for the issuer, 6.1 and 6.4 for the card). */
interface Layout {
  readonly format: number;
  readonly subjectBytes: number;
  readonly path: string;
}

const ISSUER: Layout = { format: 0x02, subjectBytes: 4, path: 'issuer-certificate' };
const ICC: Layout = { format: 0x04, subjectBytes: 10, path: 'icc-certificate' };

/** Expiry 2, serial 3, hash algorithm, key algorithm, length of modulus, length of exponent. */
const FIXED_BYTES = 9;
const MODULUS_FILL = 0xbb;
/** EMV 4.4 Book 2, 5.1: no modulus is longer than 1984 bits. */
const MODULUS_BYTES_MAX = 248;

interface Opened {
  readonly envelope: SignedEnvelope;
  readonly subject: string;
  readonly fields: CertificateFields;
  readonly key: RsaPublicKey;
}

/**
 * Recovers the issuer's public key (EMV 4.4 Book 2, 5.3 for SDA, 6.3 for DDA and CDA), all but the steps that compare
 * with the card: issuer identifier, expiry, revocation – see {@link issuerIdentifierFits}, {@link isCertificateExpired}.
 * @throws ProtocolError: `issuer-certificate.trailer`, `.header`, `.format`, `.algorithm`, `.modulus`, `.hash`.
 */
export function recoverIssuerCertificate(
  authority: RsaPublicKey,
  parts: CertificateParts,
): Certified<IssuerCertificate> {
  const { envelope, subject, fields, key } = open(ISSUER, authority, parts);
  checkHash(envelope, [parts.remainder, parts.exponent], ISSUER.path);
  return { ...fields, issuerIdentifier: subject, key };
}

/**
 * Recovers the card's public key (EMV 4.4 Book 2, 6.4), or its PIN encipherment key (7.1).
 * @param staticData the records the AFL names and tag 82 where 9F4A does; empty for the PIN encipherment key.
 * @throws ProtocolError: `icc-certificate.trailer`, `.header`, `.format`, `.algorithm`, `.modulus`, `.subject`, `.hash`.
 */
export function recoverIccCertificate(
  issuer: RsaPublicKey,
  parts: CertificateParts,
  staticData: Uint8Array,
): Certified<IccCertificate> {
  const opened = open(ICC, issuer, parts);
  checkHash(opened.envelope, [parts.remainder, parts.exponent, staticData], ICC.path);
  return { ...opened.fields, pan: panOf(opened.subject), key: opened.key };
}

/**
 * What a card's certificate says, its hash **not checked**: for looking at a certificate without the card's records.
 * @returns also the hash it carries, 20 bytes.
 */
export function inspectIccCertificate(
  issuer: RsaPublicKey,
  parts: CertificateParts,
): Certified<IccCertificate> & { readonly hash: Uint8Array } {
  const { envelope, subject, fields, key } = open(ICC, issuer, parts);
  return { ...fields, pan: panOf(subject), key, hash: envelope.hash };
}

/** EMV 4.4 Book 2, 5.3 step 8: the identifier's digits are the leftmost of the card number. */
export function issuerIdentifierFits(issuerIdentifier: string, pan: string): boolean {
  const digits = issuerIdentifier.replace(/F+$/, '');
  return /^\d{3,8}$/.test(digits) && pan.startsWith(digits);
}

/**
 * EMV 4.4 Book 2, 5.3 step 9: good to the last day of its month.
 * @param expiry MMYY.
 * @param date YYMMDD; EMV 4.4 Book 4, 6.7.3: years 50 to 99 are of the last century.
 */
export function isCertificateExpired(expiry: string, date: string): boolean {
  const month = (yy: string, mm: string): string => (Number(yy) < 50 ? '20' : '19') + yy + mm;
  const lastMonth = month(expiry.slice(2, 4), expiry.slice(0, 2));
  return !/^(0[1-9]|1[0-2])\d{2}$/.test(expiry) || lastMonth < month(date.slice(0, 2), date.slice(2, 4));
}

/** Certifies an issuer's key: the certification authority's side (EMV 4.4 Book 2, 5.1). Test keys only. */
export function issueIssuerCertificate(
  authority: RsaPrivateKey,
  issuer: RsaPublicKey,
  fields: IssuerCertificate,
): CertificateParts {
  return issue(ISSUER, authority, issuer, fromHex(fields.issuerIdentifier.padEnd(8, 'F')), fields, []);
}

/** Certifies a card's key: the issuer's side (EMV 4.4 Book 2, 6.1 and 7.1). Test keys only. */
export function issueIccCertificate(
  issuer: RsaPrivateKey,
  icc: RsaPublicKey,
  fields: IccCertificate,
  staticData: Uint8Array,
): CertificateParts {
  return issue(ICC, issuer, icc, fromHex(fields.pan.padEnd(20, 'F')), fields, [staticData]);
}

function issue(
  layout: Layout,
  signer: RsaPrivateKey,
  { modulus, exponent }: RsaPublicKey,
  subject: Uint8Array,
  { expiry, serial }: CertificateFields,
  unsigned: readonly Uint8Array[],
): CertificateParts {
  assert(subject.length === layout.subjectBytes, `a subject is ${layout.subjectBytes} bytes`);
  assert(/^\d{4}$/.test(expiry), 'a certificate expires in a month written MMYY');
  assert(serial.length === 3, 'a certificate serial number is 3 bytes');
  assert(modulus.length <= MODULUS_BYTES_MAX, `a modulus is at most ${MODULUS_BYTES_MAX} bytes`);
  const room = messageBytes(signer) - 1 - layout.subjectBytes - FIXED_BYTES;
  const left = new Uint8Array(room).fill(MODULUS_FILL);
  left.set(modulus.subarray(0, room));
  const remainder = modulus.slice(room);
  const message = concatBytes(
    Uint8Array.of(layout.format),
    subject,
    fromHex(expiry),
    serial,
    Uint8Array.of(SHA1_INDICATOR, RSA_INDICATOR, modulus.length, exponent.length),
    left,
  );
  return {
    certificate: sealEnvelope(signer, message, [remainder, exponent, ...unsigned]),
    remainder,
    exponent,
  };
}

function open(layout: Layout, signer: RsaPublicKey, parts: CertificateParts): Opened {
  const { path, subjectBytes } = layout;
  const envelope = openEnvelope(signer, parts.certificate, layout.format, path);
  const { message } = envelope;
  const at = 1 + subjectBytes;
  const head = message.subarray(at, at + FIXED_BYTES);
  if (head[5] !== SHA1_INDICATOR || head[6] !== RSA_INDICATOR) {
    throw envelopeError('bad-value', `${path}.algorithm`, at + 6, 'SHA-1 and RSA (01 01)', 'others');
  }
  const modulus = modulusOf(layout, message.subarray(at + FIXED_BYTES), head[7] ?? 0, parts.remainder);
  if (head[8] !== parts.exponent.length) {
    throw envelopeError(
      'bad-length',
      `${path}.exponent`,
      at + 9,
      `${head[8]} bytes`,
      `${parts.exponent.length} bytes`,
    );
  }
  return {
    envelope,
    subject: toHex(message.subarray(1, at)),
    fields: { expiry: toHex(head.subarray(0, 2)), serial: head.slice(2, 5) },
    key: { modulus, exponent: parts.exponent },
  };
}

function modulusOf(layout: Layout, left: Uint8Array, bytes: number, remainder: Uint8Array): Uint8Array {
  const missing = Math.max(0, bytes - left.length);
  if (bytes === 0 || bytes > MODULUS_BYTES_MAX || remainder.length !== missing) {
    const expected = `a modulus of 1 to ${MODULUS_BYTES_MAX} bytes, ${missing} of them in the remainder`;
    const found = `${bytes} bytes, ${remainder.length} in the remainder`;
    throw envelopeError(
      'bad-length',
      `${layout.path}.modulus`,
      layout.subjectBytes + FIXED_BYTES,
      expected,
      found,
    );
  }
  return concatBytes(left.subarray(0, bytes), remainder);
}

function panOf(subject: string): string {
  const pan = subject.replace(/F+$/, '');
  if (/^\d{8,19}$/.test(pan)) return pan;
  throw envelopeError('bad-value', `${ICC.path}.subject`, 2, 'a card number filled with F', 'something else');
}
