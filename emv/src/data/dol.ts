import { isConstructed, ProtocolError, readTag } from '@kassa/primitives';
import { DOL_DATA_BYTES_MAX } from '../limits.ts';
import { tagDefinitions } from './tag-names.ts';

/** One line of a data object list: which object, in how many bytes. */
export interface DolEntry {
  readonly tag: string;
  readonly length: number;
}

/**
 * Reads a data object list – PDOL, CDOL, TDOL, DDOL (EMV 4.4 Book 3, 5.4): tags and one-byte lengths.
 * @throws ProtocolError `bad-tlv`, `truncated`, or `too-large` when it asks for more than one command carries.
 */
export function parseDol(dol: Uint8Array, path = 'dol'): DolEntry[] {
  const entries: DolEntry[] = [];
  let offset = 0;
  while (offset < dol.length) {
    const { tag, next } = readTag(dol, offset, path);
    const length = dol[next];
    if (length === undefined) {
      throw new ProtocolError({
        code: 'truncated',
        path: `${path}.${tag}`,
        offset: next,
        expected: 'a length',
        found: '0 bytes left',
      });
    }
    entries.push({ tag, length });
    offset = next + 1;
  }
  const asked = dolDataLength(entries);
  if (asked > DOL_DATA_BYTES_MAX) {
    throw new ProtocolError({
      code: 'too-large',
      path,
      offset: 0,
      expected: `at most ${DOL_DATA_BYTES_MAX} bytes asked for`,
      found: `${asked} bytes`,
    });
  }
  return entries;
}

/** How many bytes the data of a list takes. */
export function dolDataLength(entries: readonly DolEntry[]): number {
  return entries.reduce((total, entry) => total + entry.length, 0);
}

/**
 * Concatenates the values a list asks for (EMV 4.4 Book 3, 5.4).
 * Unknown, absent and constructed objects become zeros; values are cut or filled as their format says.
 */
export function buildDolData(
  entries: readonly DolEntry[],
  lookUp: (tag: string) => Uint8Array | undefined,
): Uint8Array {
  const data = new Uint8Array(dolDataLength(entries));
  let offset = 0;
  for (const { tag, length } of entries) {
    const value = isConstructed(tag) ? undefined : lookUp(tag);
    if (value) data.set(fitted(tag, value, length), offset);
    offset += length;
  }
  return data;
}

/**
 * Splits the data built from a list into its values; the reverse of {@link buildDolData}, as the card does it.
 * @throws ProtocolError `bad-length` when the data is not exactly as long as the list says.
 */
export function splitDolData(
  entries: readonly DolEntry[],
  data: Uint8Array,
  path = 'dol-data',
): Map<string, Uint8Array> {
  const expected = dolDataLength(entries);
  if (data.length !== expected) {
    throw new ProtocolError({
      code: 'bad-length',
      path,
      offset: 0,
      expected: `${expected} bytes`,
      found: `${data.length} bytes`,
    });
  }
  const values = new Map<string, Uint8Array>();
  let offset = 0;
  for (const { tag, length } of entries) {
    values.set(tag, data.slice(offset, offset + length));
    offset += length;
  }
  return values;
}

/** EMV 4.4 Book 3, 5.4: numbers keep their right end, everything else its left. */
function fitted(tag: string, value: Uint8Array, length: number): Uint8Array {
  if (value.length === length) return value;
  const [definition, another] = tagDefinitions(tag);
  const format = another === undefined ? definition?.format : undefined;
  if (value.length > length) {
    return format === 'n' ? value.subarray(value.length - length) : value.subarray(0, length);
  }
  const filled = new Uint8Array(length).fill(format === 'cn' ? 0xff : 0x00);
  filled.set(value, format === 'n' ? length - value.length : 0);
  return filled;
}
