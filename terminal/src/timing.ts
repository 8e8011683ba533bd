import {
  CARDHOLDER_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  ECHO_INTERVAL_MS,
  RESPONSE_TIMEOUT_MS,
  RESULT_SHOWN_MS,
  REVERSAL_PAUSE_MS_MAX,
  REVERSAL_PAUSE_MS_MIN,
} from './limits.ts';

/** Time limits and pauses of one device; limits.ts has the defaults and the reasons. */
export interface Timing {
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly echoIntervalMs: number;
  readonly reversalPauseMsMin: number;
  readonly reversalPauseMsMax: number;
  readonly cardholderTimeoutMs: number;
  readonly resultShownMs: number;
}

export function timingOf(changes: Partial<Timing>): Timing {
  return {
    connectTimeoutMs: changes.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    responseTimeoutMs: changes.responseTimeoutMs ?? RESPONSE_TIMEOUT_MS,
    echoIntervalMs: changes.echoIntervalMs ?? ECHO_INTERVAL_MS,
    reversalPauseMsMin: changes.reversalPauseMsMin ?? REVERSAL_PAUSE_MS_MIN,
    reversalPauseMsMax: changes.reversalPauseMsMax ?? REVERSAL_PAUSE_MS_MAX,
    cardholderTimeoutMs: changes.cardholderTimeoutMs ?? CARDHOLDER_TIMEOUT_MS,
    resultShownMs: changes.resultShownMs ?? RESULT_SHOWN_MS,
  };
}
