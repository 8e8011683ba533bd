import { assert } from '@kassa/primitives';
import { DES_BLOCK_BYTES, desEncrypt, tdesEncrypt } from './des.ts';
import { aesCmac } from './mac.ts';

/**
 * Key check value of a DES or TDES key: the left bytes of a block of zeros under the key (ANSI X9.24-1, annex A; the
 * form HSMs show). It tells whether two parties hold the same key without telling the key.
 * @param key DES of 8 bytes or TDES of 16 or 24.
 * @param bytes 3 as shown to people; X9.24-1 allows no more than that for TDES keys.
 */
export function keyCheckValue(key: Uint8Array, bytes = 3): Uint8Array {
  assert(bytes >= 1 && bytes <= 3, `a key check value is 1 to 3 bytes, asked for ${bytes}`);
  const zeros = new Uint8Array(DES_BLOCK_BYTES);
  const block = key.length === 8 ? desEncrypt(key, zeros) : tdesEncrypt(key, zeros);
  return block.slice(0, bytes);
}

/**
 * Key check value of an AES key: the left bytes of the CMAC of a block of zeros (ANSI X9.24-1:2017). Zeros enciphered, the form of TDES, are what CMAC makes its subkeys from.
 * @param key 16, 24 or 32 bytes.
 * @param bytes 1 to 5; 5 is the standard's length, 3 what many HSMs show.
 */
export function aesKeyCheckValue(key: Uint8Array, bytes = 3): Uint8Array {
  assert(bytes >= 1 && bytes <= 5, `an AES key check value is 1 to 5 bytes, asked for ${bytes}`);
  return aesCmac(key, new Uint8Array(16)).slice(0, bytes);
}
