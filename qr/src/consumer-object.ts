import {
  concatBytes,
  encodeTlv,
  fromHex,
  ProtocolError,
  parseTlv,
  readTag,
  type Tlv,
} from '@kassa/primitives';
import { fromBase64 } from './base64.ts';
import { CONSUMER_TAGS } from './consumer-tags.ts';
import type { Findings } from './finding.ts';
import { CONSUMER_BYTES_MAX, CONSUMER_CHARACTERS_MAX } from './limits.ts';
import { charactersOf, countOf, pathOf, problem } from './payload-problem.ts';

/** One BER-TLV data object as sent; `objects` are those of a template that could be read. */
export interface ConsumerObject {
  /** Upper-case hexadecimal: `9F26`. */
  readonly tag: string;
  readonly value: Uint8Array;
  /** Bytes from the start of the payload, base64 taken off, to the tag. */
  readonly offset: number;
  readonly objects?: readonly ConsumerObject[];
}

/** A data object to write: hexadecimal, or the data objects of a template. */
export interface ConsumerObjectDraft {
  readonly tag: string;
  readonly value: string | readonly ConsumerObjectDraft[];
}

const WHOLE = 'payload';
/** What a template of this tag cannot be read as stays a value: its content is the scheme's. */
const TRANSPARENT: ReadonlySet<string> = new Set(['63', '64']);
/** ISO/IEC 8825-1: from here on a first length byte counts those that follow. */
const FIRST_LONG_LENGTH = 0x80;

/** Reads the data objects of a consumer-presented payload; what cannot be read is a finding. */
export function readConsumerObjects(
  text: string,
  findings: Findings,
  hasOneByteLengths: boolean,
): readonly ConsumerObject[] {
  if (text.length > CONSUMER_CHARACTERS_MAX) {
    const expected = `at most ${charactersOf(CONSUMER_CHARACTERS_MAX)}`;
    const found = charactersOf(text.length);
    findings.add('consumer-length', { path: WHOLE, offset: CONSUMER_BYTES_MAX, expected, found });
    return [];
  }
  try {
    const bytes = fromBase64(text);
    return bytes.length === 0 ? [] : readList(bytes, '', 0, findings, hasOneByteLengths);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, path, offset, expected, found } = error;
    const rule = code === 'bad-encoding' ? 'consumer-base64' : 'consumer-tlv';
    findings.add(rule, { code, path, offset, expected, found });
    return [];
  }
}

/** @throws ProtocolError `bad-tlv` or `truncated`, offset from the start of the payload. */
function readList(
  bytes: Uint8Array,
  parent: string,
  start: number,
  findings: Findings,
  hasOneByteLengths: boolean,
): ConsumerObject[] {
  const list = hasOneByteLengths
    ? readOneByteLengths(bytes, parent, start, findings)
    : readTlv(bytes, parent, start);
  return list.map((object) => {
    const { tag, value } = object;
    if (!CONSUMER_TAGS[tag]?.isTemplate) return object;
    const path = pathOf(parent, tag);
    const inside = start + (value.byteOffset - bytes.byteOffset);
    try {
      return { ...object, objects: readList(value, path, inside, findings, hasOneByteLengths) };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const { code, offset, expected, found } = error;
      const rule = TRANSPARENT.has(tag) ? 'template-content' : 'consumer-tlv';
      findings.add(rule, { code, path: error.path, offset, expected, found });
      return object;
    }
  });
}

function readTlv(bytes: Uint8Array, parent: string, start: number): ConsumerObject[] {
  const objects = fromStart(start, () => parseTlv(bytes, parent || WHOLE));
  return objects.map(({ tag, value, offset }: Tlv) => ({ tag, value, offset: start + offset }));
}

/** What is refused inside a template, with its place in the whole payload. */
function fromStart<T>(start: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, offset, expected, found } = error;
    const path = error.path.startsWith(`${WHOLE}.`) ? error.path.slice(WHOLE.length + 1) : error.path;
    throw problem(code, path, start + offset, expected, found);
  }
}

/** Like BER-TLV, but that every length is one byte: some wallets write templates of 128 bytes and more like that. */
function readOneByteLengths(
  bytes: Uint8Array,
  parent: string,
  start: number,
  findings: Findings,
): ConsumerObject[] {
  const objects: ConsumerObject[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { tag, next } = fromStart(start, () => readTag(bytes, at, parent || WHOLE));
    const path = pathOf(parent, tag);
    const length = bytes[next];
    const left = bytes.length - next - 1;
    if (length === undefined) throw problem('truncated', path, start + next, 'a length', 'the end');
    if (length > left) {
      throw problem(
        'truncated',
        path,
        start + next + 1,
        countOf(length, 'byte'),
        `${countOf(left, 'byte')} left`,
      );
    }
    if (length >= FIRST_LONG_LENGTH) {
      const found = countOf(length, 'byte');
      findings.add('consumer-one-byte-length', {
        path,
        offset: start + next,
        expected: 'two bytes of length',
        found,
      });
    }
    objects.push({ tag, value: bytes.subarray(next + 1, next + 1 + length), offset: start + at });
    at = next + 1 + length;
  }
  return objects;
}

/**
 * Writes data objects in the order given, lengths in their shortest form.
 * @throws ProtocolError `bad-tlv` for a tag, `bad-encoding` for a value that is not hexadecimal.
 */
export function writeConsumerObjects(drafts: readonly ConsumerObjectDraft[], parent = ''): Uint8Array {
  return concatBytes(
    ...drafts.map(({ tag, value }) => {
      const path = pathOf(parent, tag);
      if (!isTag(tag))
        throw problem('bad-tlv', parent, 0, 'a tag of 1 to 3 bytes in capitals', charactersOf(tag.length));
      if (typeof value !== 'string') return encodeTlv(tag, writeConsumerObjects(value, path));
      if (!/^(?:[0-9A-Fa-f]{2})*$/.test(value)) {
        throw problem('bad-encoding', path, 0, 'hexadecimal', charactersOf(value.length));
      }
      return encodeTlv(tag, fromHex(value.toUpperCase()));
    }),
  );
}

function isTag(text: string): boolean {
  if (!/^(?:[0-9A-F]{2}){1,3}$/.test(text)) return false;
  try {
    const bytes = fromHex(text);
    return readTag(bytes, 0, WHOLE).next === bytes.length && bytes[0] !== 0;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
