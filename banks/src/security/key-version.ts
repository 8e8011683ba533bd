import type { KeyDescription } from './key-vault.ts';
import { SecurityModuleError } from './security-module-error.ts';

/** Key versions are two characters, counted here from 01 to ZZ in base 36 (ANSI X9.143-2022 leaves the counting open). */
const BASE = 36;
const VERSIONS = BASE * BASE;

/** The number a key version stands for; NaN for one that does not count. */
export function keyVersionNumber(version: string): number {
  return /^[0-9A-Z]{2}$/.test(version) ? Number.parseInt(version, BASE) : Number.NaN;
}

/** @throws SecurityModuleError `versions-used-up` */
export function nextKeyVersion({ name, version }: Pick<KeyDescription, 'name' | 'version'>): string {
  const next = keyVersionNumber(version) + 1;
  if (next < VERSIONS) return next.toString(BASE).toUpperCase().padStart(2, '0');
  const message = `key ${name} has version ${version}, which none follows: inject the terminal anew`;
  throw new SecurityModuleError({ code: 'versions-used-up', key: name, message });
}
