import { assert } from '@kassa/primitives';
import { BACK_OFF_FACTOR, BACK_OFF_JITTER, BACK_OFF_MS_MAX, BACK_OFF_MS_MIN } from './session-limits.ts';

export interface BackOffSettings {
  /** Longest first pause, in ms. */
  readonly minMs?: number;
  /** Longest of all pauses, in ms. */
  readonly maxMs?: number;
  /** What each pause is multiplied by. */
  readonly factor?: number;
  /** Share of each pause left to chance, 0 to 1. */
  readonly jitter?: number;
}

/** Pauses between attempts that fail: growing up to a limit, each shortened by chance. */
export interface BackOff {
  /** The next pause, in ms. */
  next(): number;
  /** After a success: the next failure begins anew. */
  reset(): void;
}

/** @param random a number from 0 up to but not 1, a new one each time. */
export function createBackOff(settings: BackOffSettings, random: () => number): BackOff {
  const {
    minMs = BACK_OFF_MS_MIN,
    maxMs = BACK_OFF_MS_MAX,
    factor = BACK_OFF_FACTOR,
    jitter = BACK_OFF_JITTER,
  } = settings;
  assert(minMs >= 0 && maxMs >= minMs, 'back-off: minMs is from 0 to maxMs');
  assert(factor >= 1, 'back-off: the factor is at least 1');
  assert(jitter >= 0 && jitter <= 1, 'back-off: the jitter is from 0 to 1');
  let pauseMs = minMs;
  return {
    next() {
      const thisMs = pauseMs;
      pauseMs = Math.min(maxMs, pauseMs * factor);
      return thisMs * (1 - jitter * random());
    },
    reset() {
      pauseMs = minMs;
    },
  };
}
