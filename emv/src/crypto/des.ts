import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assert, concatBytes } from '@kassa/primitives';
import { assertWholeBlocks, ecbCipher } from './ecb-transform.ts';

/** FIPS 46-3: DES works on blocks of 64 bits. */
export const DES_BLOCK_BYTES = 8;

const ZERO_BLOCK: Uint8Array = new Uint8Array(DES_BLOCK_BYTES);

const ECB = ecbCipher(DES_BLOCK_BYTES, (key) => algorithm(key, 'ecb'));

/**
 * TDES in ECB mode (NIST SP 800-67 with two or three keys; SP 800-38A, 6.1).
 * @param key 16 bytes (K1, K2, K1) or 24 bytes.
 * @param blocks whole blocks of 8 bytes; nothing is padded.
 */
export function tdesEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ECB.encrypt(key, blocks);
}

/** {@link tdesEncrypt} for a key made for this one call: keeps no cipher, which costs more than it would save. */
export function tdesEncryptOnce(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ECB.encryptOnce(key, blocks);
}

/** Inverse of {@link tdesEncrypt}. */
export function tdesDecrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ECB.decrypt(key, blocks);
}

/**
 * TDES in CBC mode (NIST SP 800-38A, 6.2).
 * @param iv 8 bytes; zeros unless given, as payment MACs and key wrapping use it.
 */
export function tdesCbcEncrypt(key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Uint8Array {
  assertWholeBlocks(blocks, DES_BLOCK_BYTES);
  const cipher = createCipheriv(algorithm(key, 'cbc'), key, iv).setAutoPadding(false);
  return new Uint8Array(cipher.update(blocks));
}

/** Inverse of {@link tdesCbcEncrypt}. */
export function tdesCbcDecrypt(key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Uint8Array {
  assertWholeBlocks(blocks, DES_BLOCK_BYTES);
  const decipher = createDecipheriv(algorithm(key, 'cbc'), key, iv).setAutoPadding(false);
  return new Uint8Array(decipher.update(blocks));
}

/** Single DES in ECB mode (FIPS 46-3). @param key 8 bytes. */
export function desEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ECB.encryptOnce(doubled(key), blocks);
}

/** Inverse of {@link desEncrypt}. */
export function desDecrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ECB.decryptOnce(doubled(key), blocks);
}

/** Single DES in CBC mode with a zero initial vector. @param key 8 bytes. */
export function desCbcEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return tdesCbcEncrypt(doubled(key), blocks);
}

/** Each byte with its lowest bit set so that the byte has an odd number of ones. */
const ODD_PARITY: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte >> 1; rest !== 0; rest >>= 1) ones += rest & 1;
  return (byte & 0xfe) | ((ones & 1) ^ 1);
});

/** Sets bit 1 of every byte so that the byte has an odd number of ones (FIPS 46-3: the parity bits of a key). */
export function withOddParity(key: Uint8Array): Uint8Array {
  const odd = new Uint8Array(key.length);
  for (let index = 0; index < key.length; index++) odd[index] = ODD_PARITY[key[index] ?? 0] ?? 0;
  return odd;
}

/** Single DES is TDES with equal keys: OpenSSL 3 offers no `des-ecb` outside its legacy provider. */
function doubled(key: Uint8Array): Uint8Array {
  assert(key.length === 8, `a DES key is 8 bytes, found ${key.length}`);
  return concatBytes(key, key);
}

function algorithm(key: Uint8Array, mode: 'ecb' | 'cbc'): string {
  assert(key.length === 16 || key.length === 24, `a TDES key is 16 or 24 bytes, found ${key.length}`);
  return key.length === 16 ? `des-ede-${mode}` : `des-ede3-${mode}`;
}
