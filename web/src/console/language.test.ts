import { describe, expect, it } from 'vitest';
import { firstLanguage, LANGUAGES, say } from './language.ts';
import { WORDS_EN, type WordKey } from './words-en.ts';
import { WORDS_KK } from './words-kk.ts';
import { WORDS_RU } from './words-ru.ts';

describe('the first language', () => {
  it.each([
    ['was chosen before', 'kk', ['ru-RU'], 'kk'],
    ['is the browser’s', null, ['ru-RU', 'en'], 'ru'],
    ['is the browser’s second when the page has not the first', null, ['de-DE', 'kk-KZ'], 'kk'],
    ['is English when nothing fits', 'xx', ['de'], 'en'],
  ] as const)('%s', (_, stored, browser, language) => {
    expect(firstLanguage(stored, browser)).toBe(language);
  });
});

describe('words', () => {
  it('have their values filled in', () => {
    expect(say('en', 'shown', 3, 40)).toBe('3 of 40');
    expect(say('kk', 'shown', 3, 40)).toBe('40 ішінен 3');
  });

  it.each(Object.keys(WORDS_EN) as WordKey[])('“%s” keeps its holes in every language', (key) => {
    const holes = (text: string) => (text.match(/\{\d\}/g) ?? []).sort();
    expect(holes(WORDS_RU[key])).toEqual(holes(WORDS_EN[key]));
    expect(holes(WORDS_KK[key])).toEqual(holes(WORDS_EN[key]));
    for (const language of LANGUAGES) expect(say(language, key).trim()).not.toBe('');
  });
});
