import { compileDialect, dialects, frame } from '@kassa/iso8583';
import { luhnValid, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { redactText } from './redact-text.ts';

const SUPPLIED = Object.values(dialects);
const redact = (text: string): string => redactText(text, SUPPLIED);

/** A card number, made from its other digits (ISO/IEC 7812-1, annex B). */
function account(digits: string): string {
  const check = '0123456789'.split('').find((digit) => luhnValid(digits + digit));
  return digits + check;
}

const SIXTEEN = account('400000123456789');
const NINETEEN = account('601100987654321098');
const grouped = (pan: string, separator: string): string => pan.replace(/(\d{4})(?=\d)/g, `$1${separator}`);
const last = SIXTEEN.slice(-4);

describe('masks', () => {
  test.each([
    ['a card number', `paid with ${SIXTEEN}.`, `paid with 400000******${last}.`],
    ['one beside letters', `PAN${SIXTEEN}x`, `PAN400000******${last}x`],
    ['the longest', NINETEEN, `601100*********${NINETEEN.slice(-4)}`],
    ['spaces', grouped(SIXTEEN, ' '), `4000 00** **** ${last}`],
    ['dashes', grouped(SIXTEEN, '-'), `4000-00**-****-${last}`],
    ['track 2', `;${SIXTEEN}=25122010000000000?`, `;400000******${last}=***?`],
    ['packed track 2', `57 12 ${SIXTEEN}D2512201000F`, `57 12 400000******${last}D***`],
    ['track 1', `%B${SIXTEEN}^AKHMETOV/AIGERIM^25122010000?`, `%B400000******${last}^***?`],
    [
      'digits of a message',
      `00000000000000000000016${SIXTEEN}000000`,
      `00000000000000000000016400000******${last}000000`,
    ],
  ])('%s', (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test('a card number behind a date, whatever the digits of the date make of it', () => {
    for (let day = 1; day <= 28; day++) {
      const text = `2026-11-${String(day).padStart(2, '0')} ${grouped(SIXTEEN, ' ')}`;
      expect(redact(text).slice(-12)).toMatch(/\*\* \*{4} \d{4}$/);
    }
  });

  const message = {
    mti: '0200',
    fields: { 2: SIXTEEN, 3: '000000', 11: '000042', 35: `${SIXTEEN}=2512201` },
  };
  test.each(SUPPLIED.filter(({ name }) => !name.endsWith('3') || name === 'iso-1993'))(
    'hexadecimal messages of $name, alone, framed, spaced and one after another',
    (dialect) => {
      const bytes = compileDialect(dialect).encode(message);
      const framed = toHex(frame(dialect.framing, bytes));
      const asCharacters = Buffer.from(SIXTEEN).toString('hex');
      for (const hex of [toHex(bytes), framed, framed + framed, framed.replace(/(..)(?!$)/g, '$1 ')]) {
        const text = redact(`sent ${hex}\n`).replaceAll(' ', '');
        expect(text).toHaveLength(`sent ${hex}\n`.replaceAll(' ', '').length);
        expect(text).not.toContain(SIXTEEN.slice(6, -4));
        expect(text).not.toContain(asCharacters.slice(12, -8));
      }
    },
  );

  test('characters in hexadecimal that are no message of any dialect', () => {
    const hex = Buffer.from(`account ${SIXTEEN}; track ${SIXTEEN}=2512`).toString('hex');
    const text = redact(hex);
    expect(text).toHaveLength(hex.length);
    expect(text).not.toContain(Buffer.from(SIXTEEN).toString('hex').slice(12, -8));
  });
});

test.each([
  ['words', 'approved 1500.00 KZT, approval code RSH0A1\n'],
  ['a wrong check digit', SIXTEEN.slice(0, -1) + ((Number(SIXTEEN.slice(-1)) + 1) % 10)],
  ['twelve digits', account('40000012345')],
  ['zeros', '0000000000000000'],
  ['a reference', 'RRN 632803000002, STAN 000042, 20000001'],
])('leaves %s alone', (_, text) => {
  expect(redact(text)).toBe(text);
});
