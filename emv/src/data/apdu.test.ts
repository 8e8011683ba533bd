import { fromHex, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeCommand,
  encodeResponse,
  externalAuthenticateCommand,
  generateAcCommand,
  getDataCommand,
  getProcessingOptionsCommand,
  parseCommand,
  parseResponse,
  readRecordCommand,
  selectCommand,
} from './apdu.ts';
import { describeCommand, describeStatus } from './describe-apdu.ts';

describe('command', () => {
  test.each([
    ['case 1', '80E60000', '', null],
    ['case 2', '80CA9F3600', '', 256],
    ['case 2, 16 bytes expected', '80CA9F3610', '', 16],
    ['case 3', '00820000020102', '0102', null],
    ['case 4', '00A4040002A00000', 'A000', 256],
  ])('of %s is read and written', (_, hex, data, expectedLength) => {
    const command = parseCommand(fromHex(hex));
    expect(toHex(command.data)).toBe(data);
    expect(command.expectedLength).toBe(expectedLength);
    expect(toHex(encodeCommand(command))).toBe(hex);
  });

  test.each([
    ['00A404', 'truncated at command (offset 3): expected a header of 4 bytes, found 3 bytes'],
    ['00A4040003A000', 'truncated at command (offset 5): expected 3 bytes of data, found 2 bytes'],
    [
      '00A4040001A00000',
      'trailing-data at command (offset 7): expected the end of the command, found 1 bytes more',
    ],
    ['00A404000000020102', 'bad-length at command (offset 4): expected a short command, found Lc 00'],
  ])('refuses %s', (hex, message) => {
    expect(() => parseCommand(fromHex(hex))).toThrow(message);
  });

  test('any command survives the wire', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        byte,
        byte,
        byte,
        byte,
        fc.uint8Array({ maxLength: 255 }),
        fc.option(fc.integer({ min: 1, max: 256 })),
        (cla, ins, p1, p2, bytes, expectedLength) => {
          const command = { cla, ins, p1, p2, data: Uint8Array.from(bytes), expectedLength };
          expect(parseCommand(encodeCommand(command))).toEqual(command);
        },
      ),
    );
  });
});

test.each([
  ['SELECT', selectCommand(fromHex('A0000000031010')), '00A4040007A000000003101000'],
  ['SELECT next', selectCommand(fromHex('A000000003'), 'next'), '00A4040205A00000000300'],
  ['READ RECORD', readRecordCommand(2, 1), '00B2011400'],
  ['GET PROCESSING OPTIONS', getProcessingOptionsCommand(fromHex('8300')), '80A80000' + '02830000'],
  ['GET DATA', getDataCommand('9F13'), '80CA9F1300'],
  ['GENERATE AC', generateAcCommand(0x80, fromHex('0102')), '80AE800002010200'],
  [
    'EXTERNAL AUTHENTICATE',
    externalAuthenticateCommand(fromHex('0102030405060708')),
    '00820000080102030405060708',
  ],
])('%s has the bytes of its standard', (_, command, hex) => {
  expect(toHex(command)).toBe(hex);
});

describe('response', () => {
  test('is data and status', () => {
    expect(parseResponse(fromHex('7000' + '9000'))).toEqual({ data: fromHex('7000'), status: 0x9000 });
    expect(toHex(encodeResponse(0x6a82))).toBe('6A82');
  });

  test('refuses less than a status word and more than 256 bytes', () => {
    expect(() => parseResponse(fromHex('90'))).toThrow(
      'truncated at response (offset 0): expected a status word of 2 bytes, found 1 bytes',
    );
    expect(() => parseResponse(new Uint8Array(259))).toThrow('too-large at response (offset 258)');
  });
});

describe('words', () => {
  test.each([
    ['00A404000E315041592E5359532E444446303100', 'SELECT 1PAY.SYS.DDF01'],
    ['00A4040207A000000003101000', 'SELECT A0000000031010 (next)'],
    ['00B2011C00', 'READ RECORD SFI 3 record 1'],
    ['80A80000' + '02830000', 'GET PROCESSING OPTIONS'],
    ['80CA9F3600', 'GET DATA 9F36 Application Transaction Counter (ATC)'],
    ['80AE8000010000', 'GENERATE AC for ARQC'],
    ['80AEC000010000', 'GENERATE AC for a reserved type'],
    ['0020008008241234FFFFFFFFFF', 'VERIFY'],
    ['80E60000', 'INS E6'],
  ])('%s is %s', (hex, words) => {
    expect(describeCommand(parseCommand(fromHex(hex)))).toBe(words);
  });

  test.each([
    [0x9000, '9000 process completed'],
    [0x6283, '6283 selected file invalidated: the application is blocked'],
    [0x63c2, '63C2 verification failed, 2 tries left'],
    [0x6a82, '6A82 file not found'],
    [0x6a81, '6A81 function not supported: the card is blocked'],
    [0x6985, '6985 conditions of use not satisfied'],
    [0x610c, '610C 12 bytes more to fetch'],
    [0x6c1a, '6C1A wrong Le, 26 bytes available'],
    [0x6f00, '6F00 unlisted status'],
  ])('status %i', (status, words) => {
    expect(describeStatus(status)).toBe(words);
  });
});
