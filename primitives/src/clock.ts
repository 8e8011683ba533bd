/** Milliseconds since 1970-01-01T00:00:00Z. Core code is given one; only `io/` and `main.ts` read the real clock. */
export type Clock = () => number;

/** Kazakhstan keeps UTC+5 everywhere since 2024-03-01. */
export const ALMATY_OFFSET_MS = 5 * 60 * 60 * 1000;

/** Calendar parts of an instant, each zero-padded. */
export interface CalendarParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  /** 001 to 366. */
  readonly dayOfYear: string;
}

/** Parts of an instant in a zone given as its offset from UTC: 0 for DE 7, {@link ALMATY_OFFSET_MS} for DE 12 and 13. */
export function calendarParts(epochMs: number, offsetMs: number): CalendarParts {
  const shifted = new Date(epochMs + offsetMs);
  const pad = (value: number, width: number): string => value.toString().padStart(width, '0');
  const yearStartMs = Date.UTC(shifted.getUTCFullYear(), 0, 1);
  return {
    year: pad(shifted.getUTCFullYear(), 4),
    month: pad(shifted.getUTCMonth() + 1, 2),
    day: pad(shifted.getUTCDate(), 2),
    hour: pad(shifted.getUTCHours(), 2),
    minute: pad(shifted.getUTCMinutes(), 2),
    second: pad(shifted.getUTCSeconds(), 2),
    dayOfYear: pad(Math.floor((shifted.getTime() - yearStartMs) / 86_400_000) + 1, 3),
  };
}
