/** A message under a two-byte length; most are shorter than 1 KiB. */
export const FRAME_BYTES_MAX = 65_535;

/** How long a connection, TLS included, may take to come up. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** A frame that was begun must end within this: what a slow or dead sender may cost. */
export const FRAME_TIMEOUT_MS = 10_000;

/** A connection without a byte in either direction for this long is closed by a server; clients send an echo test well before. */
export const IDLE_TIMEOUT_MS = 10 * 60 * 1000;

/** Connections a server has at one time; more are refused when they come. */
export const CONNECTIONS_MAX = 1024;

/** Requests of one connection being answered at one time; beyond it the socket is not read. */
export const ANSWERING_MAX = 64;

/** How long a closing server waits for what is being answered before it hangs up. */
export const CLOSE_TIMEOUT_MS = 10_000;
