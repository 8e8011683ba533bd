import { type Language, tagName } from '@kassa/emv';
import { type Dialect, dialects, type TracedField } from '@kassa/iso8583';
import { fromHex } from '@kassa/primitives';
import { elementName } from './element-names.ts';
import { explainValue } from './explain-tlv.ts';
import { type ExplainedBit, type ExplainedNode, plainNode } from './explained-node.ts';
import { type MaskedBytes, maskedBytes } from './masked-bytes.ts';
import type { WordsFor } from './value-words.ts';

const BER_TAG = /^(?:[0-9A-F]{2}){1,3}$/;

/** What an event tells of a message. */
export interface TracedMessage {
  readonly dialect: string;
  readonly hex: string;
  readonly fields: readonly TracedField[];
}

/** The message of an event as a tree: bitmaps bit by bit, what is inside an element under it, tags in words. */
export function explainMessage(
  { dialect, hex, fields }: TracedMessage,
  wordsFor: WordsFor,
): readonly ExplainedNode[] {
  const masked = maskedBytes(hex);
  const explained = fields.map((field) => explainField(field, masked, dialect, wordsFor));
  return childrenOf('', explained);
}

/** Paths nest by their points: `55.9F26` stands under `55`. */
function childrenOf(parent: string, nodes: readonly ExplainedNode[]): readonly ExplainedNode[] {
  const paths = new Set(nodes.map(({ path }) => path));
  const parentOf = (path: string): string => {
    const above = path.slice(0, Math.max(0, path.lastIndexOf('.')));
    return above === '' || paths.has(above) ? above : parentOf(above);
  };
  return nodes
    .filter(({ path }) => parentOf(path) === parent)
    .map((node) => ({ ...node, children: childrenOf(node.path, nodes) }));
}

function explainField(
  { path, name, value, words, offset, length }: TracedField,
  masked: MaskedBytes,
  dialect: string,
  wordsFor: WordsFor,
): ExplainedNode {
  const node = { path, name: elementName(name, wordsFor.language), value, offset, length };
  if (path === '1') {
    return { ...plainNode(node), bits: bitmapBits(masked, { offset, length }, dialect, wordsFor.language) };
  }
  const [element, tag] = path.split('.');
  if (element === '55' && tag !== undefined && BER_TAG.test(tag) && /^(?:[0-9A-F]{2})*$/.test(value)) {
    return explainValue(
      { ...node, name: tagName(tag, wordsFor.language, wordsFor.scheme) },
      tag,
      fromHex(value),
      wordsFor,
    );
  }
  return { ...plainNode(node), words: words === null || words === value ? [] : [words] };
}

/** ISO 8583:2003, 5.2: bit 1 of each bitmap but the last says that another follows; the others name elements. */
function bitmapBits(
  masked: MaskedBytes,
  { offset, length }: Pick<ExplainedNode, 'offset' | 'length'>,
  dialect: string,
  language: Language,
): readonly ExplainedBit[] {
  const raw = masked.bytes.subarray(offset, offset + length);
  const isBinary = dialectNamed(dialect)?.bitmap === 'binary';
  const bytes = isBinary ? raw : hexOfText(raw);
  return [...bytes].flatMap((value, byte) =>
    Array.from({ length: 8 }, (_, index) => {
      const element = byte * 8 + index + 1;
      const isOn = ((value >> (7 - index)) & 1) === 1;
      return { byte: byte + 1, bit: 8 - index, isOn, meaning: bitMeaning(element, dialect, language) };
    }),
  );
}

/** A bitmap in sixteen hexadecimal characters; other text is no bitmap. */
function hexOfText(raw: Uint8Array): Uint8Array {
  const text = String.fromCharCode(...raw);
  return /^(?:[0-9A-Fa-f]{2})*$/.test(text) ? fromHex(text.toUpperCase()) : new Uint8Array();
}

function bitMeaning(element: number, dialect: string, language: Language): string {
  if (element % 64 === 1) return `${element}`;
  const name = dialectNamed(dialect)?.fields[element]?.name;
  return name === undefined ? `${element}` : `${element} ${elementName(name, language)}`;
}

function dialectNamed(name: string): Dialect | undefined {
  return Object.values(dialects).find((dialect) => dialect.name === name);
}
