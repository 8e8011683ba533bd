import type { Refusal } from '../outcome.ts';
import type { Change } from '../view.ts';

/** What the rules say about one operation: its effects, or the first thing wrong with it. */
export type Decision =
  | { readonly ok: true; readonly changes: readonly Change[] }
  | { readonly ok: false; readonly refusal: Refusal };

export function accept(...changes: readonly Change[]): Decision {
  return { ok: true, changes };
}

export function refuse(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
