/** The wrong PIN in a row from which on a bank answers 75, to the right PIN too (EMV and scheme rules leave the count to the issuer; three is customary). */
export const PIN_TRIES_MAX = 3;

/**
 * How long a hold stands when nobody executes or releases it: a hold is executed or released within seconds, this
 * bounds what a vanished acquirer can lock.
 */
export const HOLD_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/** Characters of the id of a non-cash operation: as on the ledger. */
export const NON_CASH_ID_CHARACTERS_MAX = 64;

/** Queued credits a bank concludes in one go: what the event loop may be blocked by. */
export const SETTLE_BATCH_MAX = 256;

/** Lines of one page of a statement. */
export const STATEMENT_ROWS_MAX = 1_000;

/** Findings an audit of one book lists; past this it only goes on counting nothing, since one broken row breaks all that follow. */
export const BANK_FINDINGS_MAX = 100;
