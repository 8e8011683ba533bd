import {
  asRecord,
  type JsonRecord,
  numberAt,
  recordAt,
  ShapeError,
  textAt,
  textOrNullAt,
} from '../json-reader.ts';

/** One event of the stream (docs/events.md); `timeMs` is milliseconds since 1970, `data` is checked by its reader. */
export interface KassaEvent {
  readonly seq: number;
  readonly type: string;
  readonly timeMs: number;
  readonly transactionId: string | null;
  readonly terminalId: string | null;
  readonly data: JsonRecord;
}

/** The first frame of a connection. */
export interface StreamOpened {
  /** Where this connection begins. */
  readonly from: number;
  /** The number the next event will get. */
  readonly next: number;
}

export type StreamFrame =
  | { readonly kind: 'opened'; readonly opened: StreamOpened }
  | { readonly kind: 'event'; readonly event: KassaEvent };

/** @throws ShapeError when the frame is not one of docs/events.md. */
export function parseFrame(text: string): StreamFrame {
  const record = asRecord(parseJson(text), 'the frame');
  const type = textAt(record, 'type');
  if (type === 'stream.opened') {
    return { kind: 'opened', opened: { from: numberAt(record, 'from'), next: numberAt(record, 'next') } };
  }
  const timeMs = Date.parse(textAt(record, 'time'));
  if (Number.isNaN(timeMs)) throw new ShapeError('"time" is not a time');
  const event = {
    seq: numberAt(record, 'seq'),
    type,
    timeMs,
    transactionId: textOrNullAt(record, 'transactionId'),
    terminalId: textOrNullAt(record, 'terminalId'),
    data: recordAt(record, 'data'),
  };
  return { kind: 'event', event };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ShapeError('the frame is not JSON', { cause });
  }
}
