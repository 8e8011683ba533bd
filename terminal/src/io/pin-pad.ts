import { dukptNextKsn } from '@kassa/emv';
import { toHex } from '@kassa/primitives';
import type { TerminalSecurity } from '../terminal-security.ts';
import type { TerminalStore } from './terminal-store.ts';

/** The secure part of the device: it gives each PIN a key of its own (ANSI X9.24-1). */
export interface PinPad {
  /**
   * Enciphers a PIN under a key that is never used again; the serial number is on disk before the key is used. Undefined
   * when the keys are used up.
   */
  encipher(
    pin: string,
    pan: string,
  ): Promise<{ readonly ksn: Uint8Array; readonly ksnHex: string; readonly block: Uint8Array } | undefined>;
}

export function createPinPad(
  security: Pick<TerminalSecurity, 'keySerial' | 'encipherPin'>,
  store: TerminalStore,
): PinPad {
  return {
    async encipher(pin, pan) {
      const ksn = await store.takeKsn(security.keySerial, dukptNextKsn);
      return ksn && { ksn, ksnHex: toHex(ksn), block: security.encipherPin(ksn, pin, pan) };
    },
  };
}
