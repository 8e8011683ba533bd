/** A 0200 of this dialect with a full DE 55 is under 700 bytes; 4 KiB leaves room and bounds what a peer can make us hold. */
export const MESSAGE_BYTES_MAX = 4096;

/** Terminals keep one connection each; a flood beyond this is refused at accept. */
export const CONNECTIONS_MAX = 1024;

/** Requests of one connection being answered at once; beyond it the socket is not read until answers are out. */
export const IN_FLIGHT_PER_CONNECTION_MAX = 64;

/** A frame that was begun must end within this: what a slow or dead sender may cost us. */
export const FRAME_TIMEOUT_MS = 10_000;

/** A connection without any message for this long is closed; terminals send an echo (0800) well before. */
export const IDLE_TIMEOUT_MS = 10 * 60 * 1000;

/** Text of DE 48 tag 03: its length has two digits. */
export const REASON_CHARACTERS_MAX = 99;

/** Events kept for resuming a stream; about 600 bytes each, so 300 MB on disk at most. */
export const EVENTS_KEPT_MAX = 500_000;

/** Numbers of the event log looked at in one go when a stream resumes: what the event loop may be blocked by. */
export const EVENT_PAGE_ROWS = 500;

/** Bytes waiting in a WebSocket before its reader is cut off as too slow. */
export const STREAM_BACKLOG_BYTES_MAX = 4 * 1024 * 1024;

/** WebSocket readers at one time. */
export const STREAM_READERS_MAX = 256;

/** How long an event may wait to share a commit with others; a reader does not notice, the disk does. */
export const EVENT_DELAY_MS = 20;

/** A reader is pinged this often; one that answers none between two pings is dropped. */
export const STREAM_HEARTBEAT_MS = 30_000;

/** How long before a hold runs out its pending conversion is called off and the money moved to the suspense account. */
export const CONVERSION_MARGIN_MS = 24 * 60 * 60 * 1000;

/** A payment that could not be concluded is tried again after this, then after twice as long, and so on. */
export const RECOVERY_WAIT_MS = 1_000;

/** The longest such wait: a refused attempt leaves a line in the ledger's journal for good. */
export const RECOVERY_WAIT_MS_MAX = 10 * 60 * 1000;

/** How often a running host looks for payments to conclude, banks for credits due, and both for holds that have run out. */
export const TEND_INTERVAL_MS = 500;

/** Holds expired in one go. */
export const EXPIRE_BATCH_MAX = 256;
