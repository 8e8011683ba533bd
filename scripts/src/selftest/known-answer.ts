import { luhnValid } from '@kassa/primitives';

/** A calculation and its answer, in hexadecimal or digits. */
export interface KnownAnswer {
  readonly name: string;
  readonly expected: string;
  readonly calculate: () => string;
}

export interface KnownAnswerGroup {
  readonly group: string;
  /** Where the answers come from. */
  readonly source: string;
  readonly answers: readonly KnownAnswer[];
}

/** Answers that were not published were calculated by another program. */
export const BY_OPENSSL = 'calculated with the OpenSSL command line';

/** A number with its check digit: none that could be a card's stands in the sources. */
export function withCheckDigit(digits: string): string {
  return digits + ([...'0123456789'].find((digit) => luhnValid(digits + digit)) ?? '');
}

/** The path of the refusal, or `accepted`. */
export function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error && 'path' in error ? String(error.path) : 'another error';
  }
  return 'accepted';
}
