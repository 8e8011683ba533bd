import { desDecrypt, desEncrypt, type MacPadding, padBlocks } from '@kassa/emv';
import { xorBytes } from '@kassa/primitives';
import type { CalcContext } from './calc-function.ts';

const BLOCK_BYTES = 8;
/** Blocks told one by one; of longer data the first so many and the last. */
const BLOCKS_TOLD_MAX = 32;

/** Tells ISO/IEC 9797-1 algorithm 3 block by block (its own way, with single DES alone). */
export function explainRetailMac(
  { explain }: CalcContext,
  key: Uint8Array,
  data: Uint8Array,
  padding: MacPadding,
): void {
  const padded = padBlocks(data, padding);
  explain(`padded data (${padding})`, padded);
  const [left, right] = [key.slice(0, BLOCK_BYTES), key.slice(BLOCK_BYTES)];
  explain('left key', left);
  explain('right key', right);
  let chain: Uint8Array = new Uint8Array(BLOCK_BYTES);
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) {
    chain = desEncrypt(left, xorBytes(chain, padded.subarray(at, at + BLOCK_BYTES)));
    const number = at / BLOCK_BYTES + 1;
    if (number <= BLOCKS_TOLD_MAX || at + BLOCK_BYTES === padded.length)
      explain(`chained block ${number}`, chain);
  }
  const deciphered = desDecrypt(right, chain);
  explain('deciphered under the right key', deciphered);
  explain('enciphered under the left key', desEncrypt(left, deciphered));
}
