import {
  dukptPinKey,
  encodePinBlock0,
  keyCheckValue,
  readKeyBlock,
  retailMac,
  tdesEncrypt,
} from '@kassa/emv';
import { equalBytes, toHex } from '@kassa/primitives';
import type { TerminalSecurity } from '../../terminal-security.ts';
import { EXCHANGE_KEY, INITIAL_KEY, INITIAL_KSN, MAC_KEY } from './sample-keys.ts';

/** The secure part of a device with the sample keys: nothing of it is kept from anybody, or on disk. */
export function sampleSecurity(
  changes: { readonly macKey?: Uint8Array; readonly keySerial?: Uint8Array } = {},
): TerminalSecurity {
  const { keySerial = INITIAL_KSN } = changes;
  let macKey = changes.macKey ?? MAC_KEY;
  let macKeyVersion = '01';
  const makeMac = (data: Uint8Array): Uint8Array => retailMac(macKey, data, { padding: 'method-1' });
  return {
    get macKeyVersion() {
      return macKeyVersion;
    },
    makeMac,
    verifyMac: (data, mac) => equalBytes(makeMac(data), mac),
    keySerial,
    encipherPin: (ksn, pin, pan) => tdesEncrypt(dukptPinKey(INITIAL_KEY, ksn), encodePinBlock0(pin, pan)),
    acceptMacKey(block) {
      const { header, key } = readKeyBlock(EXCHANGE_KEY, block);
      if (header.keyVersion <= macKeyVersion) return { ok: false, why: 'an old version' };
      macKey = key;
      macKeyVersion = header.keyVersion;
      return { ok: true, version: macKeyVersion, checkValue: toHex(keyCheckValue(key)) };
    },
  };
}
