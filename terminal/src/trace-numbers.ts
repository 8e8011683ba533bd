import { ALMATY_OFFSET_MS, calendarParts } from '@kassa/primitives';
import { STAN_MAX } from './limits.ts';

/** The numbers and times that name one message exchange (ISO 8583:1987, DE 7, 11, 12, 13, 37). */
export interface TraceNumbers {
  readonly stan: string;
  readonly rrn: string;
  /** DE 7, UTC: `MMDDhhmmss`. */
  readonly transmissionTime: string;
  /** DE 12, local: `hhmmss`. */
  readonly localTime: string;
  /** DE 13, local: `MMDD`. */
  readonly localDate: string;
}

/** The systems trace audit number after another: 000001 to 999999, then 000001 again. */
export function nextStan(stan: string): string {
  const next = Number(stan) >= STAN_MAX ? 1 : Number(stan) + 1;
  return next.toString().padStart(6, '0');
}

/**
 * Numbers of a message made at an instant. The retrieval reference number is the customary `YDDDhh` and the trace number:
 * unique per terminal for ten years unless it makes a million messages in an hour.
 */
export function traceNumbers(stan: string, nowMs: number): TraceNumbers {
  const utc = calendarParts(nowMs, 0);
  const local = calendarParts(nowMs, ALMATY_OFFSET_MS);
  return {
    stan,
    rrn: `${local.year.slice(-1)}${local.dayOfYear}${local.hour}${stan}`,
    transmissionTime: `${utc.month}${utc.day}${utc.hour}${utc.minute}${utc.second}`,
    localTime: `${local.hour}${local.minute}${local.second}`,
    localDate: `${local.month}${local.day}`,
  };
}
