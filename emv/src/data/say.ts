import type { Language } from './language.ts';
import type { Phrase } from './phrase.ts';
import { WORDS_KK } from './words-kk.ts';
import { WORDS_RU } from './words-ru.ts';

const WORDS: Readonly<Record<Exclude<Language, 'en'>, Readonly<Record<Phrase, string>>>> = {
  ru: WORDS_RU,
  kk: WORDS_KK,
};

/** A phrase in a language, its `{0}`, `{1}`… replaced by the values. */
export function say(
  language: Language,
  phrase: Phrase,
  ...values: readonly (string | number | bigint)[]
): string {
  const text = language === 'en' ? phrase : WORDS[language][phrase];
  return text.replace(/\{(\d)\}/g, (hole, index) => {
    const value = values[Number(index)];
    return value === undefined ? hole : String(value);
  });
}

/** What a code means; nothing where the table does not define it. */
export function sayCode(
  language: Language,
  table: Readonly<Record<string, Phrase>>,
  code: string | number,
): string | undefined {
  const phrase = table[code];
  return phrase === undefined ? undefined : say(language, phrase);
}
