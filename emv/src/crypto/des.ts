import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assert, concatBytes, equalSecret } from '@kassa/primitives';

/** FIPS 46-3: DES works on blocks of 64 bits. */
export const DES_BLOCK_BYTES = 8;

const ZERO_BLOCK: Uint8Array = new Uint8Array(DES_BLOCK_BYTES);

interface Transform {
  update(data: Uint8Array): Uint8Array;
}

interface KeptTransform {
  /** What it was made from, to see that the caller's array still holds it. */
  readonly key: Uint8Array;
  readonly transform: Transform;
}

/**
 * Making a cipher costs more than using it. A transform lives as long as the array that holds its key and is made anew
 * when the bytes of that array have changed. Only ECB is kept: it carries nothing from call to call.
 */
const encryptors = new WeakMap<Uint8Array, KeptTransform>();
const decryptors = new WeakMap<Uint8Array, KeptTransform>();

/**
 * TDES in ECB mode (NIST SP 800-67 with two or three keys; SP 800-38A, 6.1).
 * @param key 16 bytes (K1, K2, K1) or 24 bytes.
 * @param blocks whole blocks of 8 bytes; nothing is padded.
 */
export function tdesEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return run(kept(encryptors, key, encryptor), blocks);
}

/** Inverse of {@link tdesEncrypt}. */
export function tdesDecrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return run(kept(decryptors, key, decryptor), blocks);
}

/**
 * TDES in CBC mode (NIST SP 800-38A, 6.2).
 * @param iv 8 bytes; zeros unless given, as payment MACs and key wrapping use it.
 */
export function tdesCbcEncrypt(key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Uint8Array {
  const cipher = createCipheriv(algorithm(key, 'cbc'), key, iv);
  cipher.setAutoPadding(false);
  return run(cipher, blocks);
}

/** Inverse of {@link tdesCbcEncrypt}. */
export function tdesCbcDecrypt(key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Uint8Array {
  const decipher = createDecipheriv(algorithm(key, 'cbc'), key, iv);
  decipher.setAutoPadding(false);
  return run(decipher, blocks);
}

/** Single DES in ECB mode (FIPS 46-3). @param key 8 bytes. */
export function desEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return run(encryptor(doubled(key)), blocks);
}

/** Inverse of {@link desEncrypt}. */
export function desDecrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return run(decryptor(doubled(key)), blocks);
}

/** Single DES in CBC mode with a zero initial vector. @param key 8 bytes. */
export function desCbcEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return tdesCbcEncrypt(doubled(key), blocks);
}

/** Sets bit 1 of every byte so that the byte has an odd number of ones (FIPS 46-3: the parity bits of a key). */
export function withOddParity(key: Uint8Array): Uint8Array {
  return key.map((byte) => {
    let ones = 0;
    for (let rest = byte >> 1; rest !== 0; rest >>= 1) ones += rest & 1;
    return (byte & 0xfe) | ((ones & 1) ^ 1);
  });
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

function encryptor(key: Uint8Array): Transform {
  const cipher = createCipheriv(algorithm(key, 'ecb'), key, null);
  cipher.setAutoPadding(false);
  return cipher;
}

function decryptor(key: Uint8Array): Transform {
  const decipher = createDecipheriv(algorithm(key, 'ecb'), key, null);
  decipher.setAutoPadding(false);
  return decipher;
}

function kept(
  transforms: WeakMap<Uint8Array, KeptTransform>,
  key: Uint8Array,
  make: (key: Uint8Array) => Transform,
): Transform {
  const found = transforms.get(key);
  if (found && equalSecret(found.key, key)) return found.transform;
  const transform = make(key);
  transforms.set(key, { key: Uint8Array.from(key), transform });
  return transform;
}

function run(transform: Transform, blocks: Uint8Array): Uint8Array {
  assert(
    blocks.length % DES_BLOCK_BYTES === 0,
    `whole blocks of 8 bytes needed, found ${blocks.length} bytes`,
  );
  return new Uint8Array(transform.update(blocks));
}
