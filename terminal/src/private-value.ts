import { parsePrivateData } from '@kassa/iso8583';
import { ProtocolError } from '@kassa/primitives';

/** Tags of DE 48 in answers of Kassa's dialects (docs/wire.md). */
export const PRIVATE_TAGS = {
  /** `D` direct or `C` converted. */
  route: '02',
  /** Why it was declined, in words. */
  reason: '03',
  /** A new MAC key, TR-31 under the terminal's key-exchange key. */
  keyBlock: '04',
} as const;

/** The element of DE 48; undefined too where the host wrote it wrongly: what it decided stands in DE 39. */
export function privateValue(text: string | undefined, tag: string): string | undefined {
  try {
    return parsePrivateData(text ?? '').find((element) => element.tag === tag)?.value;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
