import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryDirectory } from './testing/kassa-process.ts';

const PREPARE = fileURLToPath(new URL('../prepare.js', import.meta.url));

test('an old Node.js is told which one is needed', () => {
  const script = `
    Object.defineProperty(process.versions, 'node', { value: '18.19.1' });
    const { prepareOrExit } = await import(${JSON.stringify(PREPARE)});
    await prepareOrExit();`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toBe(
    'Kassa needs Node.js 20.19 or newer; this is 18.19.1.\n' +
      'Remedy: install the version in .nvmrc (with nvm: "nvm install") and run the command again.\n',
  );
});

test('an install that fails says which compiler is missing and how to get it', () => {
  const clone = temporaryDirectory();
  mkdirSync(join(clone, 'scripts'));
  cpSync(PREPARE, join(clone, 'scripts/prepare.js'));
  writeFileSync(
    join(clone, 'package.json'),
    '{ "name": "clone", "type": "module", "workspaces": [], "dependencies": { "better-sqlite3": "*" } }',
  );
  // Out of step with package.json, so that the install fails at once and without a network.
  writeFileSync(
    join(clone, 'package-lock.json'),
    '{ "name": "clone", "lockfileVersion": 3, "packages": { "": { "name": "clone" } } }',
  );
  const bin = join(clone, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  const npm = spawnSync('npm', ['root', '--global'], { encoding: 'utf8' }).stdout.trim();
  const { status, stderr } = spawnSync(process.execPath, [join(clone, 'scripts/prepare.js')], {
    encoding: 'utf8',
    env: { HOME: clone, PATH: bin, npm_execpath: join(npm, 'npm/bin/npm-cli.js') },
  });
  expect(stderr).toContain('kassa: installing packages (first run: SQLite may be compiled, a minute or two)');
  expect(stderr).toContain('Missing to compile SQLite: python3, make, g++.');
  expect(stderr).toContain(
    'Remedy: Debian or Ubuntu: apt-get install -y python3 make g++; macOS: xcode-select --install',
  );
  expect(status).toBe(2);
});
