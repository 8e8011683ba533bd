import { fromHex, isConstructed, parseTlv, type Tlv, toHex } from '@kassa/primitives';
import { countOf } from '../codec/protocol-problem.ts';
import type { FieldSpec, Mask } from '../dialect/dialect.ts';
import { TLV_DEPTH_MAX } from '../limits.ts';
import { CLEAR_TAGS } from './icc-tags.ts';
import { innerFormatOf, readInner } from './inner-fields.ts';
import { maskText } from './mask-value.ts';

/** One element inside a value, masked. Offsets and lengths count bytes of the value (characters where it is text). */
export interface InnerPart {
  /** Tags from the outside in: `9F26`, `71.86`. */
  readonly path: string;
  /** Where the dialect gives one. */
  readonly name: string | undefined;
  readonly offset: number;
  /** Tag and length. */
  readonly headLength: number;
  /** Tag, length and value. */
  readonly length: number;
  /** Empty for a template: its elements follow. */
  readonly value: string;
  readonly isMasked: boolean;
}

/**
 * The elements inside a value, each under its own mask, in the order of the wire.
 * @throws ProtocolError where the value is not what the dialect says.
 */
export function innerParts(spec: FieldSpec, value: string): InnerPart[] {
  if (spec.inner === 'ber-tlv') return berParts(fromHex(value), 0, '', 1);
  return readInner(spec, value, 'inner').map(({ key, value: inside, offset, headLength, length }) => {
    const { name, mask, isBinary } = innerRow(spec, key);
    const shown = maskText(mask, inside, isBinary ? 'byte' : 'character');
    return { path: key, name, offset, headLength, length, value: shown, isMasked: mask !== 'clear' };
  });
}

/** Name and mask of an element inside another; what no row names shows its length. */
function innerRow(
  spec: FieldSpec,
  key: string,
): { readonly name: string | undefined; readonly mask: Mask; readonly isBinary: boolean } {
  const format = innerFormatOf(spec);
  const binary = spec.content === 'b';
  if (format?.kind === 'bitmap') {
    const row = format.fields[Number(key)];
    // What is inside an element of an element is not looked into: `tags` shows a length.
    return { name: row?.name, mask: row?.mask ?? 'length', isBinary: row?.content === 'b' };
  }
  const part = format?.kind === 'positional' ? format.parts.find((each) => each.key === key) : undefined;
  const row = part ?? spec.subfields?.[key];
  return { name: row?.name, mask: row?.mask ?? 'length', isBinary: binary };
}

function berParts(bytes: Uint8Array, base: number, parent: string, depth: number): InnerPart[] {
  return parseTlv(bytes, parent || 'tlv').flatMap((object) => {
    const path = parent === '' ? object.tag : `${parent}.${object.tag}`;
    const headLength = object.value.byteOffset - bytes.byteOffset - object.offset;
    const place = {
      path,
      name: undefined,
      offset: base + object.offset,
      headLength,
      length: headLength + object.value.length,
    };
    const inside = templateParts(object, place.offset + headLength, path, depth);
    if (inside !== undefined) return [{ ...place, value: '', isMasked: false }, ...inside];
    const isClear = CLEAR_TAGS.has(object.tag);
    const value = isClear ? toHex(object.value) : `[${countOf(object.value.length, 'byte')}]`;
    return [{ ...place, value, isMasked: !isClear }];
  });
}

/** What is inside a template; undefined for a value, and for a template that cannot be read, which is then masked whole. */
function templateParts(object: Tlv, base: number, path: string, depth: number): InnerPart[] | undefined {
  if (!isConstructed(object.tag) || depth >= TLV_DEPTH_MAX) return undefined;
  try {
    return berParts(object.value, base, path, depth + 1);
  } catch {
    return undefined;
  }
}
