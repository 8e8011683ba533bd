import { KSN_BYTES } from '@kassa/emv';
import { equalBytes, toHex } from '@kassa/primitives';

/** ANSI X9.24-1: the rightmost 21 bits of a key serial number count transactions. */
const COUNTER_BITS = 21;
/** ANSI X9.24-1: a counter with more one bits is never used. */
const COUNTER_ONES_MAX = 10;

/** Whether a serial number is one that a PIN pad can have made its key from. */
export type KeySerialVerdict =
  /**
   * `set` names the injection: the serial number with its counter at zero; `last` is the one that none follows. Both, and
   * `ksn` itself, as 20 hexadecimal digits.
   */
  | { readonly ok: true; readonly set: string; readonly ksn: string; readonly last: string }
  | { readonly ok: false; readonly problem: KeySerialProblem };

export type KeySerialProblem =
  /** The terminal was injected with no key for PINs. */
  | 'no-key'
  /** Not the serial number this terminal was injected with. */
  | 'other-terminal'
  /** No PIN pad counts so: zero, or more than ten one bits. */
  | 'impossible';

/** @param injected 10 bytes with the counter at zero. */
export function keySerialVerdict(injected: Uint8Array, ksn: Uint8Array): KeySerialVerdict {
  if (ksn.length !== KSN_BYTES || !equalBytes(withoutCounter(injected), withoutCounter(ksn)))
    return { ok: false, problem: 'other-terminal' };
  const ones = onesOf(counterOf(ksn));
  if (ones === 0 || ones > COUNTER_ONES_MAX) return { ok: false, problem: 'impossible' };
  const set = withoutCounter(ksn);
  return { ok: true, set: toHex(set), ksn: toHex(ksn), last: toHex(lastOf(set)) };
}

function counterOf(ksn: Uint8Array): number {
  const low = ((ksn[7] ?? 0) << 16) | ((ksn[8] ?? 0) << 8) | (ksn[9] ?? 0);
  return low & ((1 << COUNTER_BITS) - 1);
}

function withoutCounter(ksn: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(ksn);
  bytes[7] = (bytes[7] ?? 0) & 0xe0;
  bytes.fill(0, 8);
  return bytes;
}

/** The greatest counter with ten one bits: the ten on the left. */
function lastOf(set: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(set);
  bytes[7] = (bytes[7] ?? 0) | 0x1f;
  bytes[8] = 0xf8;
  return bytes;
}

function onesOf(value: number): number {
  let ones = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) ones++;
  return ones;
}
