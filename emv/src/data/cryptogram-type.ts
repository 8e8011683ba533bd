/** Kinds of application cryptogram (EMV 4.4 Book 3, 6.5.5.3). */
export type CryptogramType = 'AAC' | 'TC' | 'ARQC';

/** Bits 8 and 7 of P1 of GENERATE AC and of the cryptogram information data. */
const CODE_OF_TYPE: Readonly<Record<CryptogramType, number>> = { AAC: 0x00, TC: 0x40, ARQC: 0x80 };

export function cryptogramTypeCode(type: CryptogramType): number {
  return CODE_OF_TYPE[type];
}

/** The type in bits 8 and 7; undefined for the reserved value 11. */
export function cryptogramTypeOf(byte: number): CryptogramType | undefined {
  switch (byte & 0xc0) {
    case 0x00:
      return 'AAC';
    case 0x40:
      return 'TC';
    case 0x80:
      return 'ARQC';
    default:
      return undefined;
  }
}

/** Bits 3 to 1 of the cryptogram information data (EMV 4.4 Book 3, 6.5.5.4). */
const REASONS: Readonly<Record<number, string>> = {
  1: 'service not allowed',
  2: 'PIN try limit exceeded',
  3: 'issuer authentication failed',
};

/** The reason code of tag 9F27 when it gives one. */
export function cryptogramReason(cid: number): string | undefined {
  return REASONS[cid & 0x07];
}

/** Tag 9F27 in words, one line per fact. */
export function describeCryptogramInformation(cid: number): string[] {
  const lines = [`${cryptogramTypeOf(cid) ?? 'reserved cryptogram type'}`];
  if ((cid & 0x08) !== 0) lines.push('advice required');
  const reason = cryptogramReason(cid);
  if (reason !== undefined) lines.push(reason);
  return lines;
}
