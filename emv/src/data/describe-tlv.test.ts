import { encodeTlv, fromHex, luhnValid, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DescribedTlv, type DescribeTlvOptions, describeTagValue, describeTlv } from './describe-tlv.ts';

const tlv = (tag: string, value: string): string => toHex(encodeTlv(tag, fromHex(value)));
const wordsOf = (tag: string, hex: string, options?: DescribeTlvOptions): readonly string[] =>
  describeTagValue(tag, fromHex(hex), options).objects[0]!.words;
const flat = (objects: readonly DescribedTlv[]): DescribedTlv[] =>
  objects.flatMap((object) => [object, ...flat(object.children)]);

/** A card number of no card: 15 digits and their check digit. */
const BODY = '677112345678901';
const PAN = [...'0123456789'].map((digit) => BODY + digit).find(luhnValid)!;

describe('a tree', () => {
  const fci = tlv(
    '6F',
    tlv('84', 'A0000000031010') + tlv('A5', tlv('50', '56495341') + tlv('9F38', '9F66049F3704')),
  );

  test('has names, places, lists; the identifier in it tells the scheme', () => {
    const { objects, error } = describeTlv(fromHex(`00${fci}${tlv('9F6C', '8080')}`));
    expect(error).toBeNull();
    expect(flat(objects).map(({ tag, offset, length, value }) => [tag, offset, length, value])).toEqual([
      ['6F', 1, 26, null],
      ['84', 3, 7, 'A0000000031010'],
      ['A5', 12, 15, null],
      ['50', 14, 4, '56495341'],
      ['9F38', 20, 6, '9F66049F3704'],
      ['9F6C', 29, 2, '8080'],
    ]);
    const [, file, , label, pdol, ctq] = flat(objects);
    expect(file?.words).toEqual(['Visa']);
    expect(label?.words).toEqual(['"VISA"']);
    expect(pdol?.list).toEqual([
      { tag: '9F66', name: 'Terminal Transaction Qualifiers (TTQ)', length: 4 },
      { tag: '9F37', name: 'Unpredictable Number', length: 4 },
    ]);
    expect(ctq?.words).toEqual([
      'byte 1 bit 8: Online PIN required',
      'byte 2 bit 8: Consumer device CVM performed',
    ]);
  });

  test.each([
    [
      'cut inside a value',
      `${tlv('95', '8000048000')}9F2608AABB`,
      ['95'],
      'truncated at tlv.9F26 (offset 10): expected 8 bytes, found 2 bytes left',
    ],
    [
      'cut inside a template',
      '6F068402AABB9F26',
      ['6F', '84'],
      'truncated at tlv.6F.9F26 (offset 8): expected a length, found 0 bytes left',
    ],
    [
      'a broken list',
      tlv('70', '8C029F02'),
      ['70', '8C'],
      'truncated at tlv.70.8C.9F02 (offset 6): expected a length, found 0 bytes left',
    ],
    [
      'a broken length',
      '8280',
      [],
      'bad-tlv at tlv.82 (offset 1): expected a length of one to three bytes, found first byte 80',
    ],
    [
      'too deep',
      toHex(
        Array.from({ length: 20 }).reduce<Uint8Array>((inner) => encodeTlv('70', inner), new Uint8Array()),
      ),
      Array(16).fill('70'),
      'too-large at tlv.70.70.70.70.70.70.70.70.70.70.70.70.70.70.70.70 (offset 32): expected templates at most 16 deep, found a deeper one',
    ],
  ])('%s: what can be read, and where it ends', (_, hex, tags, message) => {
    const { objects, error } = describeTlv(fromHex(hex));
    expect(flat(objects).map(({ tag }) => tag)).toEqual(tags);
    expect(error?.message).toBe(message);
  });

  test('any bytes are explained or refused, never more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom('en', 'ru', 'kk'), (bytes, language) => {
        const { objects } = describeTlv(Uint8Array.from(bytes), { language });
        for (const { offset, length } of flat(objects)) expect(offset + length).toBeLessThan(bytes.length);
      }),
    );
  });
});

describe('what is masked', () => {
  test.each([
    ['5A', PAN, `${PAN.slice(0, 6)}******${PAN.slice(-4)}`],
    ['57', `${PAN}D2912201000F`, `${PAN.slice(0, 6)}******${PAN.slice(-4)}D***`],
    ['57', 'D291220100', '***'],
    ['5F20', '4142', '***'],
    ['5F24', '291231', '***'],
    ['99', '0102', '***'],
    ['DF01', '0102', '***'],
    ['9F7C', '0102', '***'],
  ])('%s', (tag, hex, shown) => {
    const [object] = describeTagValue(tag, fromHex(hex)).objects;
    expect(object).toMatchObject({ value: shown, isMasked: true, words: [] });
    const [revealed] = describeTagValue(tag, fromHex(hex), { isRevealed: true }).objects;
    expect(revealed).toMatchObject({ value: hex, isMasked: false });
  });

  test('no card number is in any word', () => {
    const hex = tlv('70', tlv('5A', PAN) + tlv('57', `${PAN}D2912201000F`) + tlv('9F46', PAN));
    expect(JSON.stringify(describeTlv(fromHex(hex)))).not.toContain(PAN);
  });
});

describe('words', () => {
  test.each([
    [
      '9F10',
      '06010A03A02000',
      undefined,
      [
        'Visa, IAD format 0',
        'Key index 1',
        'Cryptogram version 10 (0A hex)',
        'Length: 3',
        'Second GENERATE AC: not requested',
        'First GENERATE AC: ARQC',
        'byte 3 bit 6: Exceeded velocity checking counters',
        'Script counter: 0',
      ],
    ],
    [
      '9F10',
      `0114A00003020000${'0000'}${'00'.repeat(8)}`,
      undefined,
      [
        'M/Chip',
        'Key index 1',
        'Cryptogram version 20 (14 hex)',
        'Second GENERATE AC: not requested',
        'First GENERATE AC: ARQC',
        'Script counter: 0',
        'PIN try counter: 3',
        'byte 4 bit 2: Domestic transaction',
        'Data authentication code or ICC dynamic number 0000',
        'Counters 0000000000000000',
      ],
    ],
    ['91', '11223344556677883030', undefined, ['ARPC 1122334455667788', 'Response code 00']],
    [
      '91',
      '11223344556677880010',
      'mastercard',
      [
        'ARPC 1122334455667788',
        'PIN try counter: 0',
        'byte 2 bit 5: Issuer approves online transaction',
        'Counters: do not update',
      ],
    ],
    [
      '91',
      '1122334400800000',
      undefined,
      [
        'ARPC 11223344',
        'PIN try counter: 0',
        'byte 2 bit 8: Issuer approves online transaction',
        'Counters: do not update',
        'Issuer discretionary: 0',
      ],
    ],
    [
      '9F27',
      '80',
      undefined,
      [
        'Cryptogram: ARQC (online authorisation requested)',
        'Payment system specific cryptogram: 0',
        'Reason: no information given',
      ],
    ],
    [
      '9F35',
      '22',
      undefined,
      ['Controlled by: Merchant', 'Environment: Attended, offline with online capability'],
    ],
    ['9F35', '47', undefined, ['Controlled by: reserved value 4', 'Environment: reserved value 7']],
    ['95', '0000000000', undefined, []],
    ['82', '2008', undefined, ['byte 1 bit 6: DDA supported', 'byte 2 bit 4: reserved, but set']],
    ['8A', '5933', undefined, ['Unable to go online, offline approved']],
    ['9C', '20', undefined, ['Refund']],
    [
      '5F30',
      '0201',
      undefined,
      [
        '2: International interchange, IC to be used where feasible',
        '0: Normal authorisation',
        '1: No restrictions',
      ],
    ],
    [
      '94',
      '0801010010010201',
      undefined,
      [
        'SFI 1, records 1 to 1, 0 of them for offline data authentication',
        'SFI 2, records 1 to 2, 1 of them for offline data authentication',
      ],
    ],
    [
      '8E',
      '00000000000000001F00',
      undefined,
      ['amount X: 0', 'amount Y: 0', '1F00: No CVM required; Always; else cardholder verification fails'],
    ],
    ['5F2A', '0398', undefined, ['tenge']],
    ['9A', '261124', undefined, ['2026-11-24']],
    ['9F02', '000000150000', undefined, ['150000 in minor units of the currency']],
    [
      '9F6E',
      '20700000',
      'visa',
      [
        'Version: 1',
        'Form factor: card',
        'byte 2 bit 7: Signature panel',
        'byte 2 bit 6: Hologram',
        'byte 2 bit 5: CVV2',
        'Payment technology: contactless, ISO/IEC 14443',
      ],
    ],
    ['9F6E', '20700000', undefined, []],
    [
      '9F6E',
      '0398000030300000',
      'mastercard',
      ['country Kazakhstan', 'unique identifier 0000', 'device type 00'],
    ],
    [
      '9F66',
      '36004000',
      'visa',
      [
        'byte 1 bit 6: EMV mode supported',
        'byte 1 bit 5: EMV contact chip supported',
        'byte 1 bit 3: Online PIN supported',
        'byte 1 bit 2: Signature supported',
        'byte 3 bit 7: Consumer device CVM supported',
      ],
    ],
    [
      'DF8118',
      '60',
      undefined,
      ['byte 2 bit 7: Enciphered PIN for online verification', 'byte 2 bit 6: Signature (paper)'],
    ],
    [
      '80',
      '20000801010010010201',
      undefined,
      [
        'byte 1 bit 6: DDA supported',
        'SFI 1, records 1 to 1, 0 of them for offline data authentication',
        'SFI 2, records 1 to 2, 1 of them for offline data authentication',
      ],
    ],
    [
      '80',
      '4000011122334455667788',
      undefined,
      [
        'Cryptogram: TC (transaction approved)',
        'Payment system specific cryptogram: 0',
        'Reason: no information given',
      ],
    ],
    ['80', '2000080001000000', undefined, []],
    ['95', '8000', undefined, ['wrong length: expected 5 bytes, found 2 bytes']],
    ['9F33', '', undefined, ['wrong length: expected 3 bytes, found 0 bytes']],
  ] as const)('of %s %s', (tag, hex, scheme, words) => {
    expect(wordsOf(tag, hex, scheme === undefined ? {} : { scheme })).toEqual(words);
  });

  test.each([
    [
      'ru',
      [
        'байт 1 бит 8: Офлайн-аутентификация данных не выполнялась',
        'байт 4 бит 8: Сумма выше минимального лимита терминала',
      ],
    ],
    [
      'kk',
      [
        '1-байт 8-бит: Деректердің офлайн аутентификациясы орындалмады',
        '4-байт 8-бит: Сома терминалдың төменгі лимитінен асады',
      ],
    ],
  ] as const)('in %s', (language, words) => {
    expect(wordsOf('95', '8000008000', { language })).toEqual(words);
  });

  test('of a tag list', () => {
    expect(describeTagValue('9F4A', fromHex('825F24')).objects[0]?.list).toEqual([
      { tag: '82', name: 'Application Interchange Profile (AIP)', length: null },
      { tag: '5F24', name: 'Application Expiration Date', length: null },
    ]);
  });
});
