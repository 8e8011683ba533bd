import { type Codec, compileDialect, dialects } from '@kassa/iso8583';

const bcd = compileDialect(dialects.kassaBcd);
const ascii = compileDialect(dialects.kassaAscii);

const ASCII_ZERO = 0x30;

/**
 * The dialect of a connection, told by its first message: an MTI of version 0 begins with the digit `0` in ASCII
 * (30 hex) and with a zero nibble in BCD (01 to 08 hex). A terminal does not change its dialect in mid-connection.
 */
export function chooseDialect(firstMessage: Uint8Array): Codec {
  return firstMessage[0] === ASCII_ZERO ? ascii : bcd;
}
