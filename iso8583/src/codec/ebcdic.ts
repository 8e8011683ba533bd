import { fromHex } from '@kassa/primitives';

/**
 * IBM code page 037 (EBCDIC, CECP: USA, Canada): the Latin-1 code of each byte, sixteen bytes a row. Every byte has
 * one character and the other way round. Digits, letters and space stand alike in pages 037 and 1047.
 */
const CODE_PAGE_037 =
  '000102039C09867F978D8E0B0C0D0E0F' + // 00 to 0F
  '101112139D8508871819928F1C1D1E1F' + // 10 to 1F
  '80818283840A171B88898A8B8C050607' + // 20 to 2F
  '909116939495960498999A9B14159E1A' + // 30 to 3F
  '20A0E2E4E0E1E3E5E7F1A22E3C282B7C' + // 40 to 4F
  '26E9EAEBE8EDEEEFECDF21242A293BAC' + // 50 to 5F
  '2D2FC2C4C0C1C3C5C7D1A62C255F3E3F' + // 60 to 6F
  'F8C9CACBC8CDCECFCC603A2340273D22' + // 70 to 7F
  'D8616263646566676869ABBBF0FDFEB1' + // 80 to 8F
  'B06A6B6C6D6E6F707172AABAE6B8C6A4' + // 90 to 9F
  'B57E737475767778797AA1BFD0DDDEAE' + // A0 to AF
  '5EA3A5B7A9A7B6BCBDBE5B5DAFA8B4D7' + // B0 to BF
  '7B414243444546474849ADF4F6F2F3F5' + // C0 to CF
  '7D4A4B4C4D4E4F505152B9FBFCF9FAFF' + // D0 to DF
  '5CF7535455565758595AB2D4D6D2D3D5' + // E0 to EF
  '30313233343536373839B3DBDCD9DA9F'; // F0 to FF

/** IBM code page 1047 (Latin 1/Open Systems) differs in six bytes: circumflex, not sign, brackets, dieresis, Y acute. */
const CODE_PAGE_1047_CHANGES: readonly (readonly [byte: number, latin1: number])[] = [
  [0x5f, 0x5e],
  [0xad, 0x5b],
  [0xb0, 0xac],
  [0xba, 0xdd],
  [0xbb, 0xa8],
  [0xbd, 0x5d],
];

/** A code page both ways. */
export interface CodePage {
  /** Latin-1 code of an EBCDIC byte. */
  readonly latin1OfByte: Uint8Array;
  /** EBCDIC byte of a Latin-1 code. */
  readonly byteOfLatin1: Uint8Array;
}

function codePage(latin1OfByte: Uint8Array): CodePage {
  const byteOfLatin1 = new Uint8Array(256);
  latin1OfByte.forEach((code, byte) => {
    byteOfLatin1[code] = byte;
  });
  return { latin1OfByte, byteOfLatin1 };
}

function codePage1047(): CodePage {
  const table = fromHex(CODE_PAGE_037);
  for (const [byte, latin1] of CODE_PAGE_1047_CHANGES) table[byte] = latin1;
  return codePage(table);
}

export const CODE_PAGES: Readonly<Record<'037' | '1047', CodePage>> = {
  '037': codePage(fromHex(CODE_PAGE_037)),
  '1047': codePage1047(),
};

/** For digits, letters and space, where the page makes no difference. */
export const { latin1OfByte: LATIN1_OF_EBCDIC, byteOfLatin1: EBCDIC_OF_LATIN1 } = CODE_PAGES['037'];
