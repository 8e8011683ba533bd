import { createContext, useContext } from 'react';
import { type ConsoleWords, WORDS_EN, type WordKey } from './words-en.ts';
import { WORDS_KK } from './words-kk.ts';
import { WORDS_RU } from './words-ru.ts';

export const LANGUAGES = ['kk', 'ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** In their own words, for the choice. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  kk: 'Қазақша',
  ru: 'Русский',
  en: 'English',
};

const WORDS: Readonly<Record<Language, ConsoleWords>> = { en: WORDS_EN, ru: WORDS_RU, kk: WORDS_KK };

/** A text in a language, its `{0}`, `{1}` replaced. */
export function say(language: Language, key: WordKey, ...values: readonly (string | number)[]): string {
  return WORDS[language][key].replace(/\{(\d)\}/g, (hole, index) => String(values[Number(index)] ?? hole));
}

/** The language a person chose before, or the browser's, or English. */
export function firstLanguage(stored: string | null, browser: readonly string[]): Language {
  const wanted = [stored ?? '', ...browser].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.flatMap((tag) => LANGUAGES.filter((language) => language === tag))[0] ?? 'en';
}

export const LanguageContext = createContext<Language>('en');

/** How a component says something: in the language of the page. */
export function useSay(): (key: WordKey, ...values: readonly (string | number)[]) => string {
  const language = useContext(LanguageContext);
  return (key, ...values) => say(language, key, ...values);
}

export function useLanguage(): Language {
  return useContext(LanguageContext);
}
