/** Payments kept in the page: the list is for a glance, the server keeps everything. */
export const PAYMENTS_MAX = 12;

/** Steps kept of one payment: a chip payment has about 60; a message storm must not fill the browser. */
export const STEPS_PER_PAYMENT_MAX = 500;

/** Events read back when the page opens, so that a reload does not lose sight of the last payments. */
export const HISTORY_EVENTS_MAX = 1500;

/** Events arriving within one display frame or two are drawn together. */
export const EVENT_BATCH_MS = 24;

/** How long a connection may take until `stream.opened`. */
export const STREAM_OPEN_TIMEOUT_MS = 5_000;

/** Waiting times before the second, third … attempt to reconnect; the last one repeats. */
export const RECONNECT_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000, 8_000] as const;

/** Digits typed for an amount: up to 999 999 999,99 ₸, which still fits the screen. DE 4 would take twelve. */
export const AMOUNT_DIGITS_MAX = 11;

/** ISO 9564-1, 8.1: a PIN has 4 to 12 digits. */
export const PIN_DIGITS_MIN = 4;
export const PIN_DIGITS_MAX = 12;

/** An HTTP request without an answer is given up after this time. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** The console asks for changed payments this often at most, however many events arrive. */
export const LIST_REFRESH_MS = 200;

/** Lines of the console's list: as many as the server keeps. */
export const LIST_PAYMENTS_MAX = 50_000;
