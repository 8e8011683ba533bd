import { assert, luhnValid, type Pan, parsePan } from '@kassa/primitives';

/** A card number from its digits without the check digit: no valid number stands in a source file. */
export function panFrom(digits: string): Pan {
  const check = [...'0123456789'].find((digit) => luhnValid(digits + digit));
  assert(check !== undefined, 'one of ten check digits is right');
  return parsePan(digits + check);
}

export const SAMPLE_PAN = panFrom('439801987654321');
