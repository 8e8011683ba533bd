import type { ByteStore } from './byte-store.ts';
import { type CompiledField, wireBytesOf } from './compiled-field.ts';
import { SETS_OF_CODE } from './content.ts';
import type { Layout, StraightEncode } from './layout.ts';
import { writeUnits } from './length-prefix.ts';
import type { MtiCodec } from './mti-wire.ts';
import { isUnusual, OffsetCode, straightLine, tlvLines, unitsCode, wireBytesCode } from './straight-line.ts';
import { writeCodes } from './text-of-codes.ts';
import { isHexTlvList, isTlvList } from './tlv-check.ts';

/** Where messages are written one after another; those before `used` are handed out. */
export interface Slab {
  store: ByteStore;
  used: number;
}

export interface EncoderParts {
  readonly mtiCodec: MtiCodec;
  /** Everything on the wire is ASCII, so the values and prefixes, joined, are the message. */
  readonly isText: boolean;
  readonly slab: Slab;
  /** Makes room for so many bytes in the slab. */
  readonly reserve: (bytes: number) => void;
  readonly codes: ByteStore;
  /** Longer texts are left to the loop. */
  readonly textMax: number;
  /** Most bytes one element takes beyond its characters. */
  readonly prefixBytesMax: number;
}

/** Room behind a message for the last word of a conversion. */
const SPARE_BYTES = 16;

/**
 * Writes the encoder of one set of elements as straight-line code.
 * @returns undefined if the set has something this does not do.
 */
export function straightEncoder(layout: Layout, parts: EncoderParts): StraightEncode | undefined {
  const { fields, wireWords } = layout;
  if (wireWords.length === 0 || fields.length === 0 || fields.some(isUnusual)) return undefined;
  const names: Record<string, unknown> = {
    ...parts,
    writeCodes,
    writeUnits,
    isTlvList,
    isHexTlvList,
    prefixes1: PREFIX_TEXTS[1],
    prefixes2: PREFIX_TEXTS[2],
    prefixes3: PREFIX_TEXTS[3],
  };
  for (const field of fields) {
    names[`f${field.path}`] = field;
    names[`convert${field.path}`] = field.toWire;
  }
  const lines = [
    ...fields.map(({ path }) => `const v${path} = fields[${path}];`),
    `if (${fields.map(({ path }) => `typeof v${path} !== 'string'`).join(' || ')}) return undefined;`,
    ...fields.flatMap(unitLines),
    ...(parts.isText ? textLines(layout, parts) : codeLines(layout, parts)),
    'slab.used = start + length;',
    'return new Uint8Array(store.buffer, start, length);',
  ];
  return straightLine(['mti', 'fields'], lines, names);
}

/** Checks the length of a value; `uN` are the units of one of variable length. */
function unitLines({ path, codesMax, isFixed, codesPerUnit }: CompiledField): string[] {
  if (isFixed) return [`if (v${path}.length !== ${codesMax}) return undefined;`];
  const odd = codesPerUnit === 2 ? ` || (v${path}.length & 1) !== 0` : '';
  return [
    `if (v${path}.length > ${codesMax}${odd}) return undefined;`,
    `const u${path} = v${path}.length${codesPerUnit === 2 ? ' >> 1' : ''};`,
  ];
}

function headLines({ wireWords }: Layout, { mtiCodec }: EncoderParts): string[] {
  return [
    'const { store, used: start } = slab;',
    'const { bytes, view } = store;',
    'mtiCodec.write(mti, bytes, start);',
    ...Array.from(
      wireWords,
      (word, index) => `view.setInt32(start + ${mtiCodec.wireBytes + index * 4}, ${word});`,
    ),
  ];
}

/** All in ASCII: one string is the message, and what it holds is checked where it stands. */
function textLines(layout: Layout, parts: EncoderParts): string[] {
  const headBytes = parts.mtiCodec.wireBytes + layout.bitmapBytes;
  const pieces = layout.fields.flatMap((field) => [...prefixPieces(field), `v${field.path}`]);
  return [
    `const text = ${pieces.join(' + ')};`,
    'if (text.length > textMax) return undefined;',
    `const length = ${headBytes} + text.length;`,
    `reserve(length + ${SPARE_BYTES});`,
    ...headLines(layout, parts),
    `if (!writeCodes(text, bytes, start + ${headBytes})) return undefined;`,
    ...checkLines(layout.fields, headBytes),
  ];
}

function prefixPieces({ path, isFixed, prefixBytes, prefixExtra, prefixCounts }: CompiledField): string[] {
  if (isFixed) return [];
  const count = prefixCounts === 'hex-digits' ? `v${path}.length` : `u${path}`;
  return [`prefixes${prefixBytes}[${count} + ${prefixExtra}]`];
}

/** Neighbours of the same content are checked together, the digits of a prefix between them too. */
function checkLines(fields: readonly CompiledField[], headBytes: number): string[] {
  const lines: string[] = [];
  const at = new OffsetCode('start', headBytes);
  let first: CompiledField | undefined;
  fields.forEach((field, index) => {
    const { path, isFixed, prefixBytes, codesMax, codesPerUnit } = field;
    if (!isFixed) at.add(prefixBytes);
    if (first === undefined) lines.push(`const at${path} = ${at};`);
    first ??= field;
    if (isFixed) at.add(codesMax);
    else {
      lines.push(`const end${path} = ${at} + v${path}.length;`);
      at.restart(`end${path}`);
    }
    const next = fields[index + 1];
    if (next !== undefined && areCheckedTogether(field, next)) return;
    const from = `at${first.path}`;
    const units = `(${at} - ${from})${codesPerUnit === 2 ? ' >> 1' : ''}`;
    lines.push(
      `if (!convert${path}(store, ${from}, ${units}, store, ${from}, f${path})) return undefined;`,
      ...tlvLines(field, from, String(at)),
    );
    first = undefined;
  });
  return lines;
}

function areCheckedTogether(field: CompiledField, next: CompiledField): boolean {
  const mayHaveDigits = ((SETS_OF_CODE[0x30] ?? 0) & next.setBit) !== 0;
  return (
    !field.isTlv &&
    !next.isTlv &&
    field.toWire === next.toWire &&
    field.setBit === next.setBit &&
    field.codesPerUnit === next.codesPerUnit &&
    (next.isFixed || mayHaveDigits)
  );
}

/** Character codes of all values in one call, then each converted to the wire. */
function codeLines(layout: Layout, parts: EncoderParts): string[] {
  const headBytes = parts.mtiCodec.wireBytes + layout.bitmapBytes;
  const room = headBytes + layout.fields.length * parts.prefixBytesMax + SPARE_BYTES;
  const lines = [
    `const text = ${layout.fields.map(({ path }) => `v${path}`).join(' + ')};`,
    'if (text.length > textMax) return undefined;',
    `codes.ensure(text.length + ${SPARE_BYTES});`,
    'if (!writeCodes(text, codes.bytes, 0)) return undefined;',
    `reserve(text.length + ${room});`,
    ...headLines(layout, parts),
  ];
  const at = new OffsetCode('start', headBytes);
  const code = new OffsetCode('0', 0);
  for (const { field, units, codes, wireBytes } of layout.runs) {
    const { path, isFixed, codesMax, max } = field;
    if (!isFixed) {
      lines.push(...prefixLines(field, String(at)));
      at.restart(`at${path}`);
    }
    const from = String(at);
    const count = units > 0 ? String(units) : unitsCode(field);
    lines.push(`if (!convert${path}(codes, ${code}, ${count}, store, ${from}, f${path})) return undefined;`);
    if (isFixed) {
      at.add(units > 0 ? wireBytes : wireBytesOf(field, max));
      code.add(units > 0 ? codes : codesMax);
    } else {
      lines.push(
        `const end${path} = ${from} + ${wireBytesCode(field, count)};`,
        `const code${path} = ${code} + v${path}.length;`,
      );
      at.restart(`end${path}`);
      code.restart(`code${path}`);
    }
    lines.push(...tlvLines(field, from, String(at)));
  }
  return [...lines, `const length = ${at} - start;`];
}

/** Writes a prefix; `atN` is where the value begins. Written out for the shortest packed and binary ones. */
function prefixLines(field: CompiledField, at: string): string[] {
  const { path, prefix, prefixBytes, prefixExtra, prefixCounts } = field;
  const from = `const at${path} = ${at} + ${prefixBytes};`;
  if (prefixCounts === 'units' && prefixExtra === 0 && prefixBytes <= 2) {
    if (prefix === 'binary') {
      const high = prefixBytes === 2 ? [`bytes[${at}] = u${path} >> 8;`] : [];
      return [from, ...high, `bytes[at${path} - 1] = u${path};`];
    }
    if (prefix === 'bcd') {
      const digits = (count: string) => `${count} + ((${count} / 10) | 0) * 6`;
      if (prefixBytes === 1) return [from, `bytes[${at}] = ${digits(`u${path}`)};`];
      return [
        from,
        `const hundreds${path} = (u${path} / 100) | 0;`,
        `const rest${path} = u${path} - hundreds${path} * 100;`,
        `bytes[${at}] = ${digits(`hundreds${path}`)};`,
        `bytes[${at} + 1] = ${digits(`rest${path}`)};`,
      ];
    }
  }
  return [`const at${path} = writeUnits(f${path}, u${path}, bytes, ${at});`];
}

/** Every prefix of one, two and three ASCII digits. */
const PREFIX_TEXTS: readonly (readonly string[])[] = [0, 1, 2, 3].map((digits) =>
  Array.from({ length: 10 ** digits }, (_, count) => String(count).padStart(digits, '0')),
);

/** Digits of the longest prefix that {@link straightEncoder} joins to a text. */
export const TEXT_PREFIX_MAX: number = PREFIX_TEXTS.length - 1;
