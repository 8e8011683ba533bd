import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import * as primitives from '@kassa/primitives';
import { expect, test } from 'vitest';
import * as qr from '../index.ts';

const MODULES = { '@kassa/qr': qr, '@kassa/primitives': primitives };
const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);

test.each(examples)('the README says what %# gives', (code) => {
  let statements = 0;
  const script = code
    .replaceAll(/^import \{(.*)\} from '(.*)';$/gm, "const {$1} = modules['$2'];")
    .replaceAll(/^(.+); \/\/ (.+)$/gm, 'same($1, $2);');
  const run = runInThisContext(`(modules, same) => {${script}}`);
  run(MODULES, (found: unknown, expected: unknown) => {
    statements++;
    expect(found).toEqual(expected);
  });
  expect(statements).toBe([...code.matchAll(/; \/\/ /g)].length);
  expect(statements).toBeGreaterThan(1);
});

test('there are examples', () => {
  expect(examples).toHaveLength(4);
});
