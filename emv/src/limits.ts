/** ISO/IEC 7816-4, 5.1: Lc of a short command is one byte. */
export const COMMAND_DATA_BYTES_MAX = 255;

/** ISO/IEC 7816-4, 5.1: Le 00 asks for 256 bytes. */
export const RESPONSE_DATA_BYTES_MAX = 256;

/** What a data object list may ask for: with template 83 and its length it must fit in one command. */
export const DOL_DATA_BYTES_MAX = 252;

/** A directory file has no more record numbers than one byte counts, 00 and FF being reserved (ISO/IEC 7816-4, 7.3.1). */
export const DIRECTORY_RECORDS_MAX = 254;

/** Files of one name on one card; real cards have one to three, a card that never ends its list is broken. */
export const NEXT_SELECTIONS_MAX = 32;

/** Records one application may make the terminal read; real cards have under twenty. */
export const APPLICATION_RECORDS_MAX = 128;
