import { assert, equalBytes, xorBytes } from '@kassa/primitives';
import { withOddParity } from './des.ts';
import { aesKeyCheckValue, keyCheckValue } from './key-check-value.ts';

export type KeyAlgorithm = 'tdes' | 'aes';

/** What a key custodian's form shows of a key or of one component. */
export interface KeyProof {
  /** 3 bytes. */
  readonly keyCheckValue: Uint8Array;
  /** Parity of DES keys (FIPS 46-3); null for AES, which has none. */
  readonly parity: 'odd' | 'even' | 'mixed' | null;
}

/** Result of a key ceremony. */
export interface CombinedKey extends KeyProof {
  readonly key: Uint8Array;
  /** One for each component, in their order. */
  readonly components: readonly KeyProof[];
}

/** Key check value and parity of a key or a component (ANSI X9.24-1:2017). */
export function proveKey(algorithm: KeyAlgorithm, key: Uint8Array): KeyProof {
  return algorithm === 'aes'
    ? { keyCheckValue: aesKeyCheckValue(key), parity: null }
    : { keyCheckValue: keyCheckValue(key), parity: parityOf(key) };
}

/**
 * Key ceremony (ANSI X9.24-1:2017; PCI PIN, requirement 12): full-length components, each held by one custodian,
 * exclusive-or to the key. Parity of the key is shown, not mended: an even number of odd components makes an even key.
 * @param components two or more, equally long.
 */
export function combineKeyComponents(
  algorithm: KeyAlgorithm,
  components: readonly Uint8Array[],
): CombinedKey {
  const [first, ...others] = components;
  assert(first !== undefined && others.length > 0, 'a key is made of two components or more');
  assert(
    others.every(({ length }) => length === first.length),
    'components are equally long',
  );
  const key = others.reduce((left, right) => xorBytes(left, right), first);
  return {
    key,
    ...proveKey(algorithm, key),
    components: components.map((component) => proveKey(algorithm, component)),
  };
}

function parityOf(key: Uint8Array): 'odd' | 'even' | 'mixed' {
  const odd = withOddParity(key);
  if (equalBytes(odd, key)) return 'odd';
  return equalBytes(
    odd.map((byte) => byte ^ 1),
    key,
  )
    ? 'even'
    : 'mixed';
}
