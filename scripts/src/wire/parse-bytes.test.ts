import { toHex } from '@kassa/primitives';
import { expect, test } from 'vitest';
import { CommandFailure } from '../failure.ts';
import { parseBytes } from './parse-bytes.ts';

const HEX = '002408008220000000800000040000000000000011231345300000425445524D303030310301';

test.each([
  ['plain', '08008220'],
  ['small letters and white space', ' 08 00\n82\t20\r\n'],
  ['0x once', '0x08008220'],
  ['an array', '0x08, 0x00, 0x82, 0x20'],
  ['an escaped string', '"\\x08\\x00\\x82\\x20"'],
  ['colons', '08:00:82:20'],
  ['base64', 'CACCIA=='],
  ['groups of four, no offsets', '0800 8220'],
  ['a dump of one line', '0000  08 00 82 20   .. .'],
  ['a dump without text', '0000 08 00 82 20'],
  ['a packed dump', '00000000: 0800 8220                                ... '],
  ['hexdump -C', '00000000  08 00 82 20                                       |... |\n00000004\n'],
  ['tcpdump', '\t0x0000:  0800 8220                                ...'],
])('reads %s', (_, text) => {
  expect(toHex(parseBytes(text))).toBe('08008220');
});

test('the text column is never taken for bytes, and offsets that follow bound a line', () => {
  const wireshark = [
    '0000  00 24 08 00 82 20 00 00 00 80 00 00 04 00 00 00   .$... ..........',
    '0010  00 00 00 00 11 23 13 45 30 00 00 42 54 45 52 4d   .....#.E0..BTERM',
    '0020  30 30 30 31 03 01                                 0001..',
  ].join('\n');
  expect(toHex(parseBytes(wireshark))).toBe(HEX);
  expect(toHex(parseBytes('0000 30 31 32 33 ab cd\n0004 34 35'))).toBe('303132333435');
});

test('an offset that begins again is the next packet of one stream', () => {
  expect(toHex(parseBytes('0000  01 02\n0002  03\n\n0000  04 05\n'))).toBe('0102030405');
});

test('bytes that begin with zeros are no dump', () => {
  expect(toHex(parseBytes('0000 0002 3031'))).toBe('000000023031');
});

test.each([
  ['nothing', ' \n', 'there are no bytes in the input'],
  ['half a byte', '080', 'the input has an odd number of hexadecimal digits, 3'],
  ['something else', 'message.hex', 'the input is neither a file nor bytes'],
  [
    'a dump with a line missing',
    '0000  01 02\n0010  03',
    'line 2 of the hex dump has the offset 16, but 2 bytes',
  ],
])('refuses %s', (_, text, problem) => {
  expect(() => parseBytes(text)).toThrow(CommandFailure);
  expect(() => parseBytes(text)).toThrow(problem);
});
