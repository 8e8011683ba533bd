import { expect, describe as group, test } from 'vitest';
import { compileDialect } from '../codec/codec.ts';
import type { Message } from '../codec/message.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { iso1987Ascii, iso1993, iso2003, kassaAscii, kassaBcd } from '../dialect/dialects.ts';
import { describe } from './describe.ts';
import { formatDescription } from './format-description.ts';

const REVERSAL: Message = {
  mti: '0400',
  fields: {
    2: '4000000000000000',
    3: '200030',
    4: '000000150000',
    22: '071',
    39: '68',
    48: '0101D0902xy',
    49: '398',
    55: '9F360200015A084000000000000000',
    90: '020000004211231345300000039800100000000000',
  },
};

const TAG_NAMES: Readonly<Record<string, string>> = {
  '9F36': 'Application transaction counter',
  '5A': 'Application PAN',
};

test('a packed message, element by element', () => {
  const text = formatDescription(describe(kassaBcd, REVERSAL, { tagNames: (tag) => TAG_NAMES[tag] }));
  expect(text).toBe(
    [
      ' 0   2  0                   Message type indicator               0400  (reversal request, acquirer, ISO 8583:1987)',
      ' 2  16  1                   Bitmaps                              2 3 4 22 39 48 49 55 90',
      '18   9  2                   Primary account number               400000******0000',
      '27   3  3                   Processing code                      200030  (refund, from default account, to credit account)',
      '30   6  4                   Amount, transaction                  000000150000  (1500.00 KZT)',
      '36   2  22                  Point of service entry mode          071  (contactless chip, PIN entry possible)',
      '38   2  39                  Response code                        68  (response received too late)',
      '40  13  48                  Additional data, private             [11 characters]',
      '42   5    01                Settlement wanted                    D',
      '47   6    09                Tag 09                               [2 characters]',
      '53   3  49                  Currency code, transaction           398',
      '56  17  55                  ICC system related data              [15 bytes]',
      '58   5    9F36              Application transaction counter      0001',
      '63  10    5A                Application PAN                      [8 bytes]',
      '73  21  90                  Original data elements               020000004211231345300000039800100000000000',
      '73   2    mti               Original message type                0200  (financial request, acquirer, ISO 8583:1987)',
      '75   3    stan              Original system trace audit number   000042',
      '78   5    transmissionTime  Original transmission date and time  1123134530',
      '83   6    acquirerId        Original acquiring institution       00000398001',
      '88   6    forwarderId       Original forwarding institution      00000000000',
    ].join('\n'),
  );
});

test('a readable message, where hexadecimal takes two characters a byte', () => {
  const places = describe(kassaAscii, REVERSAL).map(({ path, offset, length, headLength }) => [
    path,
    offset,
    length,
    headLength,
  ]);
  expect(places).toEqual([
    ['0', 0, 4, 0],
    ['1', 4, 32, 0],
    ['2', 36, 18, 2],
    ['3', 54, 6, 0],
    ['4', 60, 12, 0],
    ['22', 72, 3, 0],
    ['39', 75, 2, 0],
    ['48', 77, 14, 3],
    ['48.01', 80, 5, 4],
    ['48.09', 85, 6, 4],
    ['49', 91, 3, 0],
    ['55', 94, 33, 3],
    ['55.9F36', 97, 10, 6],
    ['55.5A', 107, 20, 4],
    ['90', 127, 42, 0],
    ['90.mti', 127, 4, 0],
    ['90.stan', 131, 6, 0],
    ['90.transmissionTime', 137, 10, 0],
    ['90.acquirerId', 147, 11, 0],
    ['90.forwarderId', 158, 11, 0],
  ]);
});

group('what cannot be read', () => {
  const bytes = compileDialect(kassaBcd).encode(REVERSAL);

  test('is explained as far as it goes, and the rest is covered by the error', () => {
    const described = describe(kassaBcd, bytes.subarray(0, 33));
    expect(described.map(({ path }) => path)).toEqual(['0', '1', '2', '3', '4']);
    expect(described.at(-1)).toMatchObject({
      path: '4',
      name: 'Cannot be read',
      offset: 30,
      length: 3,
      value: '***',
      isMasked: true,
      words: 'truncated at 4 (offset 30): expected 6 bytes, found 3 bytes left',
      error: { code: 'truncated' },
    });
  });

  test.each([
    [0, [['0', 0, 0]]],
    [1, [['0', 0, 1]]],
    [
      9,
      [
        ['0', 0, 2],
        ['1', 2, 7],
      ],
    ],
  ])('the first %i bytes', (length, places) => {
    const described = describe(kassaBcd, bytes.subarray(0, length));
    expect(described.map((field) => [field.path, field.offset, field.length])).toEqual(places);
    expect(described.at(-1)?.error).toBeDefined();
  });

  test('DE 48 that is no tag-length-value is one masked element', () => {
    const described = describe(kassaBcd, { mti: '0200', fields: { 48: '0199D' } });
    expect(described.at(-1)).toMatchObject({ path: '48', value: '***', isMasked: true });
  });
});

test('never shows a card number, at any cut', () => {
  const bytes = compileDialect(kassaAscii).encode(REVERSAL);
  for (let length = 0; length <= bytes.length; length++) {
    const text = JSON.stringify(describe(kassaAscii, bytes.subarray(0, length)));
    expect(text).not.toContain('4000000000000000');
  }
});

const EDITIONS = {
  1987: { dialect: iso1987Ascii, version: '0' },
  1993: { dialect: iso1993, version: '1' },
  2003: { dialect: iso2003, version: '2' },
} as const;

const wordsOf = (dialect: Dialect, message: Message, number: number): string | undefined =>
  describe(dialect, message).find(({ path }) => path === String(number))?.words;

test.each([
  [
    '1993',
    22,
    '510101511334',
    "can read: chip; can authenticate by: PIN; card capture: no; place: card acceptor's premises, attended; cardholder: present; card: present; read by: chip; authenticated by: PIN; authentication checked by: chip; can write to card: chip; output: display; PIN digits at most: 4",
  ],
  ['1993', 24, '200', 'original financial request or advice'],
  ['1993', 39, '116', 'not sufficient funds'],
  ['1993', 39, '999', undefined],
  ['1993', 54, '1002398C000000150000', 'available balance of savings account: 1500.00 KZT'],
  ['1993', 54, '1099840D000000150000', 'amount type 99 of savings account: -150000 minor units of 840'],
  ['1993', 54, 'nothing of the kind', undefined],
  ['2003', 4, '3982000000150000', '1500.00 KZT'],
  ['2003', 4, '8402000000150001', undefined],
  ['2003', 39, '1116', 'denied'],
  ['2003', 24, '831', 'echo test'],
  [
    '1987',
    54,
    '0001398C0000000010000040398D000000005000',
    'ledger balance of default account: 10.00 KZT; cash back of default account: -50.00 KZT',
  ],
  ['1987', 22, '051', 'chip, PIN entry possible'],
] as const)('ISO 8583:%s, element %i: %s is %s', (edition, number, value, words) => {
  const { dialect, version } = EDITIONS[edition];
  expect(wordsOf(dialect, { mti: `${version}200`, fields: { [number]: value } }, number)).toBe(words);
});
