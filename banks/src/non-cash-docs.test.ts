import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NON_CASH_REFUSAL_CODES } from './non-cash-operation.ts';

test('docs/money.md lists every refusal in the order it is checked', () => {
  const text = readFileSync(new URL('../../docs/money.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) \| `([a-z-]+)` \|/gm)].map(([, number, code]) => [
    Number(number),
    code,
  ]);
  expect(rows).toEqual(NON_CASH_REFUSAL_CODES.map((code, index) => [index + 1, code]));
});
