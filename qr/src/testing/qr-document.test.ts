import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LINT_RULES } from '../lint-rules.ts';
import { PROFILES } from '../profiles.ts';
import { qrDocument } from './qr-document.ts';

const FILE = new URL('../../../docs/qr.md', import.meta.url);

test('docs/qr.md lists the rules and profiles of the tables', () => {
  const document = qrDocument();
  if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, document);
  expect(readFileSync(FILE, 'utf8')).toBe(document);
});

test('every rule and profile is in it', () => {
  const document = qrDocument();
  for (const name of Object.keys(LINT_RULES)) expect(document).toContain(`| \`${name}\` |`);
  for (const { id, name } of PROFILES) expect(document).toContain(`### ${name}: \`${id}\``);
});
