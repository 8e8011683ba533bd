import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REFUSAL_CODES } from '../canonical.ts';
import { refusalTable } from './refusal-table.ts';

const FILE = new URL('../../../docs/ledger.md', import.meta.url);
const BETWEEN = /(<!-- refusals: .*? -->\n)([\s\S]*?)(<!-- end of refusals -->)/;

test('docs/ledger.md has the table of refusals', () => {
  const table = refusalTable();
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(FILE, readFileSync(FILE, 'utf8').replace(BETWEEN, `$1${table}$3`));
  }
  expect(BETWEEN.exec(readFileSync(FILE, 'utf8'))?.[2]).toBe(table);
});

test('the reference asks in the order of the table', () => {
  const source = readFileSync(new URL('./reference-checks.ts', import.meta.url), 'utf8');
  const asked = new Set([...source.matchAll(/code: '([a-z-]+)'/g)].map(([, code]) => code));
  const outside = ['id-reused-with-different-content', 'linked-failed'];
  expect([...asked]).toEqual(REFUSAL_CODES.filter((code) => !outside.includes(code)));
});
