import { assert, concatBytes, xorBytes } from '@kassa/primitives';
import { AES_BLOCK_BYTES, aesEncrypt } from './aes.ts';
import {
  DES_BLOCK_BYTES,
  desCbcEncrypt,
  tdesCbcEncrypt,
  tdesDecrypt,
  tdesEncrypt,
  tdesEncryptOnce,
} from './des.ts';

/**
 * ISO/IEC 9797-1, 6.3: method 1 fills with zeros, and only when needed; method 2 always adds `80`, then zeros; method 3
 * fills with zeros and puts a block with the length in bits before.
 */
export type MacPadding = 'method-1' | 'method-2' | 'method-3';

export interface MacOptions {
  readonly padding: MacPadding;
  /** The key is a session key that makes no other MAC: no cipher is kept for it. */
  readonly isKeyUsedOnce?: boolean;
}

/**
 * Fills to whole blocks of 8 bytes (ISO/IEC 9797-1, 6.3.2 to 6.3.4).
 * Empty data becomes one block of zeros by method 1, so that there is something to chain.
 */
export function padBlocks(data: Uint8Array, padding: MacPadding): Uint8Array {
  const marked = padding === 'method-2' ? concatBytes(data, Uint8Array.of(0x80)) : data;
  const blocks = Math.max(1, Math.ceil(marked.length / DES_BLOCK_BYTES));
  const padded = new Uint8Array(blocks * DES_BLOCK_BYTES);
  padded.set(marked);
  return padding === 'method-3' ? concatBytes(lengthBlock(data.length), padded) : padded;
}

function lengthBlock(bytes: number): Uint8Array {
  const block = new Uint8Array(DES_BLOCK_BYTES);
  new DataView(block.buffer).setBigUint64(0, BigInt(bytes) * 8n);
  return block;
}

/**
 * ISO/IEC 9797-1 MAC algorithm 3 (ANSI X9.19, the "retail MAC"; EMV 4.4 Book 2, annex A1.2.1): CBC under the left half
 * of the key, the last block also through decryption under the right half and encryption under the left.
 * @param key 16 bytes: halves of single DES, as every payment document means it; 32 bytes: halves of TDES.
 * @returns 8 bytes; the caller keeps the left 4 where its message carries 4.
 */
export function retailMac(key: Uint8Array, data: Uint8Array, options: MacOptions): Uint8Array {
  assert(key.length === 16 || key.length === 32, `a retail MAC key is 16 or 32 bytes, found ${key.length}`);
  const padded = padBlocks(data, options.padding);
  if (key.length === 32) {
    const [left, right] = [key.slice(0, 16), key.slice(16)];
    return tdesEncrypt(left, tdesDecrypt(right, lastBlock(tdesCbcEncrypt(left, padded))));
  }
  const head = padded.subarray(0, padded.length - DES_BLOCK_BYTES);
  const last = padded.subarray(padded.length - DES_BLOCK_BYTES);
  // E(K1) then D(K2) then E(K1) of the last block is one TDES step: no separate final transformation is needed.
  const chained =
    head.length === 0 ? last : xorBytes(last, lastBlock(desCbcEncrypt(key.subarray(0, 8), head)));
  return options.isKeyUsedOnce ? tdesEncryptOnce(key, chained) : tdesEncrypt(key, chained);
}

/**
 * ISO/IEC 9797-1 MAC algorithm 1: the last block of CBC with a zero initial vector.
 * @param key 8 bytes (DES), 16 or 24 (TDES).
 * @returns 8 bytes.
 */
export function cbcMac(key: Uint8Array, data: Uint8Array, options: MacOptions): Uint8Array {
  const padded = padBlocks(data, options.padding);
  return lastBlock(key.length === 8 ? desCbcEncrypt(key, padded) : tdesCbcEncrypt(key, padded));
}

/** CMAC with TDES (NIST SP 800-38B; ISO/IEC 9797-1 algorithm 5). @param key 16 or 24 bytes. @returns 8 bytes. */
export function tdesCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return cmac((block) => tdesEncrypt(key, block), DES_BLOCK_BYTES, 0x1b, data);
}

/** CMAC with AES (NIST SP 800-38B; RFC 4493). @param key 16, 24 or 32 bytes. @returns 16 bytes. */
export function aesCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return cmac((block) => aesEncrypt(key, block), AES_BLOCK_BYTES, 0x87, data);
}

/**
 * NIST SP 800-38B, 6.1 and 6.2.
 * @param polynomial R of 5.3: 1B for blocks of 64 bits, 87 for 128.
 */
function cmac(
  encrypt: (block: Uint8Array) => Uint8Array,
  blockBytes: number,
  polynomial: number,
  data: Uint8Array,
): Uint8Array {
  const k1 = timesX(encrypt(new Uint8Array(blockBytes)), polynomial);
  const blocks = Math.max(1, Math.ceil(data.length / blockBytes));
  const lastAt = (blocks - 1) * blockBytes;
  const rest = data.subarray(lastAt);
  const last = new Uint8Array(blockBytes);
  last.set(rest);
  if (rest.length < blockBytes) last[rest.length] = 0x80;
  let chained = new Uint8Array(blockBytes);
  for (let at = 0; at < lastAt; at += blockBytes) {
    chained = Uint8Array.from(encrypt(xorBytes(chained, data.subarray(at, at + blockBytes))));
  }
  const mask = rest.length === blockBytes ? k1 : timesX(k1, polynomial);
  return encrypt(xorBytes(xorBytes(chained, last), mask));
}

/** Doubling in the field of the block: shift left by one, and R where a one falls off. */
function timesX(block: Uint8Array, polynomial: number): Uint8Array {
  const doubled = block.map((byte, index) => ((byte << 1) | ((block[index + 1] ?? 0) >> 7)) & 0xff);
  const last = block.length - 1;
  if (((block[0] ?? 0) & 0x80) !== 0) doubled[last] = (doubled[last] ?? 0) ^ polynomial;
  return doubled;
}

function lastBlock(blocks: Uint8Array): Uint8Array {
  return blocks.slice(blocks.length - DES_BLOCK_BYTES);
}
