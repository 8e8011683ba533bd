import { assert, concatBytes } from '@kassa/primitives';
import { aesEncrypt } from './aes.ts';

/** ANSI X9.24-3:2017, 6: initial key id of 64 bits, then the transaction counter of 32. */
export const AES_KSN_BYTES = 12;
const INITIAL_KEY_ID_BYTES = 8;
/** ANSI X9.24-3:2017, 6: a counter with more than sixteen one bits is skipped, so sixteen steps make any key. */
const COUNTER_ONES_MAX = 16;
const COUNTER_MAX = 0xffff_ffff;

/** Kind of a derived key: algorithm identifier of the derivation data (X9.24-3:2017, 6) and its length in bits. */
const KEY_TYPES = {
  tdes2: { id: 0x0000, bits: 128 },
  tdes3: { id: 0x0001, bits: 192 },
  aes128: { id: 0x0002, bits: 128 },
  aes192: { id: 0x0003, bits: 192 },
  aes256: { id: 0x0004, bits: 256 },
  hmac128: { id: 0x0005, bits: 128 },
  hmac192: { id: 0x0005, bits: 192 },
  hmac256: { id: 0x0005, bits: 256 },
} as const;

export type AesDukptKeyType = keyof typeof KEY_TYPES;
export const AES_DUKPT_KEY_TYPES = Object.keys(KEY_TYPES) as readonly AesDukptKeyType[];

/** Key usage indicators (X9.24-3:2017, 6). */
const KEY_USAGES = {
  'key-encryption': 0x0002,
  'pin-encryption': 0x1000,
  'mac-generation': 0x2000,
  'mac-verification': 0x2001,
  'mac-both-ways': 0x2002,
  'data-encryption': 0x3000,
  'data-decryption': 0x3001,
  'data-both-ways': 0x3002,
  'key-derivation': 0x8000,
  'initial-key': 0x8001,
} as const;

export type AesDukptKeyUsage = keyof typeof KEY_USAGES;
/** Usages of working keys: what a transaction key is turned into. */
export const AES_DUKPT_WORKING_USAGES = Object.keys(KEY_USAGES).filter(
  (usage) => usage !== 'key-derivation' && usage !== 'initial-key',
) as readonly AesDukptKeyUsage[];

/**
 * Initial key of a device (ANSI X9.24-3:2017, 6): the base derivation key over the initial key id.
 * @param bdk 16, 24 or 32 bytes; the initial key is as long.
 * @param initialKeyId 8 bytes: BDK id and derivation id.
 */
export function aesDukptInitialKey(bdk: Uint8Array, initialKeyId: Uint8Array): Uint8Array {
  assert(
    initialKeyId.length === INITIAL_KEY_ID_BYTES,
    `an initial key id is 8 bytes, found ${initialKeyId.length}`,
  );
  return deriveKey(bdk, 'initial-key', aesTypeOf(bdk), initialKeyId);
}

/**
 * Transaction key of a serial number (ANSI X9.24-3:2017, 6, host side): one step for each one bit of the counter,
 * from the left. Working keys are made of it; it is never used itself.
 */
export function aesDukptTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  const counter = counterOf(ksn);
  const keyType = aesTypeOf(initialKey);
  let key = initialKey;
  let reached = 0;
  for (let bit = 2 ** 31; bit >= 1; bit /= 2) {
    if (Math.floor(counter / bit) % 2 === 0) continue;
    reached += bit;
    const context = concatBytes(ksn.subarray(4, INITIAL_KEY_ID_BYTES), word(reached));
    key = deriveKey(key, 'key-derivation', keyType, context);
  }
  return key;
}

/**
 * Working key of a transaction (ANSI X9.24-3:2017, 6).
 * @param transactionKey of {@link aesDukptTransactionKey}.
 * @param keyType of the working key: no stronger than the transaction key (X9.24-3:2017, 6).
 */
export function aesDukptWorkingKey(
  transactionKey: Uint8Array,
  ksn: Uint8Array,
  usage: AesDukptKeyUsage,
  keyType: AesDukptKeyType,
): Uint8Array {
  const context = concatBytes(ksn.subarray(4, INITIAL_KEY_ID_BYTES), word(counterOf(ksn)));
  return deriveKey(transactionKey, usage, keyType, context);
}

/** Whether a key may derive one of the type: not a stronger one than itself (ANSI X9.24-3:2017, 6). */
export function mayDeriveAesDukpt(derivationKey: Uint8Array, keyType: AesDukptKeyType): boolean {
  // TDES of three keys has the strength of 112 bits, so every AES key may make one.
  return keyType.startsWith('tdes') || KEY_TYPES[keyType].bits <= derivationKey.length * 8;
}

/**
 * Key that enciphers the next initial key sent to the device (ANSI X9.24-3:2017, 6 "DUKPT update key"): the key
 * encryption key of the counter of all ones, which no transaction has.
 * @param initialKeyId 8 bytes.
 */
export function aesDukptUpdateKey(initialKey: Uint8Array, initialKeyId: Uint8Array): Uint8Array {
  const ksn = concatBytes(initialKeyId, word(COUNTER_MAX));
  const key = aesDukptTransactionKey(initialKey, ksn);
  return aesDukptWorkingKey(key, ksn, 'key-encryption', aesTypeOf(initialKey));
}

/**
 * The serial number of the next transaction (ANSI X9.24-3:2017, 6): one more, or, where that would hold more than
 * sixteen one bits, the lowest one bit more.
 * @returns null when the counter is used up.
 */
export function aesDukptNextKsn(ksn: Uint8Array): Uint8Array | null {
  const counter = counterOf(ksn);
  const lowestBit = counter === 0 ? 1 : 2 ** trailingZeros(counter);
  const next = counter + (countOnes(counter) < COUNTER_ONES_MAX ? 1 : lowestBit);
  return next > COUNTER_MAX ? null : concatBytes(ksn.subarray(0, INITIAL_KEY_ID_BYTES), word(next));
}

/** AES type of the length of a key. */
export function aesTypeOf(key: Uint8Array): 'aes128' | 'aes192' | 'aes256' {
  switch (key.length) {
    case 16:
      return 'aes128';
    case 24:
      return 'aes192';
    default:
      assert(key.length === 32, `an AES key is 16, 24 or 32 bytes, found ${key.length}`);
      return 'aes256';
  }
}

/** ANSI X9.24-3:2017, 6: derivation data, once for each 128 bits needed, in ECB; the left of it is the key. */
function deriveKey(
  derivationKey: Uint8Array,
  usage: AesDukptKeyUsage,
  keyType: AesDukptKeyType,
  context: Uint8Array,
): Uint8Array {
  assert(mayDeriveAesDukpt(derivationKey, keyType), 'a DUKPT key makes none stronger than itself');
  const { id, bits } = KEY_TYPES[keyType];
  const blocks = Array.from({ length: Math.ceil(bits / 128) }, (_, index) =>
    // Version 01, which block of the key, usage, algorithm, bits of the key, then id or counter.
    concatBytes(Uint8Array.of(0x01, index + 1), half(KEY_USAGES[usage]), half(id), half(bits), context),
  );
  return aesEncrypt(derivationKey, concatBytes(...blocks)).slice(0, bits / 8);
}

function counterOf(ksn: Uint8Array): number {
  assert(ksn.length === AES_KSN_BYTES, `an AES key serial number is 12 bytes, found ${ksn.length}`);
  return new DataView(ksn.buffer, ksn.byteOffset).getUint32(INITIAL_KEY_ID_BYTES);
}

function half(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function countOnes(value: number): number {
  let ones = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

function trailingZeros(value: number): number {
  let zeros = 0;
  for (let rest = value; rest % 2 === 0; rest /= 2) zeros++;
  return zeros;
}
