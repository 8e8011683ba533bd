import { assert, concatBytes, fromHex, xorBytes } from '@kassa/primitives';
import { desEncrypt, tdesEncrypt } from './des.ts';

/** ANSI X9.24-1:2009, annex A: a key serial number is 80 bits, the rightmost 21 of them the transaction counter. */
export const KSN_BYTES = 10;
const COUNTER_BITS = 21;
const COUNTER_MASK = (1 << COUNTER_BITS) - 1;
/** ANSI X9.24-1:2009, annex A: a counter with more than ten one bits is skipped, so ten steps make any key. */
const COUNTER_ONES_MAX = 10;

/** ANSI X9.24-1:2009, annex A: what makes the right half of a key different from the left. */
const KEY_MASK = fromHex('C0C0C0C000000000C0C0C0C000000000');
const PIN_VARIANT = fromHex('00000000000000FF00000000000000FF');
const MAC_REQUEST_VARIANT = fromHex('000000000000FF00000000000000FF00');
const MAC_RESPONSE_VARIANT = fromHex('00000000FF00000000000000FF000000');
const DATA_REQUEST_VARIANT = fromHex('0000000000FF00000000000000FF0000');
const DATA_RESPONSE_VARIANT = fromHex('000000FF00000000000000FF00000000');

/** The working keys of one transaction, 16 bytes each. */
export interface DukptKeys {
  readonly pin: Uint8Array;
  /** For the message the terminal sends. */
  readonly macRequest: Uint8Array;
  /** For the answer it receives. */
  readonly macResponse: Uint8Array;
}

/** Data encryption keys of one transaction, 16 bytes each. */
export interface DukptDataKeys {
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

/**
 * Initial key of a device (ANSI X9.24-1:2009, annex A): the base derivation key over the serial number without its counter.
 * @param bdk base derivation key, 16 bytes.
 * @param ksn 10 bytes with any counter.
 */
export function dukptInitialKey(bdk: Uint8Array, ksn: Uint8Array): Uint8Array {
  const serial = withCounter(ksn, 0).subarray(0, 8);
  return concatBytes(tdesEncrypt(bdk, serial), tdesEncrypt(xorBytes(bdk, KEY_MASK), serial));
}

/**
 * Transaction key of a serial number (ANSI X9.24-1:2009, annex A): one step for
 * each one bit of the counter, from the left. Variants of it are used, never the key itself.
 */
export function dukptTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  const counter = counterOf(ksn);
  let key = initialKey;
  let reached = 0;
  for (let bit = 1 << (COUNTER_BITS - 1); bit !== 0; bit >>= 1) {
    if ((counter & bit) === 0) continue;
    reached |= bit;
    key = nextKey(key, withCounter(ksn, reached));
  }
  return key;
}

/** Key that enciphers the PIN block: the PIN variant of the transaction key (ANSI X9.24-1:2009, annex A). */
export function dukptPinKey(initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  return xorBytes(dukptTransactionKey(initialKey, ksn), PIN_VARIANT);
}

/** MAC key of the request (ANSI X9.24-1:2009, annex A). */
export function dukptMacRequestKey(initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  return xorBytes(dukptTransactionKey(initialKey, ksn), MAC_REQUEST_VARIANT);
}

/** MAC key of the answer (ANSI X9.24-1:2009, annex A). */
export function dukptMacResponseKey(initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  return xorBytes(dukptTransactionKey(initialKey, ksn), MAC_RESPONSE_VARIANT);
}

/** All three working keys with one derivation: what a host makes on each message. */
export function dukptKeys(initialKey: Uint8Array, ksn: Uint8Array): DukptKeys {
  return variants(dukptTransactionKey(initialKey, ksn));
}

/**
 * Data encryption keys (ANSI X9.24-1:2009, annex A.4.1): each half of the variant also under the variant itself, so that
 * a data key told to a decrypting host tells nothing of the transaction key.
 */
export function dukptDataKeys(initialKey: Uint8Array, ksn: Uint8Array): DukptDataKeys {
  const transactionKey = dukptTransactionKey(initialKey, ksn);
  const oneWay = (variant: Uint8Array): Uint8Array => {
    const key = xorBytes(transactionKey, variant);
    return tdesEncrypt(key, key);
  };
  return { request: oneWay(DATA_REQUEST_VARIANT), response: oneWay(DATA_RESPONSE_VARIANT) };
}

/**
 * The serial number of the next transaction (ANSI X9.24-1:2009, annex A): one more, or, where that would hold more
 * than ten one bits, the lowest one bit more.
 * @returns null when the counter is used up: the device needs a new initial key.
 */
export function dukptNextKsn(ksn: Uint8Array): Uint8Array | null {
  const counter = counterOf(ksn);
  const next = counter + (countOnes(counter) < COUNTER_ONES_MAX ? 1 : counter & -counter);
  return next > COUNTER_MASK ? null : withCounter(ksn, next);
}

/**
 * What a device keeps (ANSI X9.24-1:2009, annex A): the next serial number and the keys of the future, one for each bit of
 * the counter. Neither the initial key nor a used key can be made from it.
 */
export interface DukptDevice {
  /** Serial number of the next transaction; null when used up. */
  readonly ksn: Uint8Array | null;
  /** Register per counter bit, lowest first; null once used. */
  readonly futureKeys: readonly (Uint8Array | null)[];
}

/** Loads an initial key (ANSI X9.24-1:2009, annex A, "Load Initial Key"); the caller then forgets it. */
export function dukptLoad(initialKey: Uint8Array, ksn: Uint8Array): DukptDevice {
  const futureKeys = Array.from({ length: COUNTER_BITS }, (_, index) =>
    nextKey(initialKey, withCounter(ksn, 1 << index)),
  );
  return { ksn: withCounter(ksn, 1), futureKeys };
}

/**
 * Takes the keys of the next transaction and the device as it is afterwards (ANSI X9.24-1:2009, annex A, "New Key").
 * The caller stores the device before it uses the keys, so that no serial number is ever used twice.
 * @returns null when the counter is used up.
 */
export function dukptAdvance(
  device: DukptDevice,
): { readonly ksn: Uint8Array; readonly keys: DukptKeys; readonly device: DukptDevice } | null {
  const { ksn } = device;
  if (ksn === null) return null;
  const counter = counterOf(ksn);
  const lowestBit = counter & -counter;
  const index = Math.log2(lowestBit);
  const key = device.futureKeys[index];
  assert(key !== null && key !== undefined, 'a DUKPT register was used twice');
  const mayDerive = countOnes(counter) < COUNTER_ONES_MAX;
  const futureKeys = device.futureKeys.map((kept, position) => {
    if (position === index) return null;
    if (position > index || !mayDerive) return kept;
    return nextKey(key, withCounter(ksn, counter | (1 << position)));
  });
  return { ksn, keys: variants(key), device: { ksn: dukptNextKsn(ksn), futureKeys } };
}

function variants(key: Uint8Array): DukptKeys {
  return {
    pin: xorBytes(key, PIN_VARIANT),
    macRequest: xorBytes(key, MAC_REQUEST_VARIANT),
    macResponse: xorBytes(key, MAC_RESPONSE_VARIANT),
  };
}

/** Non-reversible key generation (ANSI X9.24-1:2009, annex A): from a key and the rightmost 8 bytes of the serial number. */
function nextKey(key: Uint8Array, ksn: Uint8Array): Uint8Array {
  const register = ksn.subarray(2);
  const right = halfKey(key, register);
  const left = halfKey(xorBytes(key, KEY_MASK), register);
  return concatBytes(left, right);
}

function halfKey(key: Uint8Array, register: Uint8Array): Uint8Array {
  const rightHalf = key.subarray(8);
  return xorBytes(desEncrypt(key.subarray(0, 8), xorBytes(register, rightHalf)), rightHalf);
}

function counterOf(ksn: Uint8Array): number {
  assert(ksn.length === KSN_BYTES, `a key serial number is ${KSN_BYTES} bytes, found ${ksn.length}`);
  return (((ksn[7] ?? 0) & 0x1f) << 16) | ((ksn[8] ?? 0) << 8) | (ksn[9] ?? 0);
}

function withCounter(ksn: Uint8Array, counter: number): Uint8Array {
  assert(ksn.length === KSN_BYTES, `a key serial number is ${KSN_BYTES} bytes, found ${ksn.length}`);
  const bytes = Uint8Array.from(ksn);
  bytes[7] = ((bytes[7] ?? 0) & 0xe0) | (counter >> 16);
  bytes[8] = (counter >> 8) & 0xff;
  bytes[9] = counter & 0xff;
  return bytes;
}

function countOnes(value: number): number {
  let ones = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) ones++;
  return ones;
}
