/** How long a submission waits for its answer. An authorisation waits 30 s at most: this leaves room for a second try. */
export const SUBMIT_TIMEOUT_MS = 10_000;

/** How long one statement, or connecting, may take. A batch takes milliseconds; a restart of the server a second or two. */
export const STATEMENT_TIMEOUT_MS = 5_000;

/** Operations in one batch: one statement of about a megabyte. More callers than that gain nothing. */
export const BATCH_OPERATIONS_MAX = 1_024;

/** Submissions waiting at one time: ten seconds of work; whoever comes later is better refused at once. */
export const BATCH_QUEUE_MAX = 65_536;

/** Rows fetched at a time when all of a table is read. */
export const CURSOR_ROWS = 2_000;

/** Pause before connecting again, or before a batch that collided with another transaction: 10 ms, doubled up to half a second. */
export function retryPauseMs(attempt: number): number {
  return Math.min(10 * 2 ** attempt, 500);
}

/**
 * So many submissions waiting at once are worth two batches, one decided while the other is written: a fifth more from 1 024
 * callers on two busy cores. Fewer would only pay for two round trips and two commits.
 */
export const OVERLAP_JOBS_MIN = 128;
