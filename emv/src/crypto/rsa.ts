import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto';
import { assert, fromHex, toHex } from '@kassa/primitives';

/** EMV 4.4 Book 2, 5.1: exponents are 3 or 65537. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** Key pair of a test certification authority, issuer or card; numbers unsigned big-endian (RFC 8017, 3.2). */
export interface RsaPrivateKey extends RsaPublicKey {
  readonly privateExponent: Uint8Array;
  readonly prime1: Uint8Array;
  readonly prime2: Uint8Array;
  readonly exponent1: Uint8Array;
  readonly exponent2: Uint8Array;
  readonly coefficient: Uint8Array;
}

/** A key is turned into OpenSSL's form once for each object that holds it. */
const publicKeys = new WeakMap<RsaPublicKey, KeyObject>();
const privateKeys = new WeakMap<RsaPrivateKey, KeyObject>();

/**
 * The recovery function (EMV 4.4 Book 2, annex A2.1 and B2.1): raw RSA with the public key, no padding.
 * @param data as long as the modulus and below it.
 */
export function rsaRecover(key: RsaPublicKey, data: Uint8Array): Uint8Array {
  assert(data.length === key.modulus.length, 'RSA data is as long as its modulus');
  const keyObject = publicKeys.get(key) ?? publicKeyObject(key);
  publicKeys.set(key, keyObject);
  return new Uint8Array(publicEncrypt({ key: keyObject, padding: constants.RSA_NO_PADDING }, data));
}

/** The signing function (EMV 4.4 Book 2, annex B2.1): raw RSA with the private key, no padding. */
export function rsaSign(key: RsaPrivateKey, data: Uint8Array): Uint8Array {
  assert(data.length === key.modulus.length, 'RSA data is as long as its modulus');
  const keyObject = privateKeys.get(key) ?? privateKeyObject(key);
  privateKeys.set(key, keyObject);
  return new Uint8Array(privateDecrypt({ key: keyObject, padding: constants.RSA_NO_PADDING }, data));
}

/** Whether the number in `data` is below the modulus: raw RSA takes nothing else. */
export function isBelowModulus(key: RsaPublicKey, data: Uint8Array): boolean {
  for (let index = 0; index < data.length; index++) {
    const difference = (data[index] ?? 0) - (key.modulus[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/**
 * The key pair of two primes (RFC 8017, 3.2): primes are given, so that a test authority is the same on every machine.
 * @param prime1 unsigned big-endian, larger or smaller than the other.
 * @param exponent 03 or 010001; prime to both primes less one.
 */
export function rsaPrivateKey(prime1: Uint8Array, prime2: Uint8Array, exponent: Uint8Array): RsaPrivateKey {
  const [p, q, e] = [toNumber(prime1), toNumber(prime2), toNumber(exponent)];
  const d = inverse(e, (p - 1n) * (q - 1n));
  return {
    modulus: fromNumber(p * q),
    exponent,
    privateExponent: fromNumber(d),
    prime1,
    prime2,
    exponent1: fromNumber(d % (p - 1n)),
    exponent2: fromNumber(d % (q - 1n)),
    coefficient: fromNumber(inverse(q, p)),
  };
}

/** Extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, nextRest] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (nextRest !== 0n) {
    const quotient = rest / nextRest;
    [rest, nextRest] = [nextRest, rest - quotient * nextRest];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  assert(rest === 1n, 'an RSA exponent has no factor in common with its primes less one');
  return factor < 0n ? factor + modulus : factor;
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x0${toHex(bytes)}`);
}

function fromNumber(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
}

function publicKeyObject({ modulus, exponent }: RsaPublicKey): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: base64(modulus), e: base64(exponent) } });
}

function privateKeyObject(key: RsaPrivateKey): KeyObject {
  const jwk = {
    kty: 'RSA',
    n: base64(key.modulus),
    e: base64(key.exponent),
    d: base64(key.privateExponent),
    p: base64(key.prime1),
    q: base64(key.prime2),
    dp: base64(key.exponent1),
    dq: base64(key.exponent2),
    qi: base64(key.coefficient),
  };
  return createPrivateKey({ format: 'jwk', key: jwk });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
