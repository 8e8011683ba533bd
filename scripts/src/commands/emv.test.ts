import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tagDefinitions, tagName } from '@kassa/emv';
import { luhnValid } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import { captureOutput } from '../testing/captured-output.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BODY = '677112345678901';
const PAN = [...'0123456789'].map((digit) => BODY + digit).find(luhnValid)!;

const printed = captureOutput();

describe('kassa emv', () => {
  test.each([
    ['plain', '9505800004800082023900'],
    ['spaced', '95 05 80 00 04 80 00 82 02 39 00'],
    ['0x', '0x9505800004800082023900'],
  ])('reads %s hexadecimal, and a file of it', async (_, text) => {
    const file = join(printed.folder, 'de55.txt');
    writeFileSync(file, `${text}\n`);
    for (const input of [text, file]) {
      printed.out = '';
      expect(await main(['emv', input])).toBe(0);
      expect(printed.out).toBe(
        [
          '95 Terminal Verification Results          5  8000048000',
          '                                             byte 1 bit 8: Offline data authentication was not performed',
          '                                             byte 3 bit 3: Online PIN entered',
          '                                             byte 4 bit 8: Transaction exceeds floor limit',
          '82 Application Interchange Profile (AIP)  2  3900',
          '                                             byte 1 bit 6: DDA supported',
          '                                             byte 1 bit 5: Cardholder verification is supported',
          '                                             byte 1 bit 4: Terminal risk management is to be performed',
          '                                             byte 1 bit 1: CDA supported',
          '',
        ].join('\n'),
      );
    }
  });

  test('shows the readable part of broken data, and where it breaks', async () => {
    expect(await main(['emv', '9C01009F2608AABB'])).toBe(1);
    expect(printed.out).toBe(
      [
        '9C Transaction Type  1  00',
        '                        Purchase of goods or services',
        'Cannot be read any further: truncated at tlv.9F26 (offset 6): expected 8 bytes, found 2 bytes left',
        '',
      ].join('\n'),
    );
    printed.out = '';
    expect(await main(['emv', '--json', '9C01009F2608AABB'])).toBe(1);
    expect(JSON.parse(printed.out)).toMatchObject({
      objects: [{ tag: '9C', offset: 0, length: 1, value: '00', words: ['Purchase of goods or services'] }],
      error: { code: 'truncated', path: 'tlv.9F26', offset: 6 },
    });
  });

  test('hides the card unless asked', async () => {
    const hex = `5A08${PAN}DF010101`;
    for (const args of [[], ['--json'], ['--lang', 'kk']]) {
      printed.out = '';
      expect(await main(['emv', hex, ...args])).toBe(0);
      expect(printed.out).not.toContain(PAN);
      expect(printed.out).toContain(`${PAN.slice(0, 6)}******${PAN.slice(-4)}`);
      expect(printed.out).toContain('***');
    }
    printed.out = '';
    expect(await main(['emv', hex, '--reveal'])).toBe(0);
    expect(printed.out).toContain(PAN);
  });

  test('reads one value, one list, in a language, for a scheme', async () => {
    expect(await main(['emv', '--tag', '95', '8000008000', '--lang', 'ru'])).toBe(0);
    expect(printed.out).toContain('Офлайн-аутентификация данных не выполнялась');
    const byTag = printed.out;
    printed.out = '';
    expect(await main(['emv', '--tvr', '8000008000', '--lang', 'ru'])).toBe(0);
    expect(printed.out).toBe(byTag);
    printed.out = '';
    expect(await main(['emv', '--dol', '9F02069F6C02', '--scheme', 'visa'])).toBe(0);
    expect(printed.out).toMatch(
      /9F02 {4} {2}6 {2}Amount, Authorised \(Numeric\)\n.*9F6C {4} {2}2 {2}Card Transaction Q/,
    );
  });

  test.each([
    [['emv', '--tag', '9F', '00'], 'kassa: "9F" is not a tag.'],
    [['emv', '--tag', '9526', '00'], 'kassa: "9526" is not a tag.'],
    [['emv', '--tvr', '00', '--dol', '00'], 'kassa: --tag, --dol and --tvr exclude each other'],
    [['emv', '00', '--tvr', '00'], 'kassa: --dol and --tvr bring their own input'],
    [['emv', '123'], 'kassa: the input has an odd number of hexadecimal digits, 3.'],
    [['emv', '00', '--lang', 'de'], "error: option '--lang <language>' argument 'de' is invalid."],
  ])('%j cannot run', async (args, message) => {
    expect(await main(args)).toBe(2);
    expect(printed.err).toContain(message);
  });
});

test('the example of docs/emv.md prints what the page says', async () => {
  const page = readFileSync(join(ROOT, 'docs/emv.md'), 'utf8');
  const examples = [...page.matchAll(/```\n\$ npx kassa (emv [^\n]+)\n([\s\S]*?)```/g)];
  expect(examples.length).toBeGreaterThanOrEqual(3);
  for (const [, command = '', expected] of examples) {
    printed.out = '';
    await main(command.split(' '));
    expect(printed.out).toBe(expected);
  }
});

describe('the tags iso8583 shows unmasked', () => {
  // Its names are the comments of its list: it may import primitives alone.
  const source = readFileSync(join(ROOT, 'iso8583/src/meaning/icc-tags.ts'), 'utf8');
  const rows = [...source.matchAll(/^ {2}'([0-9A-F]+)', \/\/ (.+)$/gm)].map(([, tag = '', name = '']) => [
    tag,
    name,
  ]);
  const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];

  test('are all found', () => {
    expect(rows.length).toBe([...source.matchAll(/^ {2}'/gm)].length);
    expect(rows.length).toBeGreaterThan(50);
  });

  test.each(rows)(
    '%s %s is in the dictionary by that name, and hidden by no scheme',
    (tag = '', name = '') => {
      const meanings = tagDefinitions(tag);
      expect(meanings.length).toBeGreaterThan(0);
      expect(meanings.map(({ mask }) => mask)).toEqual(meanings.map(() => null));
      // EMV 4.4 Book 1, 12.2.1: the name of the application's file is its identifier.
      const sources = meanings.map(({ source }) => source).join(' ');
      const known = wordsOf(tag === '4F' ? 'application identifier' : `${tagName(tag)} ${sources}`);
      expect(wordsOf(name).filter((word) => !known.includes(word))).toEqual([]);
    },
  );
});
