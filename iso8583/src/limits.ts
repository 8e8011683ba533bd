/**
 * Longest message body the codec reads or writes, in bytes. Two-byte length headers stop at 65 535; the four-byte
 * ones and LLLLLL elements (ISO 8583-1:2003) go further, and a host must not buffer what a stranger announces.
 */
export const MESSAGE_BYTES_MAX = 1_048_576;

/** Highest data element: three bitmaps of 64 bits (ISO 8583-1:2003, 4.2). */
export const DATA_ELEMENT_MAX = 192;

/** Three bitmaps. */
export const BITMAP_BYTES_MAX: number = DATA_ELEMENT_MAX / 8;

/** Longest tag, and longest length, of a tag-length element inside another: national hosts use one to three. */
export const INNER_SIZE_MAX = 4;

/** Bytes handed out to encoded messages from one allocation; a message longer than a quarter gets its own. */
export const ENCODE_SLAB_BYTES = 65_536;

/** Nesting of constructed BER-TLV objects shown by describe. EMV needs three (72, 86 inside, private inside). */
export const TLV_DEPTH_MAX = 8;

/** Tag-length-value elements in DE 48: more than a terminal sends, few enough to show. */
export const PRIVATE_ELEMENTS_MAX = 99;

/** Bytes of a fixed header (TPDU, base header) a framing may carry; Visa's base I header takes 22. */
export const FRAME_HEADER_BYTES_MAX = 64;

/** Sets of elements a codec keeps prepared: requests, answers, reversals and network management of one connection. */
export const LAYOUTS_KEPT = 8;

/** Scratch a codec begins with, in bytes: most messages are shorter than 2 KiB, longer ones make it grow. */
export const SCRATCH_BYTES = 2048;

/** Messages with the same elements before a codec writes code for them. */
export const STRAIGHT_LINE_AFTER = 200;

/** Longest text, in characters, that straight-line code writes; a longer message is left to the loop. */
export const STRAIGHT_LINE_TEXT_MAX: number = ENCODE_SLAB_BYTES / 8;
