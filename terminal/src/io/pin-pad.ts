import { dukptNextKsn, dukptPinKey } from '@kassa/emv';
import { toHex } from '@kassa/primitives';
import type { TerminalStore } from './terminal-store.ts';

/** The secure part of the device: it gives each PIN a key of its own (ANSI X9.24-1). */
export interface PinPad {
  /** Undefined when the keys are used up. The serial number is on disk before the key is used. */
  nextKey(): Promise<
    { readonly ksn: Uint8Array; readonly ksnHex: string; readonly pinKey: Uint8Array } | undefined
  >;
}

/** @param injected initial key, 16 bytes, and the serial number it was injected with, 10 bytes with counter zero. */
export function createPinPad(
  injected: { readonly initialKey: Uint8Array; readonly ksn: Uint8Array },
  store: TerminalStore,
): PinPad {
  return {
    async nextKey() {
      const ksn = await store.takeKsn(injected.ksn, dukptNextKsn);
      return ksn && { ksn, ksnHex: toHex(ksn), pinKey: dukptPinKey(injected.initialKey, ksn) };
    },
  };
}
