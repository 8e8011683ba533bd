/** The wrong PIN in a row from which on a bank answers 75, to the right PIN too (EMV and scheme rules leave the count to the issuer; three is customary). */
export const PIN_TRIES_MAX = 3;

/**
 * How long a hold stands when nobody executes or releases it: a hold is executed or released within seconds, this
 * bounds what a vanished acquirer can lock.
 */
export const HOLD_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
