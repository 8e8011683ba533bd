import type { PaymentLine } from './console-types.ts';
import type { Language } from './language.ts';

const LOCALES: Readonly<Record<Language, string>> = { kk: 'kk-KZ', ru: 'ru-KZ', en: 'en-GB' };

/** `10:15:30`, in the time of the reader's device. */
export function clockTime(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString('en-GB');
}

/** `24.11.2026, 10:15:30`, as the language writes it. */
export function fullTime(timeMs: number, language: Language): string {
  return new Date(timeMs).toLocaleString(LOCALES[language]);
}

/** `850 ms`, `2.4 s`. */
export function shortDuration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** A payment in a few words, for choices: `10:15:30 · halyk-visa · 51`. */
export function paymentInShort(payment: PaymentLine, amount: string): string {
  const { startedMs, card, responseCode, state } = payment;
  return [clockTime(startedMs), amount, card, responseCode ?? state]
    .filter((part) => part !== null)
    .join(' · ');
}
