import { fromHex, toHex } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { createDeframer } from './deframer.ts';
import { FRAMING_KINDS, FRAMING_RECOVERY, frame } from './framing.ts';
import { answerTpdu } from './tpdu.ts';

test('destination and source change places', () => {
  expect(toHex(answerTpdu(fromHex('6000010002')))).toBe('6000020001');
  expect(() => answerTpdu(fromHex('60000100'))).toThrow(
    'bad-length at frame (offset 0): expected 5 bytes, found 4 bytes',
  );
});

test.each(['nac', 'ncc'] as const)('an answer goes back the way its request came over %s', (kind) => {
  const framing = { kind, tpdu: '6000010000' } as const;
  const request = frame({ kind, tpdu: '6000010ABC' }, fromHex('0800'));
  for (let split = 0; split <= request.length; split++) {
    const deframer = createDeframer(framing, { maxBytes: 100 });
    const [message, ...others] = [
      ...deframer.pushFrames(request.subarray(0, split)),
      ...deframer.pushFrames(request.subarray(split)),
    ];
    expect(others).toEqual([]);
    expect(toHex(message!.header)).toBe('6000010ABC');
    expect(toHex(message!.body)).toBe('0800');
    const answer = frame(framing, fromHex('0810'), answerTpdu(message!.header));
    expect(toHex(answer)).toBe('0007' + '600ABC0001' + '0810');
  }
});

test('a header of another length is refused', () => {
  expect(() => frame({ kind: 'nac', tpdu: '6000010000' }, fromHex('0800'), fromHex('60'))).toThrow(
    'bad-length at frame (offset 0): expected a header of 5 bytes, found 1 byte',
  );
  expect(() => frame('post', fromHex('0800'), fromHex('60'))).toThrow('expected a header of 0 bytes');
});

test('every framing says what becomes of a stream that has lost its place', () => {
  expect(Object.keys(FRAMING_RECOVERY).sort()).toEqual([...FRAMING_KINDS].sort());
});

test.each(FRAMING_KINDS)('a %s stream that lost its place stays refused, as its row says', (kind) => {
  expect(FRAMING_RECOVERY[kind].afterError).toBe('disconnect');
  const deframer = createDeframer(kind, { maxBytes: 4 });
  const tooLong = frame(kind, new Uint8Array(20));
  expect(() => deframer.push(tooLong)).toThrow('too-large');
  const good = frame(kind, Uint8Array.of(1));
  expect(() => deframer.push(good)).toThrow('too-large');
  expect(deframer.pendingBytes).toBe(0);
});
