import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assert, equalSecret } from '@kassa/primitives';

interface Transform {
  update(data: Uint8Array): Uint8Array;
}

interface KeptTransform {
  /** What it was made from, to see that the caller's array still holds it. */
  readonly key: Uint8Array;
  readonly transform: Transform;
}

/** A block cipher in ECB mode (NIST SP 800-38A, 6.1), both ways: nothing is padded. */
export interface EcbCipher {
  encrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  decrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** For a key whose array is used once: keeps nothing. */
  encryptOnce(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  decryptOnce(key: Uint8Array, blocks: Uint8Array): Uint8Array;
}

/**
 * Making a cipher costs more than using it. A transform lives as long as the array that holds its key and is made anew
 * when the bytes of that array have changed: nothing is found by card number or by key value. Only ECB is kept: it
 * carries nothing from call to call.
 * @param algorithmOf OpenSSL's name for a key; refuses a key of a wrong length.
 */
export function ecbCipher(blockBytes: number, algorithmOf: (key: Uint8Array) => string): EcbCipher {
  const encryptors = new WeakMap<Uint8Array, KeptTransform>();
  const decryptors = new WeakMap<Uint8Array, KeptTransform>();
  const encryptor = (key: Uint8Array): Transform =>
    createCipheriv(algorithmOf(key), key, null).setAutoPadding(false);
  const decryptor = (key: Uint8Array): Transform =>
    createDecipheriv(algorithmOf(key), key, null).setAutoPadding(false);
  const run = (transform: Transform, blocks: Uint8Array): Uint8Array => {
    assertWholeBlocks(blocks, blockBytes);
    return new Uint8Array(transform.update(blocks));
  };
  return {
    encrypt: (key, blocks) => run(kept(encryptors, key, encryptor), blocks),
    decrypt: (key, blocks) => run(kept(decryptors, key, decryptor), blocks),
    encryptOnce: (key, blocks) => run(encryptor(key), blocks),
    decryptOnce: (key, blocks) => run(decryptor(key), blocks),
  };
}

export function assertWholeBlocks(blocks: Uint8Array, blockBytes: number): void {
  assert(
    blocks.length % blockBytes === 0,
    `whole blocks of ${blockBytes} bytes needed, found ${blocks.length} bytes`,
  );
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
