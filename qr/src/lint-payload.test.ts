import { ProtocolError } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64 } from './base64.ts';
import { buildPayload } from './build-payload.ts';
import { crc16 } from './crc16.ts';
import { type LintOptions, lintPayload } from './lint-payload.ts';
import { LINT_RULES, type LintLevel, type LintRuleName } from './lint-rules.ts';
import { parseMerchantPayload } from './parse-merchant-payload.ts';
import { PROFILES } from './profiles.ts';
import { utf8Length } from './utf8.ts';
import type { DataObjectDraft } from './write-objects.ts';

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
    text: instead('5802KZ', '5802AQ').replace('kz.example.ckzt', 'aq.example.ckzt'),
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

const LEVELS: readonly LintLevel[] = ['strict', 'tolerant', 'national'];

/** Data objects nobody is surprised by, in any order and number; templates two deep. */
const draftsArbitrary: fc.Arbitrary<readonly DataObjectDraft[]> = fc.uniqueArray(
  fc.record({
    tag: fc.constantFrom('15', '61', '65', '70'),
    value: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 10 }),
  }),
  { selector: ({ tag }) => tag, maxLength: 4 },
);
const REST: readonly DataObjectDraft[] = [
  {
    tag: '26',
    value: [
      { tag: '00', value: 'kz.example.ckzt' },
      { tag: '01', value: 'M1' },
    ],
  },
  { tag: '52', value: '5814' },
  { tag: '53', value: '398' },
  { tag: '58', value: 'KZ' },
  { tag: '59', value: 'SHOP' },
  { tag: '60', value: 'ALMATY' },
];

test('what is built of any data objects is read back in the order given', () => {
  fc.assert(
    fc.property(
      draftsArbitrary,
      fc.shuffledSubarray([...REST], { minLength: REST.length }),
      (drafts, rest) => {
        const objects = [{ tag: '00', value: '01' }, ...drafts, ...rest];
        const read = parseMerchantPayload(buildPayload(objects)).objects;
        expect(
          read.slice(0, -1).map(({ tag, value, objects: inner }) => ({
            tag,
            value: inner ? inner.map((object) => ({ tag: object.tag, value: object.value })) : value,
          })),
        ).toEqual(objects);
      },
    ),
  );
});

test('no text makes it throw, and a valid payload changed anywhere is no exception', () => {
  const text = sealed(BODY + KAZAKH);
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'hQVDUFYwMW+/=Aa9'), maxLength: 200 }).map((rest) => `hQ${rest}`),
    fc
      .tuple(fc.nat(text.length), fc.nat(10), fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([start, count, other]) => text.slice(0, start) + other + text.slice(start + count)),
    fc.uint16Array({ maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(anything, (input) => {
      for (const level of LEVELS) {
        const { isValid, findings } = lintPayload(input, { level });
        expect(isValid).toBe(findings.every(({ severity }) => severity !== 'error'));
      }
    }),
    { numRuns: 500 },
  );
});

/**
 * A CRC of 16 bits finds every change within 16 bits in a row: any character for another of the same one or two bytes.
 * What it may miss, one in 65 536, is a change over more bytes or of the number of bytes; none is among these. At level
 * tolerant a digit of the CRC in lower case is a warning.
 */
test('a character changed for another of the same length is found, the case of the CRC aside', () => {
  const text = sealed(BODY + KAZAKH);
  const characters = [...text];
  fc.assert(
    fc.property(
      fc.nat(characters.length - 1),
      fc.integer({ min: 0x20, max: 0x7e }),
      fc.integer({ min: 0x80, max: 0x7ff }),
      (index, ascii, other) => {
        const character = characters[index] ?? '';
        const replacement = String.fromCodePoint(utf8Length(character) === 1 ? ascii : other);
        if (replacement === character) return;
        const changed = [...characters.slice(0, index), replacement, ...characters.slice(index + 1)].join('');
        expect(lintPayload(changed, { level: 'strict' }).isValid).toBe(false);
        const { isValid, findings } = lintPayload(changed, { level: 'tolerant' });
        const isCase = index >= characters.length - 4 && replacement.toUpperCase() === character;
        expect(isValid).toBe(isCase);
        expect(findings.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 2000 },
  );
});

test('takes no longer for a text that was never in a code', () => {
  // 4 million characters: reading them would take a second, and quadratic work for ever.
  for (const start of ['00', 'hQ', 'https://qr.kaspi.kz/', '00020126']) {
    const text = start + '0'.repeat(4_000_000);
    const { isValid, fields } = lintPayload(text, { level: 'tolerant' });
    expect({ isValid, fields }).toEqual({ isValid: false, fields: [] });
  }
});
