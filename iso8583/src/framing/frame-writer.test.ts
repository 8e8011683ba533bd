import { fromHex, toHex } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { createFrameWriter } from './frame-writer.ts';
import { FRAMING_KINDS, type Framing, frame } from './framing.ts';

const BODY = fromHex('0800822000000000000004000000000000');
const FRAMINGS: readonly Framing[] = [
  ...FRAMING_KINDS,
  { kind: 'nac', tpdu: '6000010002' },
  { kind: 'ncc', tpdu: '6000010002' },
  { kind: 'vap', header: '0601000000AA' },
];

test.each(FRAMINGS.map((framing) => [JSON.stringify(framing), framing] as const))(
  'writes what frame makes: %s',
  (_name, framing) => {
    const writer = createFrameWriter(framing);
    const expected = toHex(frame(framing, BODY));
    const out = new Uint8Array(100);
    const end = writer.write(BODY, null, out, 7);
    expect(toHex(out.subarray(7, end))).toBe(expected);
    expect(writer.sizeOf(BODY)).toBe(expected.length / 2);
    expect([toHex(out.subarray(0, 7)), out[end]]).toEqual(['00'.repeat(7), 0]);
  },
);

test('only a TPDU is swapped for the answer', () => {
  const header = fromHex('6000010002');
  const swapped = createFrameWriter({ kind: 'nac', tpdu: '6000000000' }).answerHeader(header);
  expect(swapped && toHex(swapped)).toBe('6000020001');
  expect(createFrameWriter('nac').answerHeader(header)).toBeNull();
  expect(createFrameWriter({ kind: 'vap', header: '0501000000' }).answerHeader(header)).toBeNull();
});

test('refuses what no frame can carry before anything is written', () => {
  const writer = createFrameWriter('ascii');
  expect(() => writer.sizeOf(new Uint8Array(0))).toThrow('bad-length at frame');
  expect(() => writer.sizeOf(new Uint8Array(10_000))).toThrow(
    'too-large at frame (offset 0): expected at most 9999 bytes, found 10000 bytes',
  );
});
