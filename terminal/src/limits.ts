/** Answers are under 700 bytes; 4 KiB bounds what a host can make us hold. */
export const MESSAGE_BYTES_MAX = 4096;

/** How long the terminal waits for the host's answer before it reverses; card schemes ask for 15 s or more in real life. */
export const RESPONSE_TIMEOUT_MS = 15_000;

/**
 * What an answer must repeat of its request, beside its type (docs/wire.md). The amount too: an approval of another
 * amount is not an answer to this payment.
 */
export const HOST_MATCH_FIELDS: readonly number[] = [11, 41, 37, 4];

/** How long a connection may take to come up. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Pauses between repeats of a reversal: doubling from the first to the last. */
export const REVERSAL_PAUSE_MS_MIN = 500;
export const REVERSAL_PAUSE_MS_MAX = 30_000;

/** A line that is silent for this long gets an echo test (0800), before the host's idle limit closes it; a lost one is opened. */
export const ECHO_INTERVAL_MS = 60_000;

/** How long the result stays on the screen of an attended device. */
export const RESULT_SHOWN_MS = 15_000;

/** How long a cardholder may take to present a card or to enter a PIN. */
export const CARDHOLDER_TIMEOUT_MS = 60_000;

/** ISO 9564-1: 4 to 12 digits. */
export const PIN_DIGITS_MIN = 4;
export const PIN_DIGITS_MAX = 12;

/** DE 11 is n 6 and does not use 000000. */
export const STAN_MAX = 999_999;

/** Characters of a receipt line: 58 mm paper in font A. */
export const RECEIPT_COLUMNS = 32;
