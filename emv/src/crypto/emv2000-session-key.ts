import { assert, concatBytes, xorBytes } from '@kassa/primitives';
import { tdesEncrypt, withOddParity } from './des.ts';

/** Shape of the key tree (EMV2000 4.0 Book 2, annex A1.3). */
export interface KeyTree {
  /** Branch factor b: children of a key. */
  readonly branch: number;
  /** Height H: levels below the card's key; b to the power of H is at least 65536. */
  readonly height: number;
  /** Stands for the key above the root, 16 bytes. */
  readonly iv: Uint8Array;
}

/** The tree both schemes used: 4 children, 8 levels, zeros above (EMV2000 4.0 Book 2, annex A1.3). */
export const EMV2000_KEY_TREE: KeyTree = { branch: 4, height: 8, iv: new Uint8Array(16) };

const ATC_COUNT = 65_536;

/**
 * Session key of EMV2000 (EMV2000 4.0 Book 2, annex A1.3; superseded by the common method in 2005): the leaf of a tree of
 * keys whose path is the transaction counter in base b, exclusive-or its grandparent.
 * @param udk 16 bytes.
 * @param atc 2 bytes of tag 9F36.
 * @returns 16 bytes with odd parity.
 */
export function sessionKeyEmv2000(
  udk: Uint8Array,
  atc: Uint8Array,
  tree: KeyTree = EMV2000_KEY_TREE,
): Uint8Array {
  assert(atc.length === 2, `a transaction counter is 2 bytes, found ${atc.length}`);
  assert(tree.branch ** tree.height >= ATC_COUNT, 'a key tree has a leaf for every transaction counter');
  const counter = ((atc[0] ?? 0) << 8) | (atc[1] ?? 0);
  let [parent, grandparent] = [udk, tree.iv];
  for (let level = tree.height - 1; level > 0; level--) {
    const child = childKey(parent, grandparent, Math.floor(counter / tree.branch ** level) % tree.branch);
    [parent, grandparent] = [child, parent];
  }
  return withOddParity(xorBytes(childKey(parent, grandparent, counter % tree.branch), grandparent));
}

/** The function Φ: both halves of the grandparent, marked with the branch, under the parent. */
function childKey(parent: Uint8Array, grandparent: Uint8Array, branch: number): Uint8Array {
  const marked = Uint8Array.from(grandparent);
  marked[7] = (marked[7] ?? 0) ^ branch;
  marked[15] = (marked[15] ?? 0) ^ branch ^ 0xf0;
  return tdesEncrypt(parent, concatBytes(marked));
}
