/** How long a request waits for its answer unless it says otherwise; card schemes ask for 15 s or more. */
export const RESPONSE_TIMEOUT_MS = 15_000;

/** Requests of one session that may wait for their answers at one time. */
export const IN_FLIGHT_MAX = 256;

/** Requests that may wait for a place in flight; beyond it they are refused by name. */
export const QUEUED_MAX = 1024;

/** Requests remembered after their end, so that a late or second answer is told from a wrong one; about 150 bytes each. */
export const ENDED_REMEMBERED_MAX = 1024;

/** How long an ended request is remembered. */
export const ENDED_REMEMBERED_MS = 5 * 60 * 1000;

/** Requests an answer is compared with before it is said to be nobody's. */
export const CANDIDATES_COMPARED_MAX = 256;

/** Requests of the peer remembered for telling a repeat, and for how long. */
export const SEEN_REQUESTS_MAX = 4096;
export const SEEN_REQUESTS_MS = 5 * 60 * 1000;

/** What an answer must repeat of its request unless the owner says otherwise: STAN, reference number, terminal. */
export const MATCH_FIELDS: readonly number[] = [11, 37, 41];

/** Pauses between attempts to connect. */
export const BACK_OFF_MS_MIN = 500;
export const BACK_OFF_MS_MAX = 30_000;
export const BACK_OFF_FACTOR = 2;
/** Share of a pause that is left to chance, so that a thousand terminals do not come back in the same second. */
export const BACK_OFF_JITTER = 0.5;
