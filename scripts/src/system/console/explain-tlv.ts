import { tagName } from '@kassa/emv';
import { isConstructed, ProtocolError, parseTlv } from '@kassa/primitives';
import { type ExplainedNode, plainNode } from './explained-node.ts';
import { type MaskedBytes, shownHex } from './masked-bytes.ts';
import { valueWords, type WordsFor } from './value-words.ts';

/** Where a list of data objects stands in the bytes of an event. */
export interface TlvPlace {
  readonly start: number;
  readonly end: number;
  /** Path of what holds the list. */
  readonly path: string;
}

/** BER-TLV data objects as a tree, templates opened; nothing when the bytes are not such a list. */
export function explainTlv(
  masked: MaskedBytes,
  { start, end, path }: TlvPlace,
  wordsFor: WordsFor,
): readonly ExplainedNode[] {
  try {
    const objects = parseTlv(masked.bytes.subarray(start, end));
    return objects.map(({ tag, value, offset }, index) => {
      const at = start + offset;
      const valueStart = value.byteOffset - masked.bytes.byteOffset;
      const valueEnd = valueStart + value.length;
      const node = {
        path: `${path}.${index + 1}.${tag}`,
        name: `${tag} ${tagName(tag, wordsFor.language, wordsFor.scheme)}`,
        offset: at,
        length: valueEnd - at,
      };
      if (isConstructed(tag)) {
        const inside = { start: valueStart, end: valueEnd, path: node.path };
        const children = explainTlv(masked, inside, wordsFor);
        return { ...plainNode({ ...node, value: '' }), children };
      }
      return explainValue({ ...node, value: shownHex(masked, valueStart, valueEnd) }, tag, value, wordsFor);
    });
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

/** The words of a value that is shown; one that is masked says nothing. */
export function explainValue(
  node: Pick<ExplainedNode, 'path' | 'name' | 'value' | 'offset' | 'length'>,
  tag: string,
  value: Uint8Array,
  wordsFor: WordsFor,
): ExplainedNode {
  const plain = plainNode(node);
  return node.value === '***' ? plain : { ...plain, words: valueWords(tag, value, wordsFor) };
}
