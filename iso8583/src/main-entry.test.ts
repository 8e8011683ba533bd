import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Every module the file reaches, by its path or its name. */
function reached(path: string, seen: Set<string>): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(/\bfrom '([^']+)'/g)) {
    if (name.startsWith('.')) reached(join(dirname(path), name), seen);
    else seen.add(name);
  }
  return seen;
}

test('the main entry runs in a browser: nothing it reaches is of Node.js', () => {
  const source = dirname(fileURLToPath(import.meta.url));
  const all = [...reached(join(source, 'index.ts'), new Set())];
  expect(all).toContain(join(source, 'session', 'host-session.ts'));
  expect(all.filter((name) => name.startsWith('node:') || name.includes('/io/'))).toEqual([]);
});
