import { randomBytes } from 'node:crypto';
import { SecurityModule } from '@kassa/banks';

/** A security module in memory. */
export function emptyModule(): SecurityModule {
  return new SecurityModule({
    localMasterKey: randomBytes(32),
    records: [],
    save: () => undefined,
    random: (count) => randomBytes(count),
    clock: () => Date.UTC(2026, 10, 20, 8, 0, 0),
  });
}
