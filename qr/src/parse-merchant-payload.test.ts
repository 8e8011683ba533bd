import { ProtocolError } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { crc16 } from './crc16.ts';
import { parseMerchantPayload } from './parse-merchant-payload.ts';

/** Closes a payload with a right CRC. */
const sealed = (body: string): string => `${body}6304${crc16(`${body}6304`)}`;

const HEAD = '000201010212';
const ACCOUNT = '26190015kz.example.ckzt';
const SHOP = '520458145303398';
const PLACE = '5802KZ5904SHOP6006ALMATY';
const MINIMAL = HEAD + ACCOUNT + SHOP + PLACE;

function refusal(text: string): ProtocolError {
  try {
    parseMerchantPayload(text);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('a valid payload', () => {
  test('gives its fields, with undefined for what it leaves out', () => {
    const { objects, ...fields } = parseMerchantPayload(sealed(MINIMAL));
    expect(fields).toEqual({
      pointOfInitiation: 'dynamic',
      merchantAccounts: [{ tag: '26', guid: 'kz.example.ckzt', fields: [] }],
      mcc: '5814',
      currency: '398',
      amount: undefined,
      country: 'KZ',
      merchantName: 'SHOP',
      merchantCity: 'ALMATY',
      billNumber: undefined,
      referenceLabel: undefined,
      terminalLabel: undefined,
      language: undefined,
    });
    expect(objects.map(({ tag }) => tag)).toEqual(['00', '01', '26', '52', '53', '58', '59', '60', '63']);
  });

  test('keeps the order written, unknown tags and several accounts', () => {
    const text = sealed(
      `0002016006ALMATY5904SHOP5802KZ6503xyz52045814530339851070003abc${ACCOUNT}15041234` +
        '62180105BILL15005later80070003abc',
    );
    const payload = parseMerchantPayload(text);
    expect(payload.objects.map(({ tag }) => tag).join(' ')).toBe('00 60 59 58 65 52 53 51 26 15 62 80 63');
    expect(payload.merchantAccounts.map(({ tag, guid }) => [tag, guid])).toEqual([
      ['51', 'abc'],
      ['26', 'kz.example.ckzt'],
    ]);
    expect(payload.pointOfInitiation).toBeUndefined();
    expect(payload.objects[10]?.objects).toEqual([
      { tag: '01', value: 'BILL1', offset: 98 },
      { tag: '50', value: 'later', offset: 107 },
    ]);
  });

  test('counts lengths in characters, offsets in bytes of UTF-8', () => {
    // Four letters of Kazakh, two bytes each, and one character outside the Basic Multilingual Plane, four bytes.
    const language = '64150002kk0105Әңгі𐰴';
    const payload = parseMerchantPayload(sealed(MINIMAL + language));
    expect(payload.language).toEqual({ language: 'kk', merchantName: 'Әңгі𐰴' });
    const last = payload.objects.at(-1);
    expect(last?.offset).toBe(MINIMAL.length + 4 + 6 + 4 + 4 * 2 + 4);
  });

  test.each(['1500', '1500.', '1500.5', '0.01', '0000000001.00'])('keeps the amount %s as text', (amount) => {
    const object = `54${String(amount.length).padStart(2, '0')}${amount}`;
    expect(parseMerchantPayload(sealed(MINIMAL + object)).amount).toBe(amount);
  });
});

describe('refuses', () => {
  const TWO = `${MINIMAL}62`;
  const at = MINIMAL.length;
  test.each([
    ['nothing', '', 'truncated at 63 (offset 0): expected data object 63 last, found the end'],
    ['half a tag', '0', 'truncated at payload (offset 0): expected a tag of 2 digits, found 1 character'],
    [
      'a link',
      'https://pay.example/1',
      'bad-tlv at payload (offset 0): expected a tag of 2 digits, found "ht"',
    ],
    [
      'half a length',
      '000',
      'truncated at 00 (offset 2): expected a length from 01 to 99, found 1 character',
    ],
    [
      'a length of no digits',
      '00+201',
      'bad-length at 00 (offset 2): expected a length from 01 to 99, found "+2"',
    ],
    ['a length of zero', '0000', 'bad-length at 00 (offset 2): expected a length from 01 to 99, found "00"'],
    ['a cut value', '00020', 'truncated at 00 (offset 4): expected 2 characters, found 1 character'],
    [
      'another first tag',
      sealed(`010212${MINIMAL}`),
      'bad-tlv at 00 (offset 0): expected data object 00 first, found data object 01',
    ],
    [
      'another version',
      sealed(`000202${MINIMAL.slice(6)}`),
      'bad-value at 00 (offset 4): expected 01, found "02"',
    ],
    [
      'a longer version',
      sealed(`0003001${MINIMAL.slice(6)}`),
      'bad-length at 00 (offset 2): expected 01, found 3 characters',
    ],
    ['no CRC', MINIMAL, `truncated at 63 (offset ${at}): expected data object 63 last, found the end`],
    [
      'a cut CRC',
      sealed(MINIMAL).slice(0, -1),
      `truncated at 63 (offset ${at + 4}): expected 4 characters, found 3 characters`,
    ],
    [
      'a longer CRC',
      `${MINIMAL}630500000`,
      `bad-length at 63 (offset ${at + 2}): expected 4 upper-case hexadecimal digits, found 5 characters`,
    ],
    [
      'a CRC in lower case',
      `${MINIMAL}6304abcd`,
      `bad-value at 63 (offset ${at + 4}): expected 4 upper-case hexadecimal digits, found "abcd"`,
    ],
    [
      'a line end behind the CRC',
      `${sealed(MINIMAL)}\n`,
      `trailing-data at payload (offset ${at + 8}): expected the end after data object 63, found 1 byte`,
    ],
    [
      'a data object behind the CRC',
      `${sealed(MINIMAL)}0102AB`,
      `trailing-data at payload (offset ${at + 8}): expected the end after data object 63, found 6 bytes`,
    ],
    [
      'half a character',
      sealed(`${MINIMAL}6502я\ud800`),
      `bad-encoding at payload (offset ${at + 6}): expected Unicode text, found half a character`,
    ],
    [
      'a broken tag in a template',
      sealed(`${TWO}070101A2x`),
      `bad-tlv at 62 (offset ${at + 9}): expected a tag of 2 digits, found "2x"`,
    ],
    [
      'half a tag in a template',
      sealed(`${TWO}060101A2`),
      `truncated at 62 (offset ${at + 9}): expected a tag of 2 digits, found 1 character`,
    ],
    [
      'a cut value in a template',
      sealed(`${TWO}060103AB`),
      `truncated at 62.01 (offset ${at + 8}): expected 3 characters, found 2 characters`,
    ],
    [
      'a tag twice',
      sealed(`${MINIMAL}5904SHOP`),
      `bad-tlv at 59 (offset ${at}): expected each tag once, found a second one`,
    ],
    [
      'a tag twice in a template',
      sealed(`${TWO}100101A0101B`),
      `bad-tlv at 62.01 (offset ${at + 9}): expected each tag once, found a second one`,
    ],
    [
      'a long bill number',
      sealed(`${TWO}300126${'B'.repeat(26)}`),
      `bad-length at 62.01 (offset ${at + 6}): expected 1 to 25 printable ASCII characters, found 26 characters`,
    ],
    [
      'no account',
      sealed(HEAD + SHOP + PLACE),
      'bad-tlv at payload (offset 51): expected a merchant account, one of 02 to 51, found none',
    ],
    [
      'an account without an identifier',
      sealed(`${HEAD}26070103ABC${SHOP}${PLACE}`),
      'bad-tlv at 26.00 (offset 23): expected globally unique identifier, found none',
    ],
    [
      'a language without a name',
      sealed(`${MINIMAL}64060002kk`),
      `bad-tlv at 64.01 (offset ${at + 10}): expected merchant name in that language, found none`,
    ],
  ])('%s', (_, text, message) => {
    expect(refusal(text).message).toBe(message);
  });

  test.each([
    ['52', '52045814', 'merchant category code'],
    ['53', '5303398', 'transaction currency'],
    ['58', '5802KZ', 'country code'],
    ['59', '5904SHOP', 'merchant name'],
    ['60', '6006ALMATY', 'merchant city'],
  ])('a payload without %s', (path, object, name) => {
    const body = MINIMAL.replace(object, '');
    expect(refusal(sealed(body))).toMatchObject({
      code: 'bad-tlv',
      path,
      offset: body.length,
      expected: name,
      found: 'none',
    });
  });

  test.each([
    ['01', '010213', 'bad-value', '11 or 12', '"13"'],
    ['52', '520412A4', 'bad-value', '4 digits', '"12A4"'],
    ['53', '5303KZT', 'bad-value', '3 digits', '"KZT"'],
    ['54', '54040.00', 'bad-value', 'an amount above zero of at most 13 characters, like 1500.00', '"0.00"'],
    ['54', '5403.50', 'bad-value', 'an amount above zero of at most 13 characters, like 1500.00', '".50"'],
    [
      '54',
      '54061500,5',
      'bad-value',
      'an amount above zero of at most 13 characters, like 1500.00',
      '6 characters of another form',
    ],
    [
      '54',
      `5414${'1'.repeat(14)}`,
      'bad-length',
      'an amount above zero of at most 13 characters, like 1500.00',
      '14 characters',
    ],
    ['55', '550204', 'bad-value', '01 or 02 or 03', '"04"'],
    ['58', '5802kz', 'bad-value', 'two capital letters', '"kz"'],
    ['59', '5905Дүкен', 'bad-value', '1 to 25 printable ASCII characters', '5 characters of another form'],
    ['59', `5926${'N'.repeat(26)}`, 'bad-length', '1 to 25 printable ASCII characters', '26 characters'],
    ['60', `6016${'C'.repeat(16)}`, 'bad-length', '1 to 15 printable ASCII characters', '16 characters'],
  ])('%s written %s', (path, object, code, expected, found) => {
    const kept = [
      HEAD.slice(0, 6),
      HEAD.slice(6),
      ACCOUNT,
      '52045814',
      '5303398',
      '5802KZ',
      '5904SHOP',
      '6006ALMATY',
    ];
    const body = kept.filter((other) => other.slice(0, 2) !== path).join('') + object;
    const offset = body.length - object.length + (code === 'bad-length' ? 2 : 4);
    expect(refusal(sealed(body))).toMatchObject({ code, path, offset, expected, found });
  });

  test('a wrong CRC, saying the right one', () => {
    const right = sealed(MINIMAL);
    const wrong = right.slice(0, -4) + (right.endsWith('0000') ? '0001' : '0000');
    expect(refusal(wrong)).toMatchObject({
      code: 'bad-value',
      path: '63',
      offset: at + 4,
      expected: `CRC ${right.slice(-4)}`,
    });
  });

  test('more than 512 bytes, and takes 512', () => {
    // 65 to 67 are for future use: they take any text. Four bytes of header, two bytes a letter.
    const bytesLeft = 512 - at - 8 - 3 * 4;
    const letters = [99, 99, bytesLeft / 2 - 2 * 99];
    const filler = letters.map((count, index) => `${65 + index}${count}${'ы'.repeat(count)}`).join('');
    const full = sealed(MINIMAL + filler);
    expect(new TextEncoder().encode(full).length).toBe(512);
    expect(parseMerchantPayload(full).objects).toHaveLength(12);
    expect(refusal(full.replace('5904SHOP', '5905SHOPS'))).toMatchObject({
      code: 'too-large',
      path: 'payload',
      offset: 512,
      expected: 'at most 512 bytes',
    });
  });

  test('a card number in the wrong place, without quoting it', () => {
    const digits = '999000' + '1234567890';
    const { message } = refusal(sealed(`${MINIMAL}5416${digits}`));
    expect(message).not.toContain(digits.slice(0, 6));
    expect(message).toContain('found 16 characters');
  });
});
