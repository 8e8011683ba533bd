import { keyVersionNumber, type SecurityModule, SecurityModuleError } from '@kassa/banks';
import { assert, fromHex } from '@kassa/primitives';
import type { KeyAcceptance, TerminalSecurity } from '@kassa/terminal';

/** Names of a terminal's keys in its own security module. */
export const TERMINAL_KEYS = { initial: 'initial', mac: 'mac', exchange: 'exchange' } as const;

/** Where a key waits to take another's place. */
const ARRIVED = 'mac-arrived';

/** The secure part of a terminal: a security module with the keys of {@link TERMINAL_KEYS}. */
export function createTerminalSecurity(module: SecurityModule): TerminalSecurity {
  const { initial, mac, exchange } = TERMINAL_KEYS;
  const { keySerial } = module.describe(initial);
  assert(keySerial !== null, 'an initial key carries its serial number');
  return {
    get macKeyVersion() {
      return module.describe(mac).version;
    },
    makeMac: (data) => module.makeMac(mac, data),
    verifyMac: (data, received) => module.verifyMac(mac, data, received),
    keySerial: fromHex(keySerial),
    encipherPin: (ksn, pin, pan) => module.encipherPin(initial, ksn, pin, pan),
    acceptMacKey: (block) => {
      try {
        return takeMacKey(module, block, exchange, mac);
      } catch (error) {
        if (!(error instanceof SecurityModuleError)) throw error;
        return { ok: false, why: error.message };
      }
    },
  };
}

function takeMacKey(module: SecurityModule, block: string, exchange: string, mac: string): KeyAcceptance {
  // One that a crash left behind.
  module.deleteKey(ARRIVED);
  const { version, checkValue } = module.importKey(ARRIVED, 'mac', block, exchange);
  const current = module.describe(mac).version;
  if (!(keyVersionNumber(version) > keyVersionNumber(current))) {
    module.deleteKey(ARRIVED);
    return { ok: false, why: `the key block holds version ${version}, which does not follow ${current}` };
  }
  module.replaceKey(mac, ARRIVED);
  return { ok: true, version, checkValue };
}
