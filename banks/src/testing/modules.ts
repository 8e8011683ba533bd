import { randomBytes } from 'node:crypto';
import type { KeyRecord, KeyVaultPorts } from '../security/key-vault.ts';
import { SecurityModule } from '../security/security-module.ts';
import { ISSUER_KEYS } from '../security-module.ts';

/** Clear keys of a bank, for tests. */
export interface IssuerTestKeys {
  readonly imkAc: Uint8Array;
  readonly cvk: Uint8Array;
  readonly pvk: Uint8Array;
  readonly zonePinKey: Uint8Array;
  readonly indexKey: Uint8Array;
}

export const CREATED_MS = Date.UTC(2026, 10, 20, 8, 0, 0);

/** A security module in memory. */
export function emptyModule(changes: Partial<KeyVaultPorts> = {}): SecurityModule {
  return new SecurityModule({
    localMasterKey: randomBytes(32),
    records: [],
    save: () => undefined,
    random: (count) => randomBytes(count),
    clock: () => CREATED_MS,
    ...changes,
  });
}

/** What a security module stores, kept: a second one opens it as after a restart. */
export function restartableModule(localMasterKey = randomBytes(32)) {
  let records: readonly KeyRecord[] = [];
  const start = (): SecurityModule =>
    emptyModule({
      localMasterKey,
      records,
      save: (saved) => {
        records = saved;
      },
    });
  return {
    start,
    get records() {
      return records;
    },
  };
}

export function issuerModule(keys: IssuerTestKeys): SecurityModule {
  const module = emptyModule();
  module.enterKey(ISSUER_KEYS.master, 'issuer-master', keys.imkAc);
  module.enterKey(ISSUER_KEYS.cardVerification, 'card-verification', keys.cvk);
  module.enterKey(ISSUER_KEYS.pinVerification, 'pin-verification-visa', keys.pvk);
  module.enterKey(ISSUER_KEYS.zonePin, 'zone-pin', keys.zonePinKey);
  module.enterKey(ISSUER_KEYS.cardIndex, 'card-index', keys.indexKey);
  return module;
}
