import {
  asList,
  asRecord,
  booleanAt,
  type JsonRecord,
  listAt,
  numberAt,
  oneOfAt,
  recordAt,
  ShapeError,
  textAt,
  textOrNullAt,
} from '../json-reader.ts';
import {
  type ConsoleEvent,
  PAYMENT_STATES,
  type PaymentDetail,
  type PaymentLine,
  type PaymentPage,
  type RevealedMessage,
  type TreeNode,
} from './console-types.ts';

/** `GET /v1/console/payments`. @throws ShapeError */
export function decodePage(body: unknown): PaymentPage {
  const record = asRecord(body, 'the page');
  return {
    payments: listAt(record, 'payments', decodeLine),
    next: numberAt(record, 'next'),
    more: booleanAt(record, 'more'),
    oldest: numberAt(record, 'oldest'),
  };
}

/** `GET /v1/console/payments/ID`. @throws ShapeError */
export function decodeDetail(body: unknown): PaymentDetail {
  const record = asRecord(body, 'the payment');
  return {
    payment: decodeLine(recordAt(record, 'payment')),
    reveals: booleanAt(record, 'reveals'),
    events: listAt(record, 'events', decodeEvent),
  };
}

/** `GET /v1/console/payments/ID/events/SEQ/revealed`. @throws ShapeError */
export function decodeRevealed(body: unknown): RevealedMessage {
  const record = asRecord(body, 'the message');
  return { hex: textAt(record, 'hex'), message: listAt(record, 'message', decodeNode) };
}

function decodeLine(record: JsonRecord): PaymentLine {
  return {
    transactionId: textAt(record, 'transactionId'),
    terminalId: textOrNullAt(record, 'terminalId'),
    firstSeq: numberAt(record, 'firstSeq'),
    lastSeq: numberAt(record, 'lastSeq'),
    startedMs: numberAt(record, 'startedMs'),
    lastMs: numberAt(record, 'lastMs'),
    state: oneOfAt(record, 'state', PAYMENT_STATES),
    amount: textOrNullAt(record, 'amount'),
    settle: textOrNullAt(record, 'settle'),
    card: textOrNullAt(record, 'card'),
    entry: textOrNullAt(record, 'entry'),
    bank: textOrNullAt(record, 'bank'),
    route: textOrNullAt(record, 'route'),
    responseCode: textOrNullAt(record, 'responseCode'),
    approvalCode: textOrNullAt(record, 'approvalCode'),
    stan: textOrNullAt(record, 'stan'),
    rrn: textOrNullAt(record, 'rrn'),
    reason: textOrNullAt(record, 'reason'),
  };
}

function decodeEvent(record: JsonRecord): ConsoleEvent {
  const timeMs = Date.parse(textAt(record, 'time'));
  if (Number.isNaN(timeMs)) throw new ShapeError('"time" is not a time');
  return {
    seq: numberAt(record, 'seq'),
    type: textAt(record, 'type'),
    timeMs,
    data: recordAt(record, 'data'),
    message: treeAt(record, 'message'),
    command: treeAt(record, 'command'),
    response: treeAt(record, 'response'),
  };
}

function treeAt(record: JsonRecord, key: string): readonly TreeNode[] | null {
  return record[key] === undefined ? null : asList(record[key], `"${key}"`, decodeNode);
}

function decodeNode(record: JsonRecord): TreeNode {
  const words = record.words;
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new ShapeError('"words" is not a list of texts');
  }
  return {
    path: textAt(record, 'path'),
    name: textAt(record, 'name'),
    value: textAt(record, 'value'),
    words,
    offset: numberAt(record, 'offset'),
    length: numberAt(record, 'length'),
    bits: listAt(record, 'bits', (bit) => ({
      byte: numberAt(bit, 'byte'),
      bit: numberAt(bit, 'bit'),
      isOn: booleanAt(bit, 'isOn'),
      meaning: textAt(bit, 'meaning'),
    })),
    children: listAt(record, 'children', decodeNode),
  };
}
