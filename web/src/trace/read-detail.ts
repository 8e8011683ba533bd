import { displayAmount } from '../amount.ts';
import {
  asRecord,
  type JsonRecord,
  listAt,
  numberAt,
  recordAt,
  ShapeError,
  textAt,
  textOrNullAt,
} from '../json-reader.ts';
import type { Fact, HexByte, IsoMessage, MessageField, StepDetail } from './step-types.ts';

/** Splits `hex`, spaces allowed, into bytes; a byte is two digits or `**`. @throws ShapeError */
export function hexBytes(text: string): readonly HexByte[] {
  const compact = text.replace(/\s/g, '').toUpperCase();
  if (!/^(?:[0-9A-F]{2}|\*\*)*$/.test(compact)) throw new ShapeError('"hex" is not hexadecimal');
  return compact.match(/../g) ?? [];
}

/** Detail of `card.exchanged`. @throws ShapeError */
export function apduDetail(data: JsonRecord): Extract<StepDetail, { kind: 'apdu' }> {
  const command = recordAt(data, 'command');
  const response = recordAt(data, 'response');
  return {
    kind: 'apdu',
    commandName: textAt(command, 'name'),
    command: hexBytes(textAt(command, 'hex')),
    response: hexBytes(textAt(response, 'hex')),
    status: textAt(response, 'status'),
    meaning: textAt(response, 'meaning'),
  };
}

/** Detail of `kernel.decided`. @throws ShapeError */
export function decisionDetail(data: JsonRecord): Extract<StepDetail, { kind: 'decision' }> {
  const bits = data.bits;
  if (!Array.isArray(bits)) throw new ShapeError('"bits" is not a list');
  return {
    kind: 'decision',
    step: textAt(data, 'step'),
    decision: textAt(data, 'decision'),
    why: textAt(data, 'why'),
    bits: bits.map((bit) => (typeof bit === 'string' ? bit : JSON.stringify(bit))),
  };
}

/** The message of `terminal.message-*` and `acquirer.message-*`. @throws ShapeError */
export function readMessage(data: JsonRecord): IsoMessage {
  return {
    mti: textAt(data, 'mti'),
    dialect: textAt(data, 'dialect'),
    lengthBytes: numberAt(data, 'length'),
    bytes: hexBytes(textAt(data, 'hex')),
    fields: listAt(data, 'fields', readField),
  };
}

function readField(record: JsonRecord): MessageField {
  return {
    path: textAt(record, 'path'),
    name: textAt(record, 'name'),
    value: textAt(record, 'value'),
    words: textOrNullAt(record, 'words') ?? '',
    offset: typeof record.offset === 'number' ? record.offset : null,
    length: typeof record.length === 'number' ? record.length : null,
  };
}

/** `1 500,00 ₸` from the member `amount`. @throws ShapeError */
export function amountAt(data: JsonRecord): string {
  return displayAmount(textAt(data, 'amount'));
}

/** A text or a whole number, as words want it. @throws ShapeError */
export function wordAt(data: JsonRecord, key: string): string {
  const value = data[key];
  return typeof value === 'number' ? String(value) : textAt(data, key);
}

const FACT_NAMES: Readonly<Record<string, string>> = {
  atc: 'Application transaction counter',
  iban: 'IBAN',
  iin: 'Issuer identification number',
  ksn: 'Key serial number',
  mti: 'Message type',
  rrn: 'Retrieval reference number',
  stan: 'Systems trace audit number',
};

/** Every member of the data as a line, in the order the server wrote them; nested values as JSON. */
export function factsDetail(data: JsonRecord): StepDetail {
  return { kind: 'facts', facts: Object.entries(data).map(([key, value]) => fact(key, value)) };
}

function fact(key: string, value: unknown): Fact {
  const words = key.replace(
    /([a-z])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  );
  const name = FACT_NAMES[key] ?? words.charAt(0).toUpperCase() + words.slice(1);
  return { name, value: factValue(key, value) };
}

function factValue(key: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return key === 'amount' ? displayAmount(value) : value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n');
  if (typeof value === 'object') return JSON.stringify(asRecord(value, key));
  return String(value);
}
