/**
 * EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1: the payload stays within 512
 * alphanumeric characters, and within proportionally fewer when some of them take more than one byte of UTF-8.
 */
export const PAYLOAD_BYTES_MAX = 512;

/** The length of a data object is two digits, from 01 to 99. */
export const VALUE_CHARACTERS_MAX = 99;
