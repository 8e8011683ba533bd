/** Wrong PINs in a row before a card answers 75 (EMV and scheme rules leave the count to the issuer; three is customary). */
export const PIN_TRIES_MAX = 3;

/**
 * How long a hold stands when nobody executes or releases it: a hold is executed or released within seconds, this
 * bounds what a vanished acquirer can lock.
 */
export const HOLD_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
