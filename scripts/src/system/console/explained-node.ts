/** One bit of a byte string; byte 1 is the first, bit 8 the highest, as EMV and ISO 8583 count. */
export interface ExplainedBit {
  readonly byte: number;
  readonly bit: number;
  readonly isOn: boolean;
  readonly meaning: string;
}

/** A piece of a message or of an APDU, with what it means and what is inside it. */
export interface ExplainedNode {
  /** Unique in its tree: `55.9F26`, `C.4`. */
  readonly path: string;
  readonly name: string;
  /** Masked where it is secret. */
  readonly value: string;
  /** What the value says, a line each. */
  readonly words: readonly string[];
  /** Bytes in the hexadecimal text of the event, tag and length included. */
  readonly offset: number;
  readonly length: number;
  readonly bits: readonly ExplainedBit[];
  readonly children: readonly ExplainedNode[];
}

/** A node with nothing inside and nothing to say but its value. */
export function plainNode(
  node: Pick<ExplainedNode, 'path' | 'name' | 'value' | 'offset' | 'length'>,
): ExplainedNode {
  return { ...node, words: [], bits: [], children: [] };
}
