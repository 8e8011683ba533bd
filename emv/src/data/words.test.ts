import { describe, expect, test } from 'vitest';
import * as codedValues from './coded-values.ts';
import { ENTRY_POINT_TAGS, SCHEME_TAGS } from './contactless-tags.ts';
import { reservedBits } from './describe-layout.ts';
import { LANGUAGES } from './language.ts';
import { tagDefinitions, tagName } from './tag-names.ts';
import { TAG_NAMES_KK } from './tag-names-kk.ts';
import { TAG_NAMES_RU } from './tag-names-ru.ts';
import { TAGS } from './tags.ts';
import { VALUE_LAYOUTS, type ValueLayout } from './value-layouts.ts';
import { WORDS_KK } from './words-kk.ts';
import { WORDS_RU } from './words-ru.ts';

const CYRILLIC = /\p{Script=Cyrillic}/u;
const layouts: readonly (readonly [string, ValueLayout])[] = Object.entries(VALUE_LAYOUTS);
const phrases = new Set<string>([
  ...layouts.flatMap(([, { flags, fields }]) => [
    ...Object.values(flags).map(({ meaning }) => meaning),
    ...fields.map(({ meaning }) => meaning),
  ]),
  ...Object.values(codedValues).flatMap((table) => Object.values(table)),
]);

describe('layouts', () => {
  test.each(layouts)('%s says of each bit once what it is', (_, layout) => {
    const bits = [
      ...Object.values(layout.flags),
      ...layout.fields.flatMap(({ byte, high, low }) =>
        Array.from({ length: high - low + 1 }, (_, index) => ({ byte, bit: low + index })),
      ),
      ...reservedBits(layout),
    ].map(({ byte, bit }) => `${byte}.${bit}`);
    const all = Array.from({ length: layout.bytes * 8 }, (_, index) => {
      return `${Math.floor(index / 8) + 1}.${(index % 8) + 1}`;
    });
    expect([...bits].sort()).toEqual(all.sort());
  });
});

describe.each([
  ['ru', WORDS_RU],
  ['kk', WORDS_KK],
] as const)('words in %s', (_, words: Readonly<Record<string, string>>) => {
  test('are those of the tables, none more and none less', () => {
    expect(phrases.size).toBeGreaterThan(300);
    expect(Object.keys(words).sort()).toEqual([...phrases].sort());
  });

  test('are translated, and keep the places of values', () => {
    const same = Object.entries(words).filter(([phrase, word]) => phrase === word);
    // Abbreviations and names alone are the same everywhere.
    expect(same.map(([phrase]) => phrase).filter((phrase) => /[a-z]{4}/.test(phrase))).toEqual([]);
    for (const [phrase, word] of Object.entries(words)) {
      const holes = (text: string): string[] => (text.match(/\{\d\}/g) ?? []).sort();
      expect(holes(word), phrase).toEqual(holes(phrase));
      if (/[a-z]{4}/.test(phrase)) expect(word, phrase).toMatch(CYRILLIC);
    }
  });
});

test('Kazakh is not Russian', () => {
  const kazakh = Object.values(WORDS_KK).filter((word) => /[әғқңөұүһі]/i.test(word));
  expect(kazakh.length).toBeGreaterThan(250);
});

describe('names of tags', () => {
  const groups = {
    emv: TAGS,
    entryPoint: ENTRY_POINT_TAGS,
    visa: SCHEME_TAGS.visa,
    mastercard: SCHEME_TAGS.mastercard,
  };
  test.each([
    ['ru', TAG_NAMES_RU],
    ['kk', TAG_NAMES_KK],
  ] as const)('each tag of each table has one in %s', (_, names) => {
    for (const [group, table] of Object.entries(groups)) {
      const own = names[group as keyof typeof groups];
      expect(Object.keys(own).sort(), group).toEqual([...table.keys()].sort());
      for (const name of Object.values(own)) expect(name).toMatch(/\p{Script=Cyrillic}|^CVC3/u);
      expect(new Set(Object.values(own)).size, group).toBe(table.size);
    }
  });

  test.each([
    [
      '95',
      'Terminal Verification Results',
      'Результаты проверки терминала (TVR)',
      'Терминал тексеруінің нәтижелері (TVR)',
    ],
    [
      'DF8126',
      'Reader CVM Required Limit',
      'Лимит, с которого нужна проверка держателя',
      'Ұстаушыны тексеру қажет болатын лимит',
    ],
    ['DF01', 'Tag DF01', 'Tag DF01', 'Tag DF01'],
  ])('%s', (tag, ...names) => {
    expect(LANGUAGES.map((language) => tagName(tag, language))).toEqual(names);
  });

  test('a tag of two meanings is named by both until the scheme is known', () => {
    expect(tagName('9F6E')).toBe('Visa: Form Factor Indicator (FFI); Mastercard: Third Party Data');
    expect(tagName('9F6E', 'en', 'visa')).toBe('Form Factor Indicator (FFI)');
    expect(tagName('9F6E', 'kk', 'mastercard')).toBe('Үшінші тарап деректері');
    expect(tagName('9F5B')).toBe('Issuer Script Results');
    expect(tagName('9F5B', 'en', 'mastercard')).toBe('Data Storage Data Object List (DSDOL)');
    expect(tagDefinitions('DF01')).toEqual([]);
  });
});
