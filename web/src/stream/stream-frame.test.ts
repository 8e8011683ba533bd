import { describe, expect, it } from 'vitest';
import { ShapeError } from '../json-reader.ts';
import { parseFrame } from './stream-frame.ts';

describe('parseFrame', () => {
  it('reads the first frame', () => {
    expect(parseFrame('{"type":"stream.opened","from":7,"next":42,"oldest":1}')).toEqual({
      kind: 'opened',
      opened: { from: 7, next: 42 },
    });
  });

  it('reads an event', () => {
    const frame = {
      seq: 42,
      type: 'ledger.held',
      time: '1970-01-01T00:00:01.500Z',
      transactionId: '20000001-632815000007',
      terminalId: null,
      data: { amount: '1500.00' },
    };
    expect(parseFrame(JSON.stringify(frame))).toEqual({
      kind: 'event',
      event: {
        seq: 42,
        type: 'ledger.held',
        timeMs: 1500,
        transactionId: '20000001-632815000007',
        terminalId: null,
        data: { amount: '1500.00' },
      },
    });
  });

  it.each([
    ['nothing', '', 'the frame is not JSON'],
    ['a list', '[]', 'the frame is not an object'],
    ['no type', '{"seq":1}', '"type" is not a text'],
    [
      'an opening without a number',
      '{"type":"stream.opened","from":1,"next":"1","oldest":1}',
      '"next" is not a number',
    ],
    ['no time', '{"seq":1,"type":"a.b","time":"soon","data":{}}', '"time" is not a time'],
    ['no data', '{"seq":1,"type":"a.b","time":"2026-11-23T10:15:30.123Z"}', '"data" is not an object'],
    ['no seq', '{"type":"a.b","time":"2026-11-23T10:15:30.123Z","data":{}}', '"seq" is not a number'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseFrame(text)).toThrow(new ShapeError(message));
  });
});
