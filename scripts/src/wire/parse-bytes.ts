import { fromHex } from '@kassa/primitives';
import { CommandFailure } from '../failure.ts';

const FORMS = 'hexadecimal (also with spaces, 0x or as a hex dump with offsets) or base64';
/** The offset column of a hex dump: Wireshark, hexdump -C; xxd and tcpdump end it with a colon. */
const DUMP_LINE = /^\s*(?:0x)?([0-9a-f]{4,16})(:?)(?:\s+(.*))?$/i;

/**
 * Bytes as people paste them: hexadecimal with white space, `0x`, `\x`, commas or colons between; hex dumps of
 * Wireshark, xxd, hexdump -C and tcpdump -X with offsets and an ASCII column; base64. Several dumped packets become one
 * stream.
 * @throws CommandFailure, never with what was pasted.
 */
export function parseBytes(text: string): Uint8Array {
  const dump = parseDump(text);
  if (dump !== undefined) return dump;
  const plain = text.replace(/0x|\\x/gi, ' ').replace(/[\s,;:"']+/g, '');
  if (plain === '') throw new CommandFailure(`there are no bytes in the input.\nRemedy: give ${FORMS}`);
  if (/^[0-9a-f]+$/i.test(plain)) {
    if (plain.length % 2 === 0) return fromHex(plain);
    throw new CommandFailure(
      `the input has an odd number of hexadecimal digits, ${plain.length}.\nRemedy: two digits a byte`,
    );
  }
  const base64 = text.replace(/\s+/g, '');
  if (base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  }
  throw new CommandFailure(`the input is neither a file nor bytes.\nRemedy: give ${FORMS}`);
}

interface DumpLine {
  readonly offset: number;
  readonly hasColon: boolean;
  readonly rest: string;
}

/** @returns nothing where the text is no dump. */
function parseDump(text: string): Uint8Array | undefined {
  const lines: DumpLine[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const match = DUMP_LINE.exec(line);
    if (match === null) return undefined;
    const [, offset = '', colon, rest = ''] = match;
    // Without a colon only single bytes can follow an offset: `0000 0037 3038` is a message in groups of four.
    if (colon !== ':' && !/^([0-9a-f]{2}(\s|$)|$)/i.test(rest)) return undefined;
    lines.push({ offset: Number.parseInt(offset, 16), hasColon: colon === ':', rest });
  }
  if (lines.length === 0 || lines[0]?.offset !== 0 || lines[0].rest === '') return undefined;
  const hex: string[] = [];
  let packetBytes = 0;
  for (const [index, line] of lines.entries()) {
    if (line.offset === 0) packetBytes = 0;
    if (line.offset !== packetBytes) {
      throw new CommandFailure(
        `line ${index + 1} of the hex dump has the offset ${line.offset}, but ${packetBytes} bytes stand before it`,
      );
    }
    const next = lines[index + 1]?.offset ?? 0;
    const bytes = dumpedBytes(line, next > line.offset ? next - line.offset : undefined);
    hex.push(bytes);
    packetBytes += bytes.length / 2;
  }
  return fromHex(hex.join(''));
}

/** @param count bytes of the line, as the offset of the next one says; they keep letters of the text column out. */
function dumpedBytes({ hasColon, rest }: DumpLine, count: number | undefined): string {
  const [column = ''] = rest.split(hasColon ? /\s{2,}/ : /\s{3,}|\s+\|/);
  let hex = '';
  for (const token of column.split(/\s+/)) {
    if (!/^([0-9a-f]{2})+$/i.test(token)) break;
    hex += token;
  }
  return count === undefined ? hex : hex.slice(0, count * 2);
}
