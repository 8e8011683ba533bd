import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { compileDialect } from './codec.ts';

/** A dialect whose message is a BCD type, a binary bitmap with the one bit, and the field. */
function oneField(number: number, row: Record<string, unknown>) {
  return compileDialect(dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields: { [number]: row } }));
}

const HEAD_OF_3 = '02002000000000000000';

describe('one field on the wire, by axis', () => {
  test.each([
    // enc
    ['ascii', { enc: 'ascii', len: 'fixed', max: 6, content: 'n' }, '012345', '303132333435'],
    ['ascii text', { enc: 'ascii', len: 'fixed', max: 5 }, ' A-z ', '20412D7A20'],
    ['ascii of one character', { enc: 'ascii', len: 'fixed', max: 1, content: 'n' }, '7', '37'],
    ['any byte', { enc: 'ascii', len: 'LL', max: 9, content: 'any' }, '\u0000\u00ffA', '303300FF41'],
    ['ebcdic', { enc: 'ebcdic', len: 'fixed', max: 4 }, 'A1 z', 'C1F140A9'],
    ['bcd', { enc: 'bcd', len: 'fixed', max: 6 }, '012345', '012345'],
    ['binary', { enc: 'binary', len: 'fixed', max: 3 }, '00ABFF', '00ABFF'],
    ['hexascii', { enc: 'hexascii', len: 'fixed', max: 3 }, '00ABFF', '303041424646'],
    ['hexascii of one byte', { enc: 'hexascii', len: 'fixed', max: 1 }, '9F', '3946'],
    ['track2bcd', { enc: 'track2bcd', len: 'LL', max: 37 }, '12=34', '3035012D34'],
    // odd digits: side and filler
    ['odd bcd, left', { enc: 'bcd', len: 'fixed', max: 3 }, '051', '0051'],
    ['odd bcd, right', { enc: 'bcd', len: 'fixed', max: 3, pad: 'right' }, '051', '0510'],
    ['odd bcd, left F', { enc: 'bcd', len: 'fixed', max: 3, filler: 'F' }, '051', 'F051'],
    ['odd bcd, right F', { enc: 'bcd', len: 'fixed', max: 3, pad: 'right', filler: 'F' }, '051', '051F'],
    ['one digit', { enc: 'bcd', len: 'fixed', max: 1 }, '5', '05'],
    // len
    ['L', { enc: 'ascii', len: 'L', max: 9 }, 'ABC', '33414243'],
    ['LL', { enc: 'ascii', len: 'LL', max: 99 }, 'ABC', '3033414243'],
    ['LLL', { enc: 'ascii', len: 'LLL', max: 999 }, 'ABC', '303033414243'],
    ['LLLL', { enc: 'ascii', len: 'LLLL', max: 9999 }, 'ABC', '30303033414243'],
    ['LLLLLL', { enc: 'ascii', len: 'LLLLLL', max: 999999 }, 'ABC', '303030303033414243'],
    ['nothing', { enc: 'ascii', len: 'LL', max: 99 }, '', '3030'],
    // lenEnc and lenBytes
    [
      'bcd LL',
      { enc: 'ascii', len: 'LL', max: 99, lenEnc: 'bcd' },
      'ABCDEFGHIJKL',
      '124142434445464748494A4B4C',
    ],
    ['bcd LLL', { enc: 'ascii', len: 'LLL', max: 999, lenEnc: 'bcd' }, 'ABC', '0003414243'],
    ['ebcdic LL', { enc: 'ascii', len: 'LL', max: 99, lenEnc: 'ebcdic' }, 'ABC', 'F0F3414243'],
    ['binary L', { enc: 'ascii', len: 'L', max: 255, lenEnc: 'binary' }, 'ABC', '03414243'],
    [
      'binary, 2 bytes',
      { enc: 'ascii', len: 'LL', max: 999, lenEnc: 'binary', lenBytes: 2 },
      'ABC',
      '0003414243',
    ],
    // lenUnit
    ['digits of bcd', { enc: 'bcd', len: 'LL', max: 19, lenEnc: 'bcd' }, '123', '030123'],
    ['bytes of bcd', { enc: 'bcd', len: 'LL', max: 20, lenEnc: 'bcd', lenUnit: 'bytes' }, '1234', '021234'],
    [
      'bytes of bcd with filler F',
      { enc: 'bcd', len: 'LL', max: 19, lenEnc: 'bcd', lenUnit: 'bytes', pad: 'right', filler: 'F' },
      '123',
      '02123F',
    ],
    [
      'bytes of track 2 with filler F',
      { enc: 'track2bcd', len: 'LL', max: 37, lenEnc: 'bcd', lenUnit: 'bytes', pad: 'right', filler: 'F' },
      '12=',
      '0212DF',
    ],
    ['bytes of binary', { enc: 'binary', len: 'LLL', max: 255, lenEnc: 'bcd' }, 'ABCD', '0002ABCD'],
    ['digits of binary', { enc: 'binary', len: 'LLL', max: 255, lenUnit: 'digits' }, 'ABCD', '303034ABCD'],
    ['bytes of hexascii', { enc: 'hexascii', len: 'LLL', max: 255 }, 'ABCD', '30303241424344'],
    [
      'digits of hexascii',
      { enc: 'hexascii', len: 'LLL', max: 255, lenUnit: 'digits' },
      'ABCD',
      '30303441424344',
    ],
    // signed amounts
    ['signed', { enc: 'ascii', len: 'fixed', max: 9, content: 'xn' }, 'D00000150', '443030303030313530'],
    ['signed bcd', { enc: 'bcd', len: 'fixed', max: 9, content: 'xn' }, 'C00000150', '4300000150'],
    ['signed ebcdic', { enc: 'ebcdic', len: 'fixed', max: 3, content: 'xn' }, 'D15', 'C4F1F5'],
  ])('%s', (_, row, value, wire) => {
    const codec = oneField(3, row);
    const message = { mti: '0200', fields: { 3: value } };
    expect(toHex(codec.encode(message))).toBe(HEAD_OF_3 + wire);
    expect(codec.decode(fromHex(HEAD_OF_3 + wire))).toEqual(message);
  });
});

describe('message type and bitmaps', () => {
  const spec = (axes: Record<string, unknown>, numbers: readonly number[]) =>
    compileDialect(
      dialectFromSpec({
        ...axes,
        fields: Object.fromEntries(numbers.map((number) => [number, { enc: 'ascii', len: 'fixed', max: 1 }])),
      }),
    );

  test.each([
    ['ascii and hex', { mti: 'ascii', bitmap: 'hex' }, [3], '30323030' + '32303030303030303030303030303030'],
    ['bcd and binary', { mti: 'bcd', bitmap: 'binary' }, [3], '0200' + '2000000000000000'],
    ['ebcdic', { mti: 'ebcdic', bitmap: 'ebcdic-hex' }, [3], 'F0F2F0F0' + 'F2F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0'],
    [
      'hexadecimal letters',
      { mti: 'bcd', bitmap: 'hex' },
      [5, 7],
      '0200' + '30413030303030303030303030303030',
    ],
    [
      'ebcdic letters',
      { mti: 'bcd', bitmap: 'ebcdic-hex' },
      [5, 7],
      '0200' + 'F0C1F0F0F0F0F0F0F0F0F0F0F0F0F0F0',
    ],
    [
      'second bitmap',
      { mti: 'bcd', bitmap: 'binary' },
      [70],
      '0200' + '8000000000000000' + '0400000000000000',
    ],
    [
      'last bits',
      { mti: 'bcd', bitmap: 'binary' },
      [64, 128],
      '0200' + '8000000000000001' + '0000000000000001',
    ],
    [
      'an ordinary element 65',
      { mti: 'bcd', bitmap: 'binary' },
      [65],
      '0200' + '8000000000000000' + '8000000000000000',
    ],
    [
      'third bitmap',
      { mti: 'bcd', bitmap: 'binary', tertiary: true },
      [2, 130],
      '0200' + 'C000000000000000' + '8000000000000000' + '4000000000000000',
    ],
    [
      'always 16 bytes',
      { mti: 'bcd', bitmap: 'binary', bitmapFixedBytes: 16 },
      [3],
      `0200${'2000000000000000'}${'00'.repeat(8)}`,
    ],
    [
      'always 8 bytes',
      { mti: 'bcd', bitmap: 'binary', bitmapFixedBytes: 8 },
      [3],
      '0200' + '2000000000000000',
    ],
    [
      'always 24 bytes',
      { mti: 'bcd', bitmap: 'binary', bitmapFixedBytes: 24 },
      [192],
      `0200${'00'.repeat(16)}${'0000000000000001'}`,
    ],
  ])('%s', (_, axes, numbers, head) => {
    const codec = spec(axes, numbers);
    const message = { mti: '0200', fields: Object.fromEntries(numbers.map((number) => [number, 'x'])) };
    const wire = head + '78'.repeat(numbers.length);
    expect(toHex(codec.encode(message))).toBe(wire);
    expect(codec.decode(fromHex(wire))).toEqual(message);
  });

  test('reads a hexadecimal bitmap in either case and writes upper case', () => {
    const codec = spec({ mti: 'ascii', bitmap: 'hex' }, [5, 7]);
    const message = codec.decode(fromLatin1('02000a00000000000000xy'));
    expect(message).toEqual({ mti: '0200', fields: { 5: 'x', 7: 'y' } });
    expect(codec.encode(message)).toEqual(fromLatin1('02000A00000000000000xy'));
  });

  test('a bitmap of fixed size may have bit 1 set or not; it is written as 0', () => {
    const codec = spec({ mti: 'bcd', bitmap: 'binary', bitmapFixedBytes: 16 }, [70]);
    const withBit = `0200${'8000000000000000'}${'0400000000000000'}78`;
    const message = codec.decode(fromHex(withBit));
    expect(message).toEqual({ mti: '0200', fields: { 70: 'x' } });
    expect(toHex(codec.encode(message))).toBe(`0200${'00'.repeat(8)}${'0400000000000000'}78`);
  });

  test('reads an announced second bitmap that is empty', () => {
    const codec = spec({ mti: 'bcd', bitmap: 'binary' }, [3]);
    expect(codec.decode(fromHex(`0200${'A000000000000000'}${'00'.repeat(8)}78`))).toEqual({
      mti: '0200',
      fields: { 3: 'x' },
    });
  });

  test('reads hexadecimal fields in either case and gives them in upper case', () => {
    const codec = oneField(3, { enc: 'hexascii', len: 'LL', max: 99 });
    const wire = HEAD_OF_3 + toHex(fromLatin1('07aAbBcCdDeEfF09'));
    expect(codec.decode(fromHex(wire)).fields).toEqual({ 3: 'AABBCCDDEEFF09' });
  });
});

test('messages of one codec do not disturb each other', () => {
  const codec = oneField(3, { enc: 'ascii', len: 'LLL', max: 999 });
  const messages = Array.from({ length: 300 }, (_, index) => ({
    mti: '0200',
    fields: { 3: String.fromCharCode(65 + (index % 26)).repeat(index * 3) },
  }));
  const encoded = messages.map((message) => codec.encode(message));
  expect(encoded.map((bytes) => codec.decode(bytes))).toEqual(messages);
});

test('a message longer than a slab round-trips', () => {
  const codec = oneField(3, { enc: 'ascii', len: 'LLLLLL', max: 999_999 });
  const message = { mti: '0200', fields: { 3: 'x'.repeat(300_000) } };
  expect(codec.decode(codec.encode(message))).toEqual(message);
});
