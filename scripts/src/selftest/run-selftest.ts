import { CARD_ANSWERS } from './card-answers.ts';
import { CIPHER_ANSWERS } from './cipher-answers.ts';
import type { KnownAnswerGroup } from './known-answer.ts';
import { OFFLINE_ANSWERS } from './offline-answers.ts';
import { PIN_ANSWERS } from './pin-answers.ts';

export const KNOWN_ANSWERS: readonly KnownAnswerGroup[] = [
  ...CIPHER_ANSWERS,
  ...CARD_ANSWERS,
  ...PIN_ANSWERS,
  ...OFFLINE_ANSWERS,
];

export interface GroupResult {
  readonly group: string;
  readonly source: string;
  readonly passed: number;
  readonly total: number;
  /** Names of what was answered otherwise, or not at all. */
  readonly failed: readonly string[];
}

/** Calculates every known answer. */
export function runSelftest(groups: readonly KnownAnswerGroup[] = KNOWN_ANSWERS): GroupResult[] {
  return groups.map(({ group, source, answers }) => {
    const failed = answers.filter(({ expected, calculate }) => {
      try {
        return calculate() !== expected;
      } catch {
        return true;
      }
    });
    const names = failed.map(({ name }) => name);
    return { group, source, passed: answers.length - names.length, total: answers.length, failed: names };
  });
}
