import { createHmac } from 'node:crypto';
import type { Pan } from '@kassa/primitives';

/**
 * HMAC-SHA-256 of a card number, 64 hexadecimal characters: the database can find a card again and cannot tell its
 * number, not even by trying all numbers, without the key (PCI DSS 3.5.1.1 asks for a keyed hash).
 */
export function cardIndex(key: Uint8Array, pan: Pan): string {
  return createHmac('sha256', key).update(pan).digest('hex');
}

/** Tells whether two parties hold the same HMAC key: the first three bytes of the HMAC of nothing, in capitals. */
export function indexKeyCheckValue(key: Uint8Array): string {
  return createHmac('sha256', key).digest('hex').slice(0, 6).toUpperCase();
}
