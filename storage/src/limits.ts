/**
 * Jobs waiting for a COMMIT at one time: over half a second of work for the ledger, and 32 MB of closures and promises. A
 * caller further back is better refused at once than kept waiting.
 */
export const GROUP_COMMIT_QUEUE_MAX = 65_536;

/**
 * Jobs in one transaction: what the event loop may be blocked by. With 4 096 callers the ledger does a third more with 2 048
 * than with 1 024 (about 20 ms at a time), and nothing more with 4 096.
 */
export const GROUP_COMMIT_BATCH_MAX = 2_048;

/** How long an open or a write waits for another process (a backup, an audit) before it says `locked`. */
export const BUSY_TIMEOUT_MS = 5_000;

/** Pages of 4 KiB in the write-ahead log before a checkpoint: 16 MiB; SQLite's own 1 000 costs 16 % of throughput. */
export const WAL_CHECKPOINT_PAGES = 4_000;

/** Process ids and application names are short; anything longer in `lock.pid` is not ours to repeat in a message. */
export const LOCK_PID_DIGITS_MAX = 10;
