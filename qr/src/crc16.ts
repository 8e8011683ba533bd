import { toUtf8 } from './utf8.ts';

const POLYNOMIAL = 0x1021;
const INITIAL = 0xffff;

/** What a byte that leaves the register does to the rest of it. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? POLYNOMIAL : 0)) & 0xffff;
  return crc;
});

/**
 * CRC-16/CCITT-FALSE (ISO/IEC 13239 polynomial 1021, initial value FFFF, nothing reflected, no final exclusive or)
 * of the UTF-8 bytes of a text.
 * @returns four upper-case hexadecimal digits, leading zeros kept, as data object 63 writes them.
 */
export function crc16(text: string): string {
  let crc = INITIAL;
  for (const byte of toUtf8(text)) crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ byte] ?? 0);
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
