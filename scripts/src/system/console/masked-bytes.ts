import { fromHex } from '@kassa/primitives';

/** Bytes as an event shows them. */
export interface MaskedBytes {
  /** Zero where the event shows none. */
  readonly bytes: Uint8Array;
  /** Two characters a byte, `**` for each the event does not show. */
  readonly hex: string;
}

/** @throws ProtocolError when the text is neither hexadecimal nor `**`. */
export function maskedBytes(hex: string): MaskedBytes {
  return { bytes: fromHex(hex.replaceAll('**', '00')), hex };
}

/** The hexadecimal text of some of the bytes; `***` when one of them is not shown. */
export function shownHex({ hex }: MaskedBytes, start: number, end: number): string {
  const part = hex.slice(start * 2, end * 2);
  return part.includes('**') ? '***' : part;
}
