import { expect, test } from 'vitest';
import { crc16 } from './crc16.ts';
import { describePayload } from './describe-payload.ts';
import { parseMerchantPayload } from './parse-merchant-payload.ts';

test('names every data object in the order written and masks accounts that may be card numbers', () => {
  const number = '999000' + '1234567890';
  const body =
    `0002010416${number}0504abcd26260015kz.example.ckzt0103ABC5204581453033985802KZ5904SHOP6006ALMATY` +
    '62140105BILL15001x64130002kk0103Дүк6501x80070003abc';
  const text = `${body}6304${crc16(`${body}6304`)}`;
  const rows = describePayload(parseMerchantPayload(text));
  expect(rows.map(({ path, name, value }) => [path, name, value].join('|'))).toEqual([
    '00|payload format indicator|01',
    '04|merchant account, Mastercard|999000******7890',
    '05|merchant account, Mastercard|***',
    '26|merchant account information|',
    '26.00|globally unique identifier|kz.example.ckzt',
    '26.01|payment network specific|ABC',
    '52|merchant category code|5814',
    '53|transaction currency|398',
    '58|country code|KZ',
    '59|merchant name|SHOP',
    '60|merchant city|ALMATY',
    '62|additional data field template|',
    '62.01|bill number|BILL1',
    '62.50|payment system specific template|x',
    '64|merchant information, language template|',
    '64.00|language preference|kk',
    '64.01|merchant name in that language|Дүк',
    '65|reserved for future use|x',
    '80|unreserved template|',
    '80.00|globally unique identifier|abc',
    `63|cyclic redundancy check|${text.slice(-4)}`,
  ]);
  expect(rows.map(({ offset }) => offset).slice(0, 6)).toEqual([0, 6, 26, 34, 38, 57]);
});
