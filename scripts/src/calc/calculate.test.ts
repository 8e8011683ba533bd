import {
  aesCmac,
  aesDukptInitialKey,
  aesKeyCheckValue,
  arpcMethod1,
  arpcMethod2,
  CRYPTOGRAM_VERSIONS,
  cardVerificationValue,
  cbcMac,
  deriveSessionKey,
  deriveUdk,
  dukptInitialKey,
  dukptKeys,
  encipherPinBlock4,
  encodePinBlock0,
  encodePinBlock3,
  generateArqc,
  keyCheckValue,
  pinVerificationValue,
  readKeyBlock,
  retailMac,
  sessionKeyEmv2000,
  tdesCmac,
  tdesEncrypt,
  writeKeyBlock,
} from '@kassa/emv';
import { fromHex, luhnValid, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { CALC_FUNCTIONS } from './calc-table.ts';
import { BATCH_LINE_CHARACTERS_MAX, calculate, calculateLine, findCalculation } from './calculate.ts';

const KEY = '0123456789ABCDEFFEDCBA9876543210';
const BYTES = fromHex(KEY);
const PAN = `40000012345678${'0123456789'.split('').find((digit) => luhnValid(`40000012345678${digit}`))}`;
const ARQC = '1122334455667788';
const DATA = '000000150000';
/** The rest of the derivation data of a session key. */
const ZEROS = '0'.repeat(12);
const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0xa5);

function calc(name: string, raw: Record<string, unknown>) {
  const calculation = findCalculation(name);
  if (calculation === undefined) throw new Error(`there is no ${name}`);
  return calculate(calculation, raw, random);
}

function answerOf(name: string, raw: Record<string, unknown>): unknown {
  const outcome = calc(name, raw);
  return outcome.kind === 'answered' ? outcome.answer : outcome.error;
}

const card = { imk: KEY, pan: PAN, psn: '01' };

describe('cards', () => {
  const udk = deriveUdk(BYTES, PAN, '01');

  test('udk', () => {
    expect(answerOf('udk', card)).toEqual({ udk: toHex(udk), kcv: toHex(keyCheckValue(udk)) });
    expect(answerOf('udk', { ...card, psn: 1 })).toEqual(answerOf('udk', { ...card, psn: '001' }));
    const long = { imk: KEY, pan: '677123456789012345', option: 'b' };
    expect(answerOf('udk', long)).toMatchObject({ udk: toHex(deriveUdk(BYTES, long.pan, '00', 'B')) });
  });

  test.each([
    ['common', {}, deriveSessionKey(BYTES, fromHex(`0042${ZEROS}`))],
    ['skd', { un: 'ABCDEF12' }, deriveSessionKey(BYTES, fromHex('00420000ABCDEF12'))],
    ['visa-sm', {}, fromHex('0123456789ABCDADFEDCBA987654CDAD')],
    ['emv2000', {}, sessionKeyEmv2000(BYTES, fromHex('0042'))],
  ])('session key %s', (method, more, key) => {
    expect(answerOf('session-key', { method, udk: KEY, atc: '0042', ...more })).toEqual({
      sessionKey: toHex(key),
      kcv: toHex(keyCheckValue(key)),
    });
  });

  test.each([
    ['10', udk, 'method-1'],
    ['18', deriveSessionKey(udk, fromHex(`0042${ZEROS}`)), 'method-2'],
    ['cvn22', deriveSessionKey(udk, fromHex(`0042${ZEROS}`)), 'method-2'],
    [16, deriveSessionKey(udk, fromHex('00420000ABCDEF12')), 'method-2'],
    [17, deriveSessionKey(udk, fromHex('00420000ABCDEF12')), 'method-2'],
    ['20', deriveSessionKey(udk, fromHex(`0042${ZEROS}`)), 'method-2'],
    ['21', deriveSessionKey(udk, fromHex(`0042${ZEROS}`)), 'method-2'],
    ['133', deriveSessionKey(udk, fromHex('00420000ABCDEF12')), 'method-2'],
  ] as const)('arqc of version %s', (cvn, sessionKey, padding) => {
    expect(answerOf('arqc', { cvn, ...card, atc: '0042', data: DATA, un: 'abcdef12' })).toEqual({
      udk: toHex(udk),
      sessionKey: toHex(sessionKey),
      arqc: toHex(generateArqc(sessionKey, fromHex(DATA), padding)),
    });
  });

  test('arqc knows every version there is', () => {
    expect(CRYPTOGRAM_VERSIONS).toHaveLength(8);
    const { expected } = findCalculation('arqc')!.arguments.cvn!;
    expect(expected).toBe('10, 18, 22, 16, 17, 20, 21, 133');
  });

  test('arpc', () => {
    const first = toHex(arpcMethod1(BYTES, fromHex(ARQC), fromHex('3030')));
    expect(answerOf('arpc', { method: 1, key: KEY, arqc: ARQC, arc: '3030' })).toEqual({ arpc: first });
    expect(answerOf('arpc', { method: '1', key: KEY, arqc: ARQC, arc: '00' })).toEqual({ arpc: first });
    const csu = fromHex('00800000');
    expect(answerOf('arpc', { method: 2, key: KEY, arqc: ARQC, csu: '00800000' })).toEqual({
      arpc: toHex(arpcMethod2(BYTES, fromHex(ARQC), csu)),
    });
    expect(
      answerOf('arpc', { method: 2, key: KEY, arqc: ARQC, csu: '00800000', proprietary: 'AABB' }),
    ).toEqual({
      arpc: toHex(arpcMethod2(BYTES, fromHex(ARQC), csu, fromHex('AABB'))),
    });
  });

  test('cvv and pvv', () => {
    const expiry = '3012';
    expect(answerOf('cvv', { cvk: KEY, pan: PAN, expiry, service: '101' })).toEqual({
      cvv: cardVerificationValue(BYTES, { pan: PAN, expiry, serviceCode: '101' }),
    });
    expect(answerOf('pvv', { pvk: KEY, pvki: 1, pin: '1234', pan: PAN })).toEqual({
      pvv: pinVerificationValue(BYTES, { pan: PAN, keyIndex: '1', pin: '1234' }),
    });
  });
});

describe('PIN blocks', () => {
  const given = { pin: '1234', pan: PAN, key: KEY };

  test.each([
    [0, {}, toHex(encodePinBlock0('1234', PAN))],
    [1, { random: '0123456789' }, '1412340123456789'],
    [1, {}, '141234A5A5A5A5A5'],
    [2, {}, '241234FFFFFFFFFF'],
    [3, { random: 'ABCDEFABCDE' }, toHex(encodePinBlock3('1234', PAN, 'ABCDEFABCD'))],
  ])('format %s, clear and enciphered', (format, more, clear) => {
    expect(answerOf('pin-block', { ...given, format, ...more })).toEqual({
      clear,
      block: toHex(tdesEncrypt(BYTES, fromHex(clear))),
    });
    expect(answerOf('pin-block', { format, pin: '1234', pan: PAN, ...more })).toEqual({ clear });
  });

  test('format 4', () => {
    const fill = '0011223344556677';
    expect(answerOf('pin-block', { ...given, format: '4', random: fill })).toEqual({
      clear: `441234AAAAAAAAAA${fill}`,
      block: toHex(encipherPinBlock4(BYTES, '1234', PAN, fromHex(fill))),
    });
  });
});

describe('keys', () => {
  test('dukpt with TDES', () => {
    const ksn = 'FFFF9876543210E00003';
    const initialKey = dukptInitialKey(BYTES, fromHex(ksn));
    const keys = dukptKeys(initialKey, fromHex(ksn));
    expect(answerOf('dukpt', { bdk: KEY, ksn })).toMatchObject({
      initialKey: toHex(initialKey),
      pinKey: toHex(keys.pin),
      macRequestKey: toHex(keys.macRequest),
      macResponseKey: toHex(keys.macResponse),
    });
  });

  test('dukpt with AES; ANSI X9.24-3:2017, first transaction of its AES-128 examples', () => {
    const answer = answerOf('dukpt', {
      bdk: 'FEDCBA9876543210F1F1F1F1F1F1F1F1',
      ksn: '123456789012345600000001',
    });
    expect(answer).toMatchObject({
      initialKey: '1273671EA26AC29AFA4D1084127652A1',
      transactionKey: '4F21B565BAD9835E112B6465635EAE44',
      pinKey: 'AF8CB133A78F8DC2D1359F18527593FB',
    });
    const initialKey = aesDukptInitialKey(fromHex(KEY + KEY), fromHex('1234567890123456'));
    expect(answerOf('dukpt', { bdk: KEY + KEY, ksn: '123456789012345600000001' })).toMatchObject({
      initialKey: toHex(initialKey),
    });
  });

  test.each([
    ['1', '2', KEY, toHex(cbcMac(BYTES, fromHex(DATA), { padding: 'method-2' }))],
    ['3', '1', KEY, toHex(retailMac(BYTES, fromHex(DATA), { padding: 'method-1' }))],
    ['3', '3', KEY, toHex(retailMac(BYTES, fromHex(DATA), { padding: 'method-3' }))],
    ['cmac-tdes', undefined, KEY, toHex(tdesCmac(BYTES, fromHex(DATA)))],
    ['CMAC-AES', '2', KEY, toHex(aesCmac(BYTES, fromHex(DATA)))],
  ])('mac %s, padding %s', (algorithm, padding, key, mac) => {
    expect(answerOf('mac', { algorithm, padding, key, data: DATA })).toEqual({ mac });
  });

  test('kcv and components', () => {
    expect(answerOf('kcv', { key: KEY })).toEqual({
      kcv: toHex(keyCheckValue(BYTES)),
      type: 'tdes',
      parity: 'odd',
    });
    expect(answerOf('kcv', { key: KEY, type: 'aes' })).toMatchObject({ kcv: toHex(aesKeyCheckValue(BYTES)) });
    expect(answerOf('kcv', { key: KEY + KEY })).toMatchObject({ type: 'aes', parity: null });
    const other = '89ABCDEF0123456776543210FEDCBA98';
    expect(answerOf('key-components', { components: `${KEY},${other}` })).toEqual({
      key: '88888888888888888888888888888888',
      kcv: toHex(keyCheckValue(new Uint8Array(16).fill(0x88))),
      parity: 'even',
      componentKcvs: `${toHex(keyCheckValue(BYTES))},${toHex(keyCheckValue(fromHex(other)))}`,
    });
  });

  const block = writeKeyBlock({
    protectionKey: BYTES,
    header: {
      version: 'B',
      usage: 'P0',
      algorithm: 'T',
      modeOfUse: 'E',
      keyVersion: '00',
      exportability: 'E',
      optionalBlocks: [],
    },
    key: fromHex('89ABCDEF0123456776543210FEDCBA98'),
    random: new Uint8Array(8),
  });

  test('tr31', () => {
    expect(readKeyBlock(BYTES, block).headerText).toBe('B0080P0TE00E0000');
    expect(answerOf('tr31', { kbpk: KEY, block })).toEqual({
      header: 'B0080P0TE00E0000',
      key: '89ABCDEF0123456776543210FEDCBA98',
    });
    expect(calc('tr31', { kbpk: KEY, block: block.replace('P0', 'D0') })).toEqual({
      kind: 'refused',
      error:
        'bad-value at key-block.mac (offset 64): expected the MAC of this block under this key, found a wrong MAC',
    });
  });
});

describe('identifiers', () => {
  test('luhn', () => {
    expect(answerOf('luhn', { pan: PAN })).toMatchObject({ valid: true, checkDigit: PAN.slice(-1) });
    expect(answerOf('luhn', { pan: PAN.slice(0, -1) })).toMatchObject({ nextCheckDigit: PAN.slice(-1) });
    const wrong = String((Number(PAN.slice(-1)) + 1) % 10);
    expect(answerOf('luhn', { pan: PAN.slice(0, -1) + wrong })).toMatchObject({
      valid: false,
      checkDigit: PAN.slice(-1),
    });
  });

  test.each([
    ['120315500129', { valid: true, checkDigit: '9', kind: 'person', birthDate: '2012-03-15', sex: 'male' }],
    [
      '120315600125',
      { valid: true, checkDigit: '5', kind: 'person', birthDate: '2012-03-15', sex: 'female' },
    ],
    ['900115300401', { valid: true, checkDigit: '1', kind: 'person', birthDate: '1990-01-15', sex: 'male' }],
    ['240140000011', { valid: true, checkDigit: '1', kind: 'company', registered: '2024-01' }],
    ['120315500128', { valid: false, checkDigit: '9' }],
    ['12031550005', { valid: false, checkDigit: null }],
    ['121315500129', { valid: false, kind: null }],
    ['120231500129', { valid: false, kind: null }],
  ])('iin %s', (iin, answer) => {
    expect(answerOf('iin', { iin })).toMatchObject(answer);
  });

  test.each([
    ['KZ86125KZT5004100100', { valid: true, checkDigits: '86', bank: '125', account: 'KZT5004100100' }],
    ['kz39 9990 1234 5678 90AB', { valid: true, checkDigits: '39', bankName: null }],
    ['KZ00601NBK0000000001', { valid: false, checkDigits: '69', bankName: 'Halyk Bank' }],
  ])('iban %s', (iban, answer) => {
    expect(answerOf('iban', { iban })).toMatchObject(answer);
  });
});

describe('errors name the argument and its form, never what it held', () => {
  const arqc = { cvn: '18', ...card, atc: '0042', data: DATA };
  test.each([
    [
      'arqc',
      { ...arqc, imk: KEY.slice(2) },
      'imk: expected 16 bytes in hexadecimal, found 30 hexadecimal digits',
    ],
    ['arqc', { ...arqc, imk: undefined }, 'imk: expected 16 bytes in hexadecimal, found nothing'],
    ['arqc', { ...arqc, pan: `${PAN}x` }, 'pan: expected 8 to 19 digits, found 16 characters'],
    ['arqc', { ...arqc, cvn: '19' }, 'cvn: expected 10, 18, 22, 16, 17, 20, 21, 133, found 2 digits'],
    ['arqc', { ...arqc, cvn: '16' }, 'un: expected 4 bytes in hexadecimal, found nothing'],
    ['arqc', { ...arqc, psn: '100' }, 'psn: expected 1 to 3 digits, at most 99, found 3 digits'],
    ['arqc', { ...arqc, data: true }, 'data: expected hexadecimal, two digits a byte, found a boolean'],
    [
      'arqc',
      { ...arqc, constructor: '1' },
      'constructor: expected only cvn, imk, pan, psn, atc, data, un, option, found another argument',
    ],
    [
      'arpc',
      { method: 1, key: KEY, arqc: ARQC },
      'arc: expected 2 bytes in hexadecimal with method 1, found nothing',
    ],
    [
      'arpc',
      { method: 2, key: KEY, arqc: ARQC },
      'csu: expected 4 bytes in hexadecimal with method 2, found nothing',
    ],
    ['pin-block', { format: 0, pin: '1234' }, 'pan: expected 8 to 19 digits, found nothing'],
    ['pin-block', { format: 0, pin: '123', pan: PAN }, 'pin: expected 4 to 12 digits, found 3 digits'],
    [
      'pin-block',
      { format: 0, pin: '1234', pan: PAN, key: KEY + KEY },
      'key: expected a TDES key of 16 or 24 bytes, found 32 bytes',
    ],
    [
      'pin-block',
      { format: 1, pin: '1234', random: '12' },
      'random: expected 10 fill digits or more, found 2',
    ],
    [
      'pin-block',
      { format: 4, pin: '1234', pan: PAN, random: '12' },
      'random: expected 8 bytes in hexadecimal, found 2 digits',
    ],
    [
      'dukpt',
      { bdk: KEY + KEY, ksn: 'FFFF9876543210E00003' },
      'bdk: expected 16 bytes with a KSN of 10, found 32 bytes',
    ],
    ['mac', { algorithm: '3', key: KEY, data: '' }, 'padding: expected 1, 2 or 3, found nothing'],
    [
      'mac',
      { algorithm: '3', padding: 1, key: '0123456789ABCDEF', data: '' },
      'key: expected 16 or 32 bytes with algorithm 3, found 8 bytes',
    ],
    ['kcv', { key: KEY + KEY, type: 'tdes' }, 'key: expected a key of tdes, found 32 bytes'],
    [
      'key-components',
      { components: KEY },
      'components: expected components in hexadecimal, equally long, found 32 hexadecimal digits',
    ],
    [
      'tr31',
      { kbpk: KEY + KEY, block: 'A0088' },
      'kbpk: expected 16 or 24 bytes for versions A, B and C, found 32 bytes',
    ],
    ['iban', { iban: 'GB00' }, 'iban: expected 20 characters beginning with KZ, found 4 characters'],
  ])('%s %#', (name, raw, error) => {
    const outcome = calc(name, raw);
    expect(outcome).toMatchObject({ kind: 'bad-usage', error });
    expect(JSON.stringify(outcome)).not.toContain(PAN);
    expect(JSON.stringify(outcome)).not.toContain(KEY);
  });

  test('the name of an argument is shown only where it is a name', () => {
    expect(answerOf('luhn', { pan: PAN, [PAN]: '' })).toBe(
      'an argument: expected only pan, found another argument',
    );
  });
});

describe('a line of a batch', () => {
  test.each([
    ['{"id":7,"function":"luhn","pan":"18"}', { id: 7, valid: true, checkDigit: '8', nextCheckDigit: '2' }],
    [
      '{"function":"mac","id":"a"}',
      { id: 'a', error: 'algorithm: expected 1, 3, cmac-tdes, cmac-aes, found nothing' },
    ],
    ['{', { id: null, error: 'expected a JSON object, found no JSON' }],
    ['[1]', { id: null, error: 'expected a JSON object, found other JSON' }],
    ['null', { id: null, error: 'expected a JSON object, found other JSON' }],
  ])('%s', (line, answer) => {
    expect(calculateLine(line, random)).toEqual(answer);
  });

  test('names the functions there are', () => {
    const names = CALC_FUNCTIONS.map(({ name }) => name).join(', ');
    expect(calculateLine('{"id":1}', random)).toEqual({
      id: 1,
      error: `function: expected one of ${names}, found nothing`,
    });
    expect(calculateLine('{"id":1,"function":"toString"}', random)).toEqual({
      id: 1,
      error: `function: expected one of ${names}, found another`,
    });
  });

  test('may not be endless', () => {
    const line = `{"id":1,"function":"mac","data":"${'0'.repeat(BATCH_LINE_CHARACTERS_MAX)}"}`;
    expect(calculateLine(line, random)).toEqual({
      id: null,
      error: 'expected a line of at most 1048576 characters',
    });
  });
});
