import { ALMATY_OFFSET_MS } from '@kassa/primitives';

const DAY_MS = 86_400_000;

/**
 * The day an instant falls on in Kazakhstan, in days since 1970-01-01: days begin at 19:00 UTC. UTC+5 everywhere since
 * 2024-03-01, and used for earlier instants too.
 */
export function dayOf(nowMs: number): number {
  return Math.floor((nowMs + ALMATY_OFFSET_MS) / DAY_MS);
}
