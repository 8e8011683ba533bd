import { concatBytes } from '@kassa/primitives';
import type { SeededRandom } from './seeded-random.ts';

/** The same bytes with one to three of them changed. */
export function changeBytes(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 + random.below(255));
  }
  return changed;
}

/** The first part of the bytes, at least one byte missing. */
export function truncate(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, random.below(bytes.length));
}

/** The bytes and up to sixteen more. */
export function extend(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  return concatBytes(bytes, random.bytes(1 + random.below(16)));
}

/** One change of any kind. */
export function mutate(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const to = at + random.below(bytes.length - at + 1);
  switch (random.below(10)) {
    case 0:
      return truncate(random, bytes);
    case 1:
      return extend(random, bytes);
    case 2:
      return concatBytes(bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at));
    case 3:
      return concatBytes(bytes.subarray(0, at), bytes.subarray(to));
    case 4:
      return concatBytes(bytes.subarray(0, to), bytes.subarray(at));
    default:
      return bytes.length === 0 ? random.bytes(4) : changeBytes(random, bytes);
  }
}
