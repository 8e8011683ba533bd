import type { Message } from '@kassa/iso8583';
import { fromHex } from '@kassa/primitives';
import { describe, expect, it, test } from 'vitest';
import { parsePaymentRequest } from './payment-request.ts';
import { EXPIRY, PAN, panFrom, SERVICE_CODE, TRACK_2 } from './testing/cards.ts';

const REQUIRED: Record<number, string> = {
  3: '000000',
  4: '000000150000',
  7: '1123101530',
  11: '000007',
  12: '151530',
  13: '1123',
  22: '051',
  25: '00',
  37: '632800000007',
  41: '20000001',
  42: 'KZ0000000000001',
  49: '398',
};
const CHIP = { ...REQUIRED, 2: PAN, 14: EXPIRY, 55: '9F02060000001500009F36020007' };
const STRIPE = { ...REQUIRED, 22: '901', 35: TRACK_2 };
const PIN = { 52: '0123456789ABCDEF', 62: 'FFFF9876543201E00001' };

/** A field set to `undefined` is left out. */
function parse(fields: Record<number, string>, changes: Record<number, string | undefined> = {}) {
  const entries = Object.entries({ ...fields, ...changes }).filter(([, value]) => value !== undefined);
  return parsePaymentRequest({ mti: '0200', fields: Object.fromEntries(entries) as Message['fields'] });
}

const COMMON = {
  transactionId: '20000001-632800000007',
  terminalId: '20000001',
  merchantNumber: 'KZ0000000000001',
  stan: '000007',
  rrn: '632800000007',
  localTime: '1123151530',
  amount: 150_000n,
  pin: null,
  settle: null,
};

describe('a request that can be carried out', () => {
  it('by chip', () => {
    expect(parse(CHIP)).toEqual({
      ...COMMON,
      card: { entry: 'chip', pan: PAN, expiry: EXPIRY, emvData: fromHex(CHIP[55]) },
    });
  });

  it('by stripe', () => {
    expect(parse(STRIPE)).toEqual({
      ...COMMON,
      card: {
        entry: 'swipe',
        pan: PAN,
        expiry: EXPIRY,
        serviceCode: SERVICE_CODE,
        // Three digits behind PVKI and PVV: the last of the track here.
        verificationValue: TRACK_2.slice(-3),
      },
    });
  });

  it('by stripe with the separator D', () => {
    expect(parse(STRIPE, { 35: TRACK_2.replace('=', 'D') })).toMatchObject({ card: { pan: PAN } });
  });

  it('with a PIN', () => {
    expect(parse(CHIP, PIN)).toMatchObject({ pin: { block: fromHex(PIN[52]), ksn: fromHex(PIN[62]) } });
  });

  it('from a short terminal id that is filled with spaces', () => {
    expect(parse(CHIP, { 41: 'T1      ', 42: 'SHOP           ' })).toMatchObject({
      transactionId: 'T1-632800000007',
      terminalId: 'T1',
      merchantNumber: 'SHOP',
    });
  });

  it('of one tiyn, and of the most twelve digits can say', () => {
    expect(parse(CHIP, { 4: '000000000001' })).toMatchObject({ amount: 1n });
    expect(parse(CHIP, { 4: '999999999999' })).toMatchObject({ amount: 999_999_999_999n });
  });

  test.each([
    ['0101D', 'digital'],
    ['0101N', 'non-cash'],
    ['0302hi0101D', 'digital'],
    ['0302hi', null],
    ['', null],
  ])('with %s in DE 48', (privateData, settle) => {
    expect(parse(CHIP, { 48: privateData })).toMatchObject({ settle });
  });
});

describe('a request that cannot be carried out', () => {
  const table: readonly [
    string,
    Record<number, string>,
    Record<number, string | undefined>,
    string,
    string,
  ][] = [
    ...Object.keys(REQUIRED).map(
      (number): [string, Record<number, string>, Record<number, undefined>, string, string] => [
        `without DE ${number}`,
        CHIP,
        { [Number(number)]: undefined },
        '30',
        `missing DE ${number}`,
      ],
    ),
    ['without several', CHIP, { 4: undefined, 49: undefined }, '30', 'missing DE 4, DE 49'],
    ['a withdrawal', CHIP, { 3: '010000' }, '12', 'processing code 010000 is not offered'],
    ['in dollars', CHIP, { 49: '840' }, '12', 'currency 840 is not the tenge (398)'],
    ['over nothing', CHIP, { 4: '000000000000' }, '13', 'the amount is zero'],
    ['an amount of letters', CHIP, { 4: '00000015000A' }, '13', 'an amount on the wire is twelve digits'],
    ['an amount cut short', CHIP, { 4: '150000' }, '13', 'an amount on the wire is twelve digits'],
    ['keyed by hand', CHIP, { 22: '011' }, '12', 'point of service entry mode 011 is not offered'],
    ['by a mode nobody has', CHIP, { 22: '061' }, '12', 'point of service entry mode 061 is not offered'],
    ...[2, 14, 55].map(
      (number): [string, Record<number, string>, Record<number, undefined>, string, string] => [
        `by chip without DE ${number}`,
        CHIP,
        { [number]: undefined },
        '30',
        'a chip payment needs DE 2, DE 14 and DE 55',
      ],
    ),
    ['a wrong check digit', CHIP, { 2: nextDigit(PAN) }, '14', 'the check digit of the card number is wrong'],
    ['a short card number', CHIP, { 2: '4000011' }, '14', 'a card number is 12 to 19 digits'],
    ['no track', STRIPE, { 35: undefined }, '30', 'a stripe payment needs a whole track 2 in DE 35'],
    [
      'a track without separator',
      STRIPE,
      { 35: TRACK_2.replace('=', '') },
      '30',
      'a stripe payment needs a whole track 2 in DE 35',
    ],
    [
      'a track cut behind the service code',
      STRIPE,
      { 35: TRACK_2.slice(0, 24) },
      '30',
      'a stripe payment needs a whole track 2 in DE 35',
    ],
    [
      'a track cut in the CVV',
      STRIPE,
      { 35: TRACK_2.slice(0, -1) },
      '30',
      'a stripe payment needs a whole track 2 in DE 35',
    ],
    [
      'a track with letters',
      STRIPE,
      { 35: `${TRACK_2}A` },
      '30',
      'a stripe payment needs a whole track 2 in DE 35',
    ],
    [
      'a track of a wrong number',
      STRIPE,
      { 35: nextDigit(PAN) + TRACK_2.slice(16) },
      '14',
      'the check digit of the card number is wrong',
    ],
    [
      'a PIN block without serial number',
      CHIP,
      { 52: PIN[52] },
      '30',
      'a PIN block in DE 52 needs its key serial number, 10 bytes in DE 62',
    ],
    [
      'a serial number cut short',
      CHIP,
      { ...PIN, 62: 'FFFF9876543201' },
      '30',
      'a PIN block in DE 52 needs its key serial number, 10 bytes in DE 62',
    ],
    ['another way to settle', CHIP, { 48: '0101X' }, '30', 'DE 48 tag 01 is D or N'],
    ['DE 48 cut short', CHIP, { 48: '0105D' }, '30', 'DE 48.01: bad-tlv'],
    ['DE 48 without tags', CHIP, { 48: 'hello' }, '30', 'DE 48: bad-tlv'],
  ];
  test.each(table)('%s', (_name, fields, changes, responseCode, text) => {
    expect(parse(fields, changes)).toEqual({ responseCode, text });
  });

  it('says nothing of the card', () => {
    const texts = table.map(([, fields, changes]) => JSON.stringify(parse(fields, changes), bigintless));
    for (const text of texts) {
      expect(text).not.toContain(PAN.slice(6));
      expect(text).not.toContain(panFrom('400001111122224').slice(6));
    }
  });
});

/** The same number with another check digit. */
function nextDigit(pan: string): string {
  return pan.slice(0, -1) + ((Number(pan.at(-1)) + 1) % 10);
}

function bigintless(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
