import { ProtocolError } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { toBase64 } from './base64.ts';
import { buildPayload } from './build-payload.ts';
import { crc16 } from './crc16.ts';
import { type LintOptions, lintPayload } from './lint-payload.ts';
import { LINT_RULES, type LintRuleName } from './lint-rules.ts';
import { parseMerchantPayload } from './parse-merchant-payload.ts';
import { PROFILES } from './profiles.ts';
import { utf8Length } from './utf8.ts';

/** Closes a payload with a right CRC. */
const sealed = (body: string): string => `${body}6304${crc16(`${body}6304`)}`;
const phone = (hex: string): string => toBase64(Uint8Array.from(Buffer.from(hex, 'hex')));

const HEAD = '000201010212';
const ACCOUNT = '26250015kz.example.ckzt0102M1';
const BODY = `${HEAD}${ACCOUNT}5204581453033985802KZ5904SHOP6006ALMATY`;
const KAZAKH = '64180002kk0108Дүкен 42';
const at = BODY.length;
const without = (object: string): string => sealed(BODY.replace(object, ''));
const instead = (object: string, other: string): string => sealed(BODY.replace(object, other));
const profile = (id: string): LintOptions => {
  const found = PROFILES.find((one) => one.id === id);
  return found ? { level: 'national', profile: found } : { level: 'national' };
};

interface Example {
  readonly text: string;
  readonly options?: LintOptions;
  readonly path: string;
  readonly offset: number;
}

const CPV = '85054350563031';
const APP = '61094F07A0000000046010';

/** For every rule a payload that breaks it. */
const EXAMPLES: Readonly<Record<LintRuleName, Example>> = {
  'payload-length': {
    text: sealed(
      BODY +
        '6599'.padEnd(103, 'x') +
        '6699'.padEnd(103, 'x') +
        '6799'.padEnd(103, 'x') +
        '6899'.padEnd(103, 'x') +
        '6999'.padEnd(103, 'x'),
    ),
    path: 'payload',
    offset: 512,
  },
  'code-capacity': { text: '0'.repeat(3000), path: 'payload', offset: 2953 },
  unicode: { text: sealed(`${BODY}6502я\ud800`), path: 'payload', offset: at + 6 },
  tag: { text: sealed(`${BODY}6x01a`), path: 'payload', offset: at },
  length: { text: sealed(`${BODY}65+1a`), path: '65', offset: at + 2 },
  truncated: { text: `${BODY}6599abc`, path: '65', offset: at + 4 },
  'first-object': { text: sealed(`010212000201${BODY.slice(12)}`), path: '00', offset: 0 },
  'trailing-data': { text: `${sealed(BODY)}\n`, path: 'payload', offset: at + 8 },
  'crc-missing': { text: BODY, path: '63', offset: at },
  'crc-form': { text: `${BODY}63037B1`, path: '63', offset: at + 2 },
  'crc-lower-case': { text: lowerCase(), path: '63', offset: utf8Length(lowerCase()) - 4 },
  'crc-mismatch': {
    text: `${BODY}6304${sealed(BODY).endsWith('0000') ? '0001' : '0000'}`,
    path: '63',
    offset: at + 4,
  },
  'repeated-tag': { text: sealed(`${BODY}5904SHOP`), path: '59', offset: at },
  'missing-currency': { text: without('5303398'), path: '53', offset: at - 7 },
  missing: { text: without('6006ALMATY'), path: '60', offset: at - 10 },
  'no-account': { text: without(ACCOUNT), path: 'payload', offset: at - ACCOUNT.length },
  'account-identifier': { text: instead(ACCOUNT, '26060102M1'), path: '26.00', offset: 22 },
  'identifier-form': {
    text: instead('0015kz.example.ckzt', '0015kz/example/ckzt'),
    path: '26.00',
    offset: 20,
  },
  'format-indicator': { text: instead('000201', '000202'), path: '00', offset: 4 },
  'initiation-method': { text: instead('010212', '010213'), path: '01', offset: 10 },
  'static-amount': { text: sealed(`${BODY.replace('010212', '010211')}540510.00`), path: '01', offset: 10 },
  amount: { text: sealed(`${BODY}5404-1.5`), path: '54', offset: at + 4 },
  'amount-decimals': { text: sealed(`${BODY}54051.500`), path: '54', offset: at + 4 },
  fee: { text: sealed(`${BODY}5502035703100`), path: '57', offset: at + 10 },
  'fee-indicator': { text: sealed(`${BODY}550202`), path: '56', offset: at + 4 },
  value: { text: instead('5802KZ', '5802kz'), path: '58', offset: BODY.indexOf('5802KZ') + 4 },
  'text-length': { text: instead('6006ALMATY', '6016ALMATY ALMATY AL'), path: '60', offset: at - 8 },
  'text-characters': { text: instead('5904SHOP', '5905Дүкен'), path: '59', offset: BODY.indexOf('5904') + 4 },
  'data-request': { text: sealed(`${BODY}62060902AA`), path: '62.09', offset: at + 8 },
  reserved: { text: sealed(`${BODY}6501x`), path: '65', offset: at },
  'template-content': { text: sealed(`${BODY}8003abc`), path: '80', offset: at + 4 },
  'consumer-base64': { text: 'hQVD?', path: 'payload', offset: 4 },
  'consumer-length': { text: 'hQVD'.repeat(200), path: 'payload', offset: 512 },
  'consumer-tlv': { text: phone(`${CPV}6102`), path: '61', offset: 9 },
  'consumer-one-byte-length': {
    text: phone(`${CPV}61894F07A0000000046010DF7C7D${'00'.repeat(125)}`),
    options: profile('qris'),
    path: '61',
    offset: 8,
  },
  'consumer-indicator': { text: phone(`8505435056303261${APP.slice(2)}`), path: '85', offset: 0 },
  'consumer-application': { text: phone(CPV), path: '61', offset: 0 },
  'consumer-aid': { text: phone(`${CPV}6103500141`), path: '61.4F', offset: 7 },
  'consumer-place': { text: phone(`${CPV}${APP}500141`), path: '50', offset: 18 },
  'consumer-repeated': { text: phone(`${CPV}${APP}62035001416203500141`), path: '62', offset: 23 },
  'consumer-value': {
    text: phone(`${CPV}610D4F07A00000000460109F080101`),
    path: '61.9F08',
    offset: 18,
  },
  'consumer-cryptogram': {
    text: phone(`${CPV}61164F07A0000000046010630B9F26081122334455667788`),
    path: '61.63.9F37',
    offset: 20,
  },
  'profile-unknown': {
    text: sealed(BODY.replace('5802KZ', '5802AQ').replace('kz.example.ckzt', 'aq.example.ckzt')),
    options: { level: 'national' },
    path: 'payload',
    offset: 0,
  },
  'profile-account': {
    text: instead('kz.example.ckzt', 'kz.example.othr'),
    options: profile('kz'),
    path: 'payload',
    offset: at,
  },
  'profile-field': {
    text: instead(ACCOUNT, '26190015kz.example.ckzt'),
    options: profile('kz'),
    path: '26.01',
    offset: 35,
  },
  'profile-value': {
    text: instead('5303398', '5303840'),
    options: profile('kz'),
    path: '53',
    offset: BODY.indexOf('5303') + 4,
  },
  'profile-language': { text: sealed(BODY), options: profile('kz'), path: '64.00', offset: at },
};

/** A payload whose CRC has a letter, in lower case. */
function lowerCase(): string {
  for (let number = 10; ; number++) {
    const text = sealed(`${BODY}6502${number}`);
    if (/[A-F]/.test(text.slice(-4))) return text.slice(0, -4) + text.slice(-4).toLowerCase();
  }
}

const names = Object.keys(LINT_RULES) as LintRuleName[];

test.each(names)('finds %s where it is', (rule) => {
  const { text, options, path, offset } = EXAMPLES[rule];
  const { strict, tolerant, source, remedy } = LINT_RULES[rule];
  for (const level of options ? (['national'] as const) : (['strict', 'tolerant'] as const)) {
    const { findings, isValid } = lintPayload(text, { ...options, level });
    const severity = level === 'tolerant' ? tolerant : strict;
    expect(findings.filter((finding) => finding.rule === rule)).toContainEqual(
      expect.objectContaining({ severity, path, offset }),
    );
    if (severity === 'error') expect(isValid).toBe(false);
    if (rule.startsWith('profile-')) continue;
    expect(findings.find((finding) => finding.rule === rule)).toMatchObject({ source, remedy });
  }
});

test('finds nothing in what keeps every rule, at any level', () => {
  const text = sealed(BODY + KAZAKH);
  for (const level of ['strict', 'tolerant', 'national'] as const) {
    expect(lintPayload(text, { level })).toMatchObject({ mode: 'merchant', isValid: true, findings: [] });
  }
  expect(lintPayload(phone(CPV + APP), { level: 'strict' })).toMatchObject({
    mode: 'consumer',
    isValid: true,
    findings: [],
  });
});

test('the parser refuses exactly what is an error at level strict, for the first of them', () => {
  for (const { text, options } of Object.values(EXAMPLES)) {
    if (options !== undefined || text.startsWith('hQ')) continue;
    const first = lintPayload(text, { level: 'strict' }).findings.find(
      ({ severity }) => severity === 'error',
    );
    if (!first) {
      parseMerchantPayload(text);
      continue;
    }
    const { code, path, offset, expected, found } = first;
    expect(() => parseMerchantPayload(text)).toThrow(
      new ProtocolError({ code, path, offset, expected, found }),
    );
  }
});

describe('fees agree with the indicator', () => {
  test.each([
    ['550202560450.0', []],
    ['550203570225', []],
    ['550201', []],
    ['', []],
    ['560450.0', ['56']],
    ['550201570225', ['57']],
    ['550202570225', ['56', '57']],
    ['55020256015', []],
    ['550203570599.99', []],
  ])('%s', (objects, paths) => {
    const { findings } = lintPayload(sealed(BODY + objects), { level: 'strict' });
    expect(findings.map(({ path }) => path)).toEqual(paths);
  });
});

describe('the CRC in lower case', () => {
  const texts = Array.from({ length: 60 }, (_, index) => sealed(`${BODY}6502${index + 10}`));
  test('is a warning at level tolerant, whatever its letters', () => {
    const letters = new Set<string>();
    for (const text of texts) {
      const small = text.slice(0, -4) + text.slice(-4).toLowerCase();
      if (small === text) continue;
      for (const letter of small.slice(-4).replace(/\d/g, '')) letters.add(letter);
      const { isValid, findings } = lintPayload(small, { level: 'tolerant' });
      expect({ isValid, rules: findings.map(({ rule }) => rule) }).toEqual({
        isValid: true,
        rules: ['crc-lower-case', 'reserved'],
      });
    }
    expect([...letters].sort().join('')).toBe('abcdef');
  });
  test('is one for a single letter too', () => {
    const text = texts.find((one) => /^[^A-F]*F[^A-F]*$/.test(one.slice(-4))) ?? '';
    const { findings } = lintPayload(text.slice(0, -4) + text.slice(-4).toLowerCase(), { level: 'strict' });
    expect(findings[0]?.rule).toBe('crc-lower-case');
  });
});

test('nothing is missing from what could not be read to the end', () => {
  for (const level of ['strict', 'national'] as const) {
    const { findings } = lintPayload(`000201${ACCOUNT}6599abc`, { ...profile('kz'), level });
    expect(findings.map(({ rule }) => rule)).toEqual(['truncated']);
  }
  const { findings } = lintPayload('00020152', { level: 'strict' });
  expect(findings.map(({ rule }) => rule)).toEqual(['truncated']);
});

test('a template of a payment system is read, what is in it is not', () => {
  const text = sealed(`${BODY}622350190010kz.example0101x`);
  const { fields, findings } = lintPayload(text, { level: 'strict' });
  expect(findings).toEqual([]);
  expect(fields.filter(({ path }) => path.startsWith('62.')).map(({ path, value }) => [path, value])).toEqual(
    [
      ['62.50', undefined],
      ['62.50.00', 'kz.example'],
      ['62.50.01', 'x'],
    ],
  );
});

test('the CRC cannot be given to the writer', () => {
  expect(() =>
    buildPayload([
      { tag: '00', value: '01' },
      { tag: '63', value: 'FFFF' },
    ]),
  ).toThrow(
    'bad-tlv at 63 (offset 0): expected everything but the CRC, which is calculated, found data object 63',
  );
});

test.each([
  ['A0000001', true],
  ['A000000001', false],
  ['A'.repeat(32), false],
  ['kz.example', false],
  ['kz', true],
  ['0123456789abcdef0123456789abcdef', false],
])('an identifier %s is odd: %s', (identifier, isOdd) => {
  const account = `00${String(identifier.length).padStart(2, '0')}${identifier}`;
  const text = instead(ACCOUNT, `26${String(account.length).padStart(2, '0')}${account}`);
  expect(lintPayload(text, { level: 'strict' }).findings.map(({ rule }) => rule)).toEqual(
    isOdd ? ['identifier-form'] : [],
  );
});

test('*** elsewhere is a value like any other', () => {
  const three = sealed(BODY.replace(ACCOUNT, '26260015kz.example.ckzt0103***'));
  expect(lintPayload(three, { level: 'strict' }).fields.some(({ isAsked }) => isAsked)).toBe(false);
});

/** ISO 4217, minor units of currencies that do not have two. */
test.each([
  [0, '108 152 174 262 324 352 392 410 548 600 646 704 800 940 950 952 953'],
  [3, '048 368 400 414 434 512 788'],
  [2, '398 417 643 840 978 156 116 360'],
])('with %d decimals: %s', (decimals, currencies) => {
  for (const currency of currencies.split(' ')) {
    const rulesOf = (count: number): string[] => {
      const amount = `1.${'1'.repeat(count)}`;
      const object = `54${String(amount.length).padStart(2, '0')}${amount}`;
      const text = sealed(BODY.replace('5303398', `5303${currency}`) + object);
      return lintPayload(text, { level: 'strict' }).findings.map(({ rule }) => rule);
    };
    expect([currency, rulesOf(decimals), rulesOf(decimals + 1)]).toEqual([currency, [], ['amount-decimals']]);
  }
});

test.each([
  ['5303398', '15.25', true],
  ['5303392', '15', true],
  ['5303392', '15.', true],
  ['5303392', '15.2', false],
  ['5303048', '1.234', true],
  ['5303048', '1.2345', false],
])('decimals of %s %s', (currency, amount, isFine) => {
  const object = `54${String(amount.length).padStart(2, '0')}${amount}`;
  const { findings } = lintPayload(sealed(BODY.replace('5303398', currency) + object), { level: 'strict' });
  expect(findings.map(({ rule }) => rule)).toEqual(isFine ? [] : ['amount-decimals']);
});

test('*** asks the payer, where it means that', () => {
  const text = sealed(`${BODY}62210103***0603***0703T1X`);
  const { fields } = lintPayload(text, { level: 'strict' });
  expect(fields.filter(({ isAsked }) => isAsked).map(({ path }) => path)).toEqual(['62.01', '62.06']);
});

test('a card number among the fields of a scheme is masked', () => {
  let number = '';
  for (let digit = 0; digit < 10; digit++) {
    const text = `99900012345678${digit}`;
    const sum = [...text].reverse().reduce((total, character, index) => {
      const value = Number(character) * (index % 2 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    if (sum % 10 === 0) number = text;
  }
  const { fields } = lintPayload(instead('0102M1', `0115${number}`).replace('2625', '2638'), {
    level: 'strict',
  });
  expect(fields.find(({ path }) => path === '26.01')?.value).toBe(
    `${number.slice(0, 6)}*****${number.slice(-4)}`,
  );
});
