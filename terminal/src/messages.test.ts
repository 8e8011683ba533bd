import {
  type Codec,
  compileDialect,
  dialects,
  type Message,
  parseOriginalDataElements,
} from '@kassa/iso8583';
import { fromHex, tiyn } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import {
  type CardFields,
  networkMessage,
  purchaseMessage,
  reversalMessage,
  type TerminalIdentity,
} from './messages.ts';
import { SAMPLE_PAN } from './testing/sample-pan.ts';
import { traceNumbers } from './trace-numbers.ts';

const IDENTITY: TerminalIdentity = {
  id: '20000001',
  merchantNumber: '398000000000001',
  merchantName: 'Nan Bakery',
  city: 'Almaty',
  mcc: '5462',
};
const NUMBERS = traceNumbers('000007', Date.UTC(2026, 10, 23, 20, 15, 30));
const LATER = traceNumbers('000008', Date.UTC(2026, 10, 23, 20, 16, 0));
const TRACK2 = `${SAMPLE_PAN}=3012206000001234`;
const CHIP: CardFields = {
  entry: 'chip',
  pan: SAMPLE_PAN,
  expiry: '3012',
  psn: '01',
  track2: TRACK2,
  emvData: fromHex('9F2701809F360200019F26080011223344556677'),
};
const SWIPE: CardFields = { entry: 'swipe', track2: TRACK2 };
const PIN = { block: fromHex('0102030405060708'), ksn: fromHex('FFFF9876543210E00001') };
const ORDER = { amount: tiyn(150_000n), settle: null, pin: null };

/** What every purchase says, by data element. */
const COMMON = {
  3: '000000',
  4: '000000150000',
  7: '1123201530',
  11: '000007',
  12: '011530',
  13: '1124',
  18: '5462',
  25: '00',
  37: '632801000007',
  41: '20000001',
  42: '398000000000001',
  43: 'Nan Bakery             Almaty         KZ',
  49: '398',
};
const CHIP_FIELDS = {
  2: SAMPLE_PAN,
  14: '3012',
  22: '051',
  23: '001',
  35: TRACK2,
  55: '9F2701809F360200019F26080011223344556677',
};
const PIN_FIELDS = { 52: '0102030405060708', 62: 'FFFF9876543210E00001' };

describe('0200', () => {
  const rows: readonly (readonly [string, Message, Message['fields']])[] = [
    ['chip', purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: CHIP }), { ...COMMON, ...CHIP_FIELDS }],
    [
      'chip with PIN',
      purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: CHIP, pin: PIN }),
      { ...COMMON, ...CHIP_FIELDS, ...PIN_FIELDS },
    ],
    [
      'stripe: no number, no expiry, no chip data beside the track',
      purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: SWIPE }),
      { ...COMMON, 22: '901', 35: TRACK2 },
    ],
    [
      'stripe with PIN',
      purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: SWIPE, pin: PIN }),
      { ...COMMON, 22: '901', 35: TRACK2, ...PIN_FIELDS },
    ],
    [
      'settled as digital tenge',
      purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: SWIPE, settle: 'digital' }),
      { ...COMMON, 22: '901', 35: TRACK2, 48: '0101D' },
    ],
    [
      'settled as non-cash tenge',
      purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: SWIPE, settle: 'non-cash' }),
      { ...COMMON, 22: '901', 35: TRACK2, 48: '0101N' },
    ],
  ];

  test.each(rows)('%s', (_name, message, fields) => {
    expect(message).toEqual({ mti: '0200', fields });
  });

  test('a card without track 2 equivalent data has no DE 35', () => {
    const { fields } = purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: { ...CHIP, track2: undefined } });
    expect(fields).toEqual(without({ ...COMMON, ...CHIP_FIELDS }, 35));
  });

  test.each([
    [
      'long',
      'The Long Name of a Bakery and Cafe',
      'Petropavlovsk City',
      'The Long Name of a BakePetropavlovsk  KZ',
    ],
    ['accented', 'Café Zürich', 'Genève', 'Cafe Zurich            Geneve         KZ'],
    ['Cyrillic', 'Нан', 'Алматы', '???                    ??????         KZ'],
    ['with an emoji', 'Nan 🥖', 'Almaty', 'Nan ?                  Almaty         KZ'],
  ])('a %s name and city fill DE 43 exactly', (_name, merchantName, city, expected) => {
    const { fields } = purchaseMessage({ ...IDENTITY, merchantName, city }, NUMBERS, {
      ...ORDER,
      card: SWIPE,
    });
    expect(fields[43]).toBe(expected);
    expect(expected).toHaveLength(40);
  });
});

describe('reversal', () => {
  const original = { amount: tiyn(150_000n), numbers: NUMBERS };
  const expected = {
    3: '000000',
    4: '000000150000',
    7: '1123201600',
    11: '000008',
    12: '011530',
    13: '1124',
    25: '00',
    37: '632801000007',
    41: '20000001',
    42: '398000000000001',
    49: '398',
    90: '020000000711232015300000000000000000000000',
  };

  test.each([
    ['0400', false],
    ['0401', true],
  ] as const)('%s names the payment by its own numbers and carries no card', (mti, isRepeat) => {
    expect(reversalMessage(IDENTITY, LATER, original, isRepeat)).toEqual({ mti, fields: expected });
  });

  test('DE 90 is the original message', () => {
    expect(parseOriginalDataElements(expected[90])).toEqual({
      mti: '0200',
      stan: '000007',
      transmissionTime: '1123201530',
      acquirerId: '',
      forwarderId: '',
    });
  });
});

test.each(['001', '301'] as const)('0800 %s', (code) => {
  expect(networkMessage(IDENTITY, NUMBERS, code)).toEqual({
    mti: '0800',
    fields: { 7: '1123201530', 11: '000007', 41: '20000001', 70: code },
  });
});

const CODECS: readonly (readonly [string, Codec])[] = [dialects.kassaBcd, dialects.kassaAscii].map(
  (dialect) => [dialect.name, compileDialect(dialect)],
);

describe.each(CODECS)('%s can say all of them', (_name, codec) => {
  const messages: readonly Message[] = [
    purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: CHIP, settle: 'digital', pin: PIN }),
    purchaseMessage(IDENTITY, NUMBERS, { ...ORDER, card: SWIPE, settle: 'non-cash', pin: PIN }),
    reversalMessage(IDENTITY, LATER, { amount: tiyn(150_000n), numbers: NUMBERS }, true),
    networkMessage(IDENTITY, NUMBERS, '001'),
  ];
  test.each(messages.map((message) => ({ mti: message.mti, message })))('$mti', ({ message }) => {
    expect(codec.decode(codec.encode(message))).toEqual(message);
  });
});

function without(fields: Message['fields'], number: number): Message['fields'] {
  const { [number]: _left, ...others } = fields;
  return others;
}
