import { AMOUNT_MAX_TIYN } from '@kassa/primitives';

/** Characters of an account, operation or label name: room for `TERM0001-000000000042.execute` and for a hash in hexadecimal. */
export const IDENTIFIER_CHARACTERS_MAX = 64;

/**
 * Operations in one submission. The largest group a payment needs is under ten; a payroll is sent in several. Keeps one
 * transaction of the engine (2 048 submissions at most) from holding the event loop for seconds.
 */
export const SUBMISSION_OPERATIONS_MAX = 256;

/**
 * Tiyn ever issued under one label: a million times the largest single amount, far above any money supply, and below the
 * 63 bits of a SQLite or PostgreSQL integer, so no balance can overflow.
 */
export const ISSUED_MAX_TIYN: bigint = AMOUNT_MAX_TIYN * 1_000_000n;

/** Rows one call of a listing query returns at most: a page that never blocks the writer for long. */
export const PAGE_ROWS_MAX = 1_000;

/** Findings an audit lists; past this it only counts, since one broken row early on breaks all that follow. */
export const AUDIT_FINDINGS_MAX = 100;

/** Accounts, balances and holds kept in memory between transactions: 9 MB. Past it all are read again. */
export const REMEMBERED_VALUES_MAX = 65_536;

/** Payees of one execute, redemption included: a shop, a tax, a tip, a fee, and room for a marketplace. */
export const EXECUTE_PARTS_MAX = 16;

/** Accounts, and categories, one label names in each of its lists: a city's caterers; more are told apart by category. */
export const LABEL_LIST_MAX = 1_000;

/** Lines one operation writes on statements at most: both sides of every part. Room enough to number them in six bits. */
export const POSTING_LINES_MAX = 64;
