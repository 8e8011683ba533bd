/** What became of a new MAC key. */
export type KeyAcceptance =
  | { readonly ok: true; readonly version: string; readonly checkValue: string }
  | { readonly ok: false; readonly why: string };

/** The secure part of a device, as the rest of it sees it: keys stay inside. */
export interface TerminalSecurity {
  /** Version of the MAC key in use, two characters; another one after a key exchange. */
  readonly macKeyVersion: string;
  /** ISO 9797-1 algorithm 3, padding method 1, 8 bytes: the MAC of both dialects (docs/wire.md). */
  makeMac(data: Uint8Array): Uint8Array;
  /** Compares in constant time. */
  verifyMac(data: Uint8Array, mac: Uint8Array): boolean;
  /** Serial number the initial key was injected with, 10 bytes with counter zero (ANSI X9.24-1). */
  readonly keySerial: Uint8Array;
  /** PIN block of format 0 under the key of that serial number. @param pin 4 to 12 digits */
  encipherPin(ksn: Uint8Array, pin: string, pan: string): Uint8Array;
  /**
   * Takes a new MAC key, a TR-31 block under this device's key-exchange key. It is stored before it is used. Only a later
   * version is taken: an old block that somebody kept is not.
   * @throws StorageError
   */
  acceptMacKey(block: string): KeyAcceptance;
}
