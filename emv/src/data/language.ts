/** Languages of the words: those of Kazakhstan's cards and receipts, and the standards' own. */
export const LANGUAGES = ['en', 'ru', 'kk'] as const;
export type Language = (typeof LANGUAGES)[number];
