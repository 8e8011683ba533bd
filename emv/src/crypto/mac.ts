import { assert, concatBytes, xorBytes } from '@kassa/primitives';
import { DES_BLOCK_BYTES, desCbcEncrypt, tdesCbcEncrypt, tdesEncrypt } from './des.ts';

/** ISO/IEC 9797-1, 6.3: method 1 fills with zeros, and only when needed; method 2 always adds `80`, then zeros. */
export type MacPadding = 'method-1' | 'method-2';

export interface MacOptions {
  readonly padding: MacPadding;
}

/**
 * Fills to whole blocks of 8 bytes (ISO/IEC 9797-1, 6.3.2 and 6.3.3).
 * Method 1 leaves empty data empty in no case: it becomes one block of zeros.
 */
export function padBlocks(data: Uint8Array, padding: MacPadding): Uint8Array {
  const marked = padding === 'method-2' ? concatBytes(data, Uint8Array.of(0x80)) : data;
  const blocks = Math.max(1, Math.ceil(marked.length / DES_BLOCK_BYTES));
  const padded = new Uint8Array(blocks * DES_BLOCK_BYTES);
  padded.set(marked);
  return padded;
}

/**
 * ISO/IEC 9797-1 MAC algorithm 3 with DES, the "retail MAC" (ANSI X9.19; EMV 4.4 Book 2, annex A1.2.1): CBC under the
 * left half of the key, the last block also through decryption under the right half and encryption under the left.
 * @param key 16 bytes.
 * @returns 8 bytes; the caller keeps the left 4 where its message carries 4.
 */
export function retailMac(key: Uint8Array, data: Uint8Array, options: MacOptions): Uint8Array {
  assert(key.length === 16, `a retail MAC key is 16 bytes, found ${key.length}`);
  const padded = padBlocks(data, options.padding);
  const head = padded.subarray(0, padded.length - DES_BLOCK_BYTES);
  const last = padded.subarray(padded.length - DES_BLOCK_BYTES);
  // E(K1) then D(K2) then E(K1) of the last block is one TDES step: no separate final transformation is needed.
  const chained =
    head.length === 0 ? last : xorBytes(last, lastBlock(desCbcEncrypt(key.subarray(0, 8), head)));
  return tdesEncrypt(key, chained);
}

/**
 * ISO/IEC 9797-1 MAC algorithm 1 with TDES: the last block of CBC with a zero initial vector.
 * @param key 16 or 24 bytes.
 * @returns 8 bytes.
 */
export function cbcMac(key: Uint8Array, data: Uint8Array, options: MacOptions): Uint8Array {
  return lastBlock(tdesCbcEncrypt(key, padBlocks(data, options.padding)));
}

function lastBlock(blocks: Uint8Array): Uint8Array {
  return blocks.slice(blocks.length - DES_BLOCK_BYTES);
}
