import { parseDol, splitDolData, statusHex, tagName } from '@kassa/emv';
import { findTlvDeep, fromHex, ProtocolError, toHex } from '@kassa/primitives';
import { explainTlv, explainValue } from './explain-tlv.ts';
import { type ExplainedNode, plainNode } from './explained-node.ts';
import { type MaskedBytes, maskedBytes, shownHex } from './masked-bytes.ts';
import type { WordsFor } from './value-words.ts';

/** The lists a card has given so far in the payment: they say what the data of later commands are. */
export type DataObjectLists = ReadonlyMap<string, Uint8Array>;

const LIST_TAGS = ['9F38', '8C', '8D'] as const;
const GET_PROCESSING_OPTIONS = 0xa8;
const GENERATE_AC = 0xae;
/** Response message template format 1 (EMV 4.4 Book 3, 6.5.5.4 and 6.5.8.4): values in a fixed order, no tags. */
const FORMAT_1 = 0x80;

/** One exchange with the card: command and response as trees. */
export interface ExplainedExchange {
  readonly command: readonly ExplainedNode[];
  readonly response: readonly ExplainedNode[];
}

export function explainExchange(
  commandHex: string,
  responseHex: string,
  lists: DataObjectLists,
  wordsFor: WordsFor,
): ExplainedExchange {
  const command = maskedBytes(commandHex);
  const response = maskedBytes(responseHex);
  const instruction = command.bytes[1] ?? 0;
  return {
    command: explainCommand(command, lists, wordsFor),
    response: explainResponse(response, instruction, wordsFor),
  };
}

/** The lists after one more response. */
export function listsAfter(lists: DataObjectLists, responseHex: string): DataObjectLists {
  try {
    const { bytes } = maskedBytes(responseHex);
    const data = bytes.subarray(0, Math.max(0, bytes.length - 2));
    const found = LIST_TAGS.flatMap((tag) => {
      const list = findTlvDeep(data, tag);
      return list === undefined ? [] : [[tag, list] as const];
    });
    return found.length === 0 ? lists : new Map([...lists, ...found]);
  } catch (error) {
    if (error instanceof ProtocolError) return lists;
    throw error;
  }
}

function explainCommand(
  command: MaskedBytes,
  lists: DataObjectLists,
  wordsFor: WordsFor,
): readonly ExplainedNode[] {
  const { bytes } = command;
  const part = (name: string, offset: number, length: number): ExplainedNode =>
    plainNode({ path: `C.${name}`, name, value: shownHex(command, offset, offset + length), offset, length });
  const head = ['CLA', 'INS', 'P1', 'P2'].map((name, index) => part(name, index, 1));
  if (bytes.length <= 4) return head;
  if (bytes.length === 5) return [...head, part('Le', 4, 1)];
  const dataLength = bytes[4] ?? 0;
  const data = part('Data', 5, dataLength);
  const inside = commandData(command, dataLength, lists, wordsFor);
  const end = 5 + dataLength;
  return [
    ...head,
    part('Lc', 4, 1),
    { ...data, children: inside },
    ...(bytes.length > end ? [part('Le', end, bytes.length - end)] : []),
  ];
}

function commandData(
  command: MaskedBytes,
  length: number,
  lists: DataObjectLists,
  wordsFor: WordsFor,
): readonly ExplainedNode[] {
  const instruction = command.bytes[1];
  if (instruction === GET_PROCESSING_OPTIONS) {
    const [template] = explainTlv(command, { start: 5, end: 5 + length, path: 'C' }, wordsFor);
    if (template === undefined) return [];
    const headBytes = (command.bytes[6] ?? 0) > 0x7f ? 3 : 2;
    return dolChildren(command, 5 + headBytes, length - headBytes, lists.get('9F38'), wordsFor);
  }
  if (instruction !== GENERATE_AC) return [];
  const first = dolChildren(command, 5, length, lists.get('8C'), wordsFor);
  return first.length > 0 ? first : dolChildren(command, 5, length, lists.get('8D'), wordsFor);
}

/** The data of a command by the list it was built from; nothing when they do not fit together. */
function dolChildren(
  command: MaskedBytes,
  start: number,
  length: number,
  list: Uint8Array | undefined,
  wordsFor: WordsFor,
): readonly ExplainedNode[] {
  if (list === undefined || list.length === 0) return [];
  try {
    const entries = parseDol(list);
    splitDolData(entries, command.bytes.subarray(start, start + length));
    let at = start;
    return entries.map(({ tag, length: bytes }) => {
      const offset = at;
      at += bytes;
      const value = shownHex(command, offset, at);
      const name = `${tag} ${tagName(tag, wordsFor.language, wordsFor.scheme)}`;
      const node = { path: `C.Data.${offset}.${tag}`, name, value, offset, length: bytes };
      return explainValue(node, tag, command.bytes.subarray(offset, at), wordsFor);
    });
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

function explainResponse(
  response: MaskedBytes,
  instruction: number,
  wordsFor: WordsFor,
): readonly ExplainedNode[] {
  const end = Math.max(0, response.bytes.length - 2);
  const [high = 0, low = 0] = response.bytes.subarray(end);
  const status = plainNode({
    path: 'R.SW',
    name: 'SW1 SW2',
    value: statusHex((high << 8) | low),
    offset: end,
    length: 2,
  });
  const isFormat1 = response.bytes[0] === FORMAT_1 && (response.bytes[1] ?? 0) === end - 2;
  if (!isFormat1) return [...explainTlv(response, { start: 0, end, path: 'R' }, wordsFor), status];
  const template = plainNode({ path: 'R.80', name: '80', value: '', offset: 0, length: end });
  return [{ ...template, children: format1(response, instruction, end, wordsFor) }, status];
}

/** Tags of the values without tags, the last taking the rest; 0 bytes: all that is left. */
const FORMAT_1_VALUES: ReadonlyMap<number, readonly (readonly [tag: string, bytes: number])[]> = new Map([
  [
    GET_PROCESSING_OPTIONS,
    [
      ['82', 2],
      ['94', 0],
    ],
  ],
  [
    GENERATE_AC,
    [
      ['9F27', 1],
      ['9F36', 2],
      ['9F26', 8],
      ['9F10', 0],
    ],
  ],
]);

function format1(
  response: MaskedBytes,
  instruction: number,
  end: number,
  wordsFor: WordsFor,
): readonly ExplainedNode[] {
  let at = 2;
  return (FORMAT_1_VALUES.get(instruction) ?? []).flatMap(([tag, bytes]) => {
    const offset = at;
    at = bytes === 0 ? end : Math.min(end, at + bytes);
    if (at === offset) return [];
    const value = shownHex(response, offset, at);
    const node = {
      path: `R.80.${tag}`,
      name: `${tag} ${tagName(tag, wordsFor.language, wordsFor.scheme)}`,
      value,
      offset,
      length: at - offset,
    };
    const shown = value === '***' ? new Uint8Array() : fromHex(toHex(response.bytes.subarray(offset, at)));
    return [explainValue(node, tag, shown, wordsFor)];
  });
}
