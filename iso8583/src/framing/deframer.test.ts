import { concatBytes, fromHex, fromLatin1, ProtocolError, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DialectError } from '../dialect/dialect-error.ts';
import { createDeframer } from './deframer.ts';
import { type Framing, frame } from './framing.ts';

const OPTIONS = { maxBytes: 1000 };
/** Base header of 22 bytes (16 hex); bytes 4 and 5 are filled in. */
const BASE_HEADER = `160102${'0000'}${'00'.repeat(17)}`;

/** Framings with the frame of the ten bytes "0800ABCDEF" in each. */
const BODY = '0800ABCDEF';
const FRAMES: readonly (readonly [string, Framing, string])[] = [
  ['post', 'post', '000A'],
  ['raw', 'raw', '0000000A'],
  ['nac', 'nac', '000A'],
  ['nac with a TPDU', { kind: 'nac', tpdu: '6000010002' }, '000F6000010002'],
  ['ncc', 'ncc', '0010'],
  ['ncc with a TPDU', { kind: 'ncc', tpdu: '6000010002' }, '00156000010002'],
  ['bcd', 'bcd', '0010'],
  ['ascii', 'ascii', toHex(fromLatin1('0010'))],
  ['hex', 'hex', toHex(fromLatin1('000A'))],
  ['base24tcp', 'base24tcp', '000B'],
  ['cs', 'cs', '000A0000'],
  ['vap', 'vap', '000A0000'],
  [
    'vap with a base header',
    { kind: 'vap', header: BASE_HEADER },
    `00200000${'160102'}${'0020'}${'00'.repeat(17)}`,
  ],
];

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

describe.each(FRAMES)('%s', (name, framing, head) => {
  const body = fromLatin1(BODY);
  const tail = name === 'base24tcp' ? '03' : '';
  const whole = fromHex(head + toHex(body) + tail);

  test('frames a message', () => {
    expect(toHex(frame(framing, body))).toBe(toHex(whole));
  });

  test('gives the same messages however the stream is cut in two', () => {
    const stream = concatBytes(whole, frame(framing, fromLatin1('second')), whole);
    for (let cut = 0; cut <= stream.length; cut++) {
      const deframer = createDeframer(framing, OPTIONS);
      const messages = [...deframer.push(stream.subarray(0, cut)), ...deframer.push(stream.subarray(cut))];
      expect(messages.map(toHex)).toEqual([toHex(body), toHex(fromLatin1('second')), toHex(body)]);
      expect(deframer.pendingBytes).toBe(0);
    }
  });

  test('gives the same messages byte by byte', () => {
    const deframer = createDeframer(framing, OPTIONS);
    const stream = concatBytes(whole, whole);
    const messages = Array.from(stream, (byte) => deframer.push(Uint8Array.of(byte)));
    expect(messages.flat().map(toHex)).toEqual([toHex(body), toHex(body)]);
    expect(messages[whole.length - 1]).toHaveLength(1);
  });
});

test('any messages in any pieces come out as they went in', () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 6 });
  const kind = fc.constantFrom(...FRAMES.map(([, framing]) => framing));
  fc.assert(
    fc.property(
      kind,
      bodies,
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      (framing, sent, sizes) => {
        const stream = concatBytes(...sent.map((body) => frame(framing, body)));
        const deframer = createDeframer(framing, OPTIONS);
        const received: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          received.push(...deframer.push(stream.slice(at, at + size)));
          at += size;
        }
        expect(received.map(toHex)).toEqual(sent.map(toHex));
        expect(deframer.pendingBytes).toBe(0);
      },
    ),
  );
});

describe('a stream that has lost its place', () => {
  test.each([
    ['a frame of nothing', 'post', '0000', 'bad-length'],
    ['a TPDU and nothing', { kind: 'nac', tpdu: '6000010002' }, '0005', 'bad-length'],
    ['ETX and nothing', 'base24tcp', '0001', 'bad-length'],
    ['a long frame', 'post', '03E9', 'too-large'],
    ['a very long frame', 'raw', 'FFFFFFFF', 'too-large'],
    ['letters for digits', 'ascii', '30304131', 'bad-length'],
    ['a letter that is not hexadecimal', 'hex', '30303047', 'bad-length'],
    ['a packed length with a letter', 'bcd', '00A0', 'bad-length'],
    ['bytes that must be zero', 'cs', '000A0001', 'bad-length'],
    ['no ETX', 'base24tcp', '0003414243', 'bad-encoding'],
    [
      'a base header longer than its frame',
      { kind: 'vap', header: BASE_HEADER },
      `00180000${'30'.repeat(24)}`,
      'bad-length',
    ],
    [
      'a base header of no bytes',
      { kind: 'vap', header: BASE_HEADER },
      `00180000${'00'.repeat(24)}`,
      'bad-length',
    ],
  ] as const)('%s', (_, framing, hex, code) => {
    const whole = createDeframer(framing, OPTIONS);
    const failure = failureOf(() => whole.push(fromHex(hex)));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({ code, path: 'frame' });

    const pieces = createDeframer(framing, OPTIONS);
    const inPieces = failureOf(() => Array.from(fromHex(hex), (byte) => pieces.push(Uint8Array.of(byte))));
    expect(inPieces).toMatchObject({ code, path: 'frame' });
  });

  test('gives the messages before the error first, then throws for good', () => {
    const deframer = createDeframer('post', OPTIONS);
    const messages = deframer.push(concatBytes(frame('post', fromLatin1('one')), fromHex('0000')));
    expect(messages.map(toHex)).toEqual([toHex(fromLatin1('one'))]);
    expect(deframer.failure).toMatchObject({ code: 'bad-length' });
    expect(failureOf(() => deframer.push(new Uint8Array(0)))).toBe(deframer.failure);
    expect(failureOf(() => deframer.push(frame('post', fromLatin1('two'))))).toBe(deframer.failure);
  });

  test('keeps nothing of a frame announced too long', () => {
    const deframer = createDeframer('raw', OPTIONS);
    failureOf(() => deframer.push(fromHex('7FFFFFFF0102')));
    expect(deframer.pendingBytes).toBe(0);
  });
});

test('counts the bytes of a frame that is not complete', () => {
  const deframer = createDeframer('post', OPTIONS);
  expect(deframer.push(fromHex('00'))).toEqual([]);
  expect(deframer.pendingBytes).toBe(1);
  expect(deframer.push(fromHex('0441'))).toEqual([]);
  expect(deframer.pendingBytes).toBe(3);
  expect(deframer.failure).toBeNull();
});

test('accepts a frame of exactly the limit', () => {
  const body = new Uint8Array(1000).fill(0x41);
  expect(createDeframer('post', OPTIONS).push(frame('post', body))).toEqual([body]);
});

describe('frame refuses', () => {
  test.each([
    ['an empty message', 'post', 0, 'bad-length'],
    ['more than two bytes can say', 'post', 65_536, 'too-large'],
    ['more than four digits can say', 'ascii', 10_000, 'too-large'],
    ['more than two bytes can say, with ETX', 'base24tcp', 65_535, 'too-large'],
  ] as const)('%s', (_, framing, bytes, code) => {
    expect(failureOf(() => frame(framing, new Uint8Array(bytes)))).toMatchObject({ code, path: 'frame' });
  });
});

describe('a framing that contradicts itself', () => {
  test.each([
    [{ kind: 'post', tpdu: '6000010002' }, 'framing.tpdu', 'post has no TPDU: use nac or ncc'],
    [{ kind: 'nac', tpdu: '600' }, 'framing.tpdu', 'expected hexadecimal of at most 64 bytes'],
    [{ kind: 'nac', header: '00' }, 'framing.header', 'nac has no base header: use vap'],
    [
      { kind: 'vap', header: '0500000000FF' },
      'framing.header',
      'expected at least 5 bytes, the first of them saying how many',
    ],
  ] as const)('%j', (framing, key, problem) => {
    const failure = failureOf(() => createDeframer(framing, OPTIONS));
    expect(failure).toBeInstanceOf(DialectError);
    expect(String(failure)).toBe(`DialectError: ${key}: ${problem}`);
  });
});
