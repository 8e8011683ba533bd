/**
 * EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, 4, "Payload Length": the payload stays
 * within 512 alphanumeric characters, and within proportionally fewer when some of them take more than one byte of
 * UTF-8.
 */
export const PAYLOAD_BYTES_MAX = 512;

/** ISO/IEC 18004: no QR code holds more bytes (version 40, level L). What is longer was never read from one. */
export const CODE_BYTES_MAX = 2953;

/** The length of a data object is two digits, from 01 to 99. */
export const VALUE_CHARACTERS_MAX = 99;

/**
 * Consumer-presented, before base64. Ours: the same 512 as above, for the phone shows the code on a small screen and a
 * reader at the till has to read it at once.
 */
export const CONSUMER_BYTES_MAX = 512;
/** The same in base64: four characters for every three bytes begun. */
export const CONSUMER_CHARACTERS_MAX = Math.ceil(CONSUMER_BYTES_MAX / 3) * 4;

/** ISO/IEC 7816-4: an application identifier is 5 to 16 bytes. */
export const AID_BYTES_MIN = 5;
export const AID_BYTES_MAX = 16;
