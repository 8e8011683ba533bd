import { fromHex, fromLatin1, ProtocolError } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { kassaAscii, kassaBcd } from '../dialect/dialects.ts';
import { MESSAGE_BYTES_MAX } from '../limits.ts';
import { compileDialect } from './codec.ts';
import type { Message } from './message.ts';

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

const ascii = compileDialect(kassaAscii);
const bcd = compileDialect(kassaBcd);
const odd = compileDialect(
  dialectFromSpec({
    mti: 'bcd',
    bitmap: 'binary',
    fields: {
      2: { enc: 'bcd', len: 'LL', max: 19, lenEnc: 'bcd', pad: 'right', filler: 'F' },
      3: { enc: 'hexascii', len: 'LL', max: 20, lenUnit: 'digits' },
      4: { enc: 'bcd', len: 'LL', max: 12, lenEnc: 'bcd', lenUnit: 'bytes' },
      5: { enc: 'ebcdic', len: 'fixed', max: 4, content: 'n' },
      6: { enc: 'hexascii', len: 'LLL', max: 100, inner: 'ber-tlv' },
    },
  }),
);
const single = compileDialect(
  dialectFromSpec({ mti: 'bcd', bitmap: 'binary', bitmapFixedBytes: 8, fields: {} }),
);

const BITS = (bits: string): string => bits.padEnd(16, '0');

describe('decode refuses', () => {
  test.each([
    ['nothing', bcd, '', 'truncated', '0', 0],
    ['half a message type', ascii, '3032', 'truncated', '0', 0],
    ['a message type with a letter', ascii, '30323041', 'bad-mti', '0', 3],
    ['a message type with a high nibble', bcd, '02A0', 'bad-mti', '0', 1],
    ['half a bitmap', bcd, '02002000', 'truncated', '1', 2],
    ['half a second bitmap', bcd, `0200${BITS('8')}00`, 'truncated', '1', 10],
    [
      'a bitmap that is not hexadecimal',
      ascii,
      '30323030' + '32303030303030303030303047303030',
      'bad-bitmap',
      '1',
      16,
    ],
    ['bit 1 where there is one bitmap', single, `0200${BITS('8')}`, 'bad-bitmap', '1', 2],
    ['bit 65', bcd, `0200${BITS('8')}${BITS('8')}`, 'unknown-field', '65', 18],
    ['a short fixed field', bcd, `0200${BITS('2')}0000`, 'truncated', '3', 10],
    ['a short length prefix', bcd, `0200${BITS('0000000000000200')}00`, 'truncated', '55', 10],
    ['a short value', bcd, `0200${BITS('4')}161234`, 'truncated', '2', 11],
    ['one byte more', bcd, `0200${BITS('2')}00000000`, 'trailing-data', 'message', 13],
    ['a length above the maximum', bcd, `0200${BITS('4')}2012345678901234567890`, 'bad-length', '2', 10],
    ['a packed length with a letter', bcd, `0200${BITS('4')}1A1234`, 'bad-length', '2', 10],
    ['a digit that is none, in the middle', bcd, `0200${BITS('2')}00A000`, 'bad-encoding', '3', 11],
    ['a filler that is not 0', bcd, `0200${BITS('0000040000000000')}1051`, 'bad-encoding', '22', 10],
    ['a filler that is not F', odd, `0200${BITS('4')}031230`, 'bad-encoding', '2', 12],
    ['a digit beside the filler', odd, `0200${BITS('4')}0312AF`, 'bad-encoding', '2', 12],
    ['a letter in packed track 2', bcd, `0200${BITS('0000000020000000')}0412C4`, 'bad-encoding', '35', 12],
    ['half a byte in a hexadecimal length', odd, `0200${BITS('2')}3033414243`, 'bad-length', '3', 10],
    ['a letter in EBCDIC digits', odd, `0200${BITS('08')}F0F1C1F3`, 'bad-encoding', '5', 12],
    ['a tag without a length', bcd, `0200${BITS('0000000000000200')}00029F26`, 'bad-tlv', '55.9F26', 14],
    [
      'an object longer than its field',
      bcd,
      `0200${BITS('0000000000000200')}00059F260811AA`,
      'bad-tlv',
      '55.9F26',
      15,
    ],
    [
      'the same in hexadecimal characters',
      odd,
      `0200${BITS('04')}30303539463236303831314141`,
      'bad-tlv',
      '6.9F26',
      19,
    ],
  ])('%s', (_, codec, hex, code, path, offset) => {
    const failure = failureOf(() => codec.decode(fromHex(hex)));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({ code, path, offset });
  });

  test.each(['+5', ' 5', '5 ', '-1', '0x', '1.'])('the length "%s"', (length) => {
    const failure = failureOf(() => ascii.decode(fromLatin1(`02004000000000000000${length}12345`)));
    expect(failure).toMatchObject({ code: 'bad-length', path: '2', offset: 20 });
  });

  test.each([
    ['n', '3', '2000000000000000', '12 456', 22],
    ['an', '37', '0000000008000000', 'ABC 56789012', 23],
    ['ans', '41', '0000000000800000', 'TERM\u007f001', 24],
    ['ans, high', '41', '0000000000800000', 'TERM\u00e9001', 24],
    ['ans, low', '41', '0000000000800000', 'TERM001\n', 27],
    ['x+n, the sign', '28', '0000001000000000', 'E12345678', 20],
    ['x+n, the digits', '28', '0000001000000000', 'C1234567A', 28],
    ['z', '35', '0000000020000000', '041;34', 23],
    ['b', '52', '0000000000001000', '0123456789ABCDEG', 35],
  ])('a character outside %s', (_, path, bitmap, value, offset) => {
    const failure = failureOf(() => ascii.decode(fromLatin1(`0200${bitmap}${value}`)));
    expect(failure).toMatchObject({ code: 'bad-encoding', path, offset });
  });

  test('a message above the limit, before looking at it', () => {
    const failure = failureOf(() => ascii.decode(new Uint8Array(MESSAGE_BYTES_MAX + 1)));
    expect(failure).toMatchObject({ code: 'too-large', path: 'message' });
  });

  test('names what was expected and found, as text', () => {
    expect(String(failureOf(() => bcd.decode(fromHex(`0200${BITS('4')}161234`))))).toBe(
      'ProtocolError: truncated at 2 (offset 11): expected 8 bytes, found 2 bytes left',
    );
    expect(String(failureOf(() => bcd.decode(fromHex(`0200${BITS('8')}${BITS('8')}`))))).toBe(
      'ProtocolError: unknown-field at 65 (offset 18): expected a data element this dialect defines, found bit 65 set in the bitmap',
    );
    expect(String(failureOf(() => ascii.decode(fromLatin1(`0200${BITS('2')}12X456`))))).toBe(
      'ProtocolError: bad-encoding at 3 (offset 22): expected digits, found another character at position 3',
    );
  });
});

test('elements before an unknown one are still read', () => {
  const wire = fromHex(`0200${BITS('6080')}02123032414200`);
  const { message, error } = odd.inspect(wire);
  expect(message).toEqual({ mti: '0200', fields: { 2: '12', 3: 'AB' } });
  expect(error).toMatchObject({ code: 'unknown-field', path: '9', offset: 16 });
});

describe('encode refuses', () => {
  const message = (fields: Record<number, string>, mti = '0200'): Message => ({ mti, fields });

  test.each([
    ['a short message type', ascii, message({}, '200'), 'bad-mti', '0'],
    ['a message type with a letter', bcd, message({}, '02OO'), 'bad-mti', '0'],
    ['element 1', ascii, message({ 1: '80' }), 'unknown-field', '1'],
    ['element 65', ascii, message({ 65: '1' }), 'unknown-field', '65'],
    ['an element above 192', ascii, message({ 3: '000000', 200: '1' }), 'unknown-field', '200'],
    ['a short fixed field', ascii, message({ 3: '00000' }), 'bad-length', '3'],
    ['a long fixed field', bcd, message({ 3: '0000000' }), 'bad-length', '3'],
    ['a long variable field', ascii, message({ 2: '1'.repeat(20) }), 'bad-length', '2'],
    ['half a byte', bcd, message({ 52: '0123456789ABCDE' }), 'bad-length', '52'],
    ['half a byte in hexadecimal', ascii, message({ 52: '0123456789ABCDE' }), 'bad-length', '52'],
    ['lower-case hexadecimal', bcd, message({ 52: '0123456789abcdef' }), 'bad-encoding', '52'],
    ['lower-case hexadecimal characters', ascii, message({ 52: '0123456789abcdef' }), 'bad-encoding', '52'],
    ['a letter in digits', ascii, message({ 3: '00000O' }), 'bad-encoding', '3'],
    ['a letter in packed digits', bcd, message({ 3: '00000O' }), 'bad-encoding', '3'],
    ['a letter beside the filler', bcd, message({ 22: 'A51' }), 'bad-encoding', '22'],
    ['D for the separator of packed track 2', bcd, message({ 35: '12D34' }), 'bad-encoding', '35'],
    ['a sign that is none', ascii, message({ 28: '+00000150' }), 'bad-encoding', '28'],
    ['a Cyrillic letter', ascii, message({ 43: `Қ${'x'.repeat(39)}` }), 'bad-encoding', '43'],
    ['half a surrogate pair', ascii, message({ 43: `\ud83d${'x'.repeat(39)}` }), 'bad-encoding', '43'],
    ['a control character', bcd, message({ 43: `\n${'x'.repeat(39)}` }), 'bad-encoding', '43'],
    ['BER-TLV cut short', bcd, message({ 55: '9F2608' }), 'bad-tlv', '55.9F26'],
    ['BER-TLV cut short, in hexadecimal', ascii, message({ 55: '9F2608' }), 'bad-tlv', '55.9F26'],
    ['an odd number of digits counted in bytes', odd, message({ 4: '123' }), 'bad-length', '4'],
  ])('%s', (_, codec, refused, code, path) => {
    const failure = failureOf(() => codec.encode(refused));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure).toMatchObject({ code, path });
  });

  test('values that are not strings, as plain JavaScript may pass them', () => {
    const number = { mti: '0200', fields: { 3: 0 } } as unknown as Message;
    const missing = { mti: '0200', fields: { 3: undefined } } as unknown as Message;
    expect(failureOf(() => ascii.encode(number))).toMatchObject({
      code: 'bad-value',
      path: '3',
      found: 'number',
    });
    expect(failureOf(() => ascii.encode(missing))).toMatchObject({
      code: 'bad-value',
      path: '3',
      found: 'undefined',
    });
  });

  test('a message above the limit', () => {
    const codec = compileDialect(
      dialectFromSpec({
        mti: 'bcd',
        bitmap: 'hex',
        fields: {
          3: { enc: 'ascii', len: 'LLLLLL', max: 999_999 },
          4: { enc: 'ascii', len: 'LLLLLL', max: 999_999 },
        },
      }),
    );
    const large = message({ 3: 'x'.repeat(700_000), 4: 'x'.repeat(700_000) });
    expect(failureOf(() => codec.encode(large))).toMatchObject({ code: 'too-large', path: 'message' });
  });

  test('with the offset in its own message, whatever was encoded before', () => {
    const expected = { code: 'bad-encoding', path: '4', offset: 13 };
    expect(failureOf(() => bcd.encode(message({ 3: '000000', 4: '00000000000X' })))).toMatchObject(expected);
    bcd.encode(message({ 3: '000000' }));
    expect(failureOf(() => bcd.encode(message({ 3: '000000', 4: '00000000000X' })))).toMatchObject(expected);
  });
});

test('an error never holds content of a field', () => {
  const secret = '4242424242424241';
  const failures = [
    failureOf(() => ascii.encode({ mti: '0200', fields: { 2: `${secret}X` } })),
    failureOf(() => ascii.encode({ mti: '0200', fields: { 35: `${secret}/28122011234567891` } })),
    failureOf(() => bcd.encode({ mti: '0200', fields: { 52: secret.toLowerCase().replace('1', 'a') } })),
    failureOf(() => ascii.decode(fromLatin1(`0200${BITS('4')}17${secret}X`))),
    failureOf(() => ascii.decode(fromLatin1(`0200${BITS('4')}18${secret}`))),
  ];
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(JSON.stringify(failure) + String(failure)).not.toContain(secret.slice(0, 8));
  }
});
