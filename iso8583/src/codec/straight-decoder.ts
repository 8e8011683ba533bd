import type { ByteStore } from './byte-store.ts';
import { wireBytesOf } from './compiled-field.ts';
import type { Layout, StraightDecode } from './layout.ts';
import type { MtiCodec } from './mti-wire.ts';
import { isUnusual, OffsetCode, straightLine, tlvLines, unitsCode, wireBytesCode } from './straight-line.ts';
import { textOfCodes } from './text-of-codes.ts';
import { isHexTlvList, isTlvList } from './tlv-check.ts';

export interface DecoderParts {
  readonly mti: MtiCodec;
  /** All of the message is the characters of its values: they are only checked where they stand. */
  readonly isText: boolean;
  readonly wire: ByteStore;
  /** With the digits of the MTI at its start; the same as `wire` where `isText`. */
  readonly codes: ByteStore;
}

/**
 * Writes the decoder of one set of elements as straight-line code: first where every element stands, then, once that
 * comes out at the end of the message, what stands there.
 * @returns undefined if the set has something this does not do.
 */
export function straightDecoder(layout: Layout, parts: DecoderParts): StraightDecode | undefined {
  const { fields, unknown } = layout;
  if (unknown !== 0 || fields.length === 0 || fields.some(isUnusual)) return undefined;
  const names: Record<string, unknown> = {
    ...parts,
    textOfCodes,
    isTlvList,
    isHexTlvList,
    template: layout.template,
  };
  for (const field of fields) {
    names[`f${field.path}`] = field;
    names[`convert${field.path}`] = field.toCodes;
    names[`read${field.path}`] = field.readCount;
  }
  const lines = [
    'const { bytes } = wire;',
    ...placeLines(layout, parts),
    ...(parts.isText ? textLines(layout, parts) : codeLines(layout, parts)),
  ];
  return straightLine(['messageEnd'], lines, names);
}

/** `atN`: where the value of element N begins, `uN`: its units, if its length is variable. */
function placeLines({ fields, bitmapBytes }: Layout, { mti }: DecoderParts): string[] {
  const at = new OffsetCode('0', mti.wireBytes + bitmapBytes);
  const lines: string[] = [];
  for (const field of fields) {
    const { path, isFixed, max, prefixBytes, prefixExtra, prefixCounts } = field;
    if (isFixed) {
      lines.push(`const at${path} = ${at};`);
      at.add(wireBytesOf(field, max));
      continue;
    }
    lines.push(`const n${path} = read${path}(bytes, ${at}, ${prefixBytes}) - ${prefixExtra};`);
    if (prefixCounts === 'hex-digits')
      lines.push(`if ((n${path} & 1) !== 0) return undefined;`, `const u${path} = n${path} >> 1;`);
    else lines.push(`const u${path} = n${path};`);
    lines.push(
      `if (u${path} < 0 || u${path} > ${max}) return undefined;`,
      `const at${path} = ${at} + ${prefixBytes};`,
      `const end${path} = at${path} + ${wireBytesCode(field, `u${path}`)};`,
    );
    at.restart(`end${path}`);
  }
  return [...lines, `if (${at} !== messageEnd) return undefined;`];
}

function textLines({ fields, runs }: Layout, { mti }: DecoderParts): string[] {
  const checks = runs.flatMap(({ field, units }) => {
    const { path } = field;
    const count = units > 0 ? String(units) : unitsCode(field);
    return [
      `if (!convert${path}(wire, at${path}, ${count}, wire, at${path}, f${path})) return undefined;`,
      ...tlvLines(field, `at${path}`, `at${path} + ${wireBytesCode(field, count)}`),
    ];
  });
  return [
    ...checks,
    'const all = textOfCodes(bytes, messageEnd);',
    'const fields = { ...template };',
    ...fields.map((field) => {
      const { path, codesPerUnit } = field;
      const codes = `${unitsCode(field)}${codesPerUnit === 2 ? ' * 2' : ''}`;
      return `fields[${path}] = all.substring(at${path}, at${path} + ${codes});`;
    }),
    `return { mti: all.substring(0, ${mti.digits}), fields };`,
  ];
}

function codeLines({ fields, runs }: Layout, { mti }: DecoderParts): string[] {
  const code = new OffsetCode('0', mti.digits);
  const lines: string[] = [];
  for (const run of runs) {
    const { field, units } = run;
    const { path, isFixed, codesMax, codesPerUnit } = field;
    const count = units > 0 ? String(units) : unitsCode(field);
    lines.push(`if (!convert${path}(wire, at${path}, ${count}, codes, ${code}, f${path})) return undefined;`);
    lines.push(...tlvLines(field, `at${path}`, `at${path} + ${wireBytesCode(field, count)}`));
    if (units > 0) code.add(run.codes);
    else if (isFixed) code.add(codesMax);
    else {
      lines.push(`const code${path} = ${code} + u${path}${codesPerUnit === 2 ? ' * 2' : ''};`);
      code.restart(`code${path}`);
    }
  }
  lines.push(`const all = textOfCodes(codes.bytes, ${code});`, 'const fields = { ...template };');
  const from = new OffsetCode('0', mti.digits);
  for (const { path, isFixed, codesMax } of fields) {
    const start = String(from);
    if (isFixed) from.add(codesMax);
    else from.restart(`code${path}`);
    lines.push(`fields[${path}] = all.substring(${start}, ${from});`);
  }
  return [...lines, `return { mti: all.substring(0, ${mti.digits}), fields };`];
}
