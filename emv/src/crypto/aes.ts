import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assert } from '@kassa/primitives';
import { assertWholeBlocks, ecbCipher } from './ecb-transform.ts';

/** FIPS 197: AES works on blocks of 128 bits. */
export const AES_BLOCK_BYTES = 16;

const ZERO_BLOCK: Uint8Array = new Uint8Array(AES_BLOCK_BYTES);
const ECB = ecbCipher(AES_BLOCK_BYTES, (key) => algorithm(key, 'ecb'));

/**
 * AES in ECB mode (FIPS 197; NIST SP 800-38A, 6.1).
 * @param key 16, 24 or 32 bytes.
 * @param blocks whole blocks of 16 bytes; nothing is padded.
 */
export function aesEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ECB.encrypt(key, blocks);
}

/** Inverse of {@link aesEncrypt}. */
export function aesDecrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ECB.decrypt(key, blocks);
}

/** AES in CBC mode (NIST SP 800-38A, 6.2). @param iv 16 bytes; zeros unless given. */
export function aesCbcEncrypt(key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Uint8Array {
  assertWholeBlocks(blocks, AES_BLOCK_BYTES);
  const cipher = createCipheriv(algorithm(key, 'cbc'), key, iv).setAutoPadding(false);
  return new Uint8Array(cipher.update(blocks));
}

/** Inverse of {@link aesCbcEncrypt}. */
export function aesCbcDecrypt(key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Uint8Array {
  assertWholeBlocks(blocks, AES_BLOCK_BYTES);
  const decipher = createDecipheriv(algorithm(key, 'cbc'), key, iv).setAutoPadding(false);
  return new Uint8Array(decipher.update(blocks));
}

function algorithm(key: Uint8Array, mode: 'ecb' | 'cbc'): string {
  assert([16, 24, 32].includes(key.length), `an AES key is 16, 24 or 32 bytes, found ${key.length}`);
  return `aes-${key.length * 8}-${mode}`;
}
