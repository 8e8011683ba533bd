import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { luhnValid } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { VERSION } from './version.ts';

/** What a linter cannot see: the shape of the whole. */
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** docs/architecture.md, "Folders": the arrows, as data. A folder not named as a target may not be imported. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  primitives: [],
  storage: ['primitives'],
  iso8583: ['primitives'],
  emv: ['primitives'],
  qr: ['primitives'],
  fixtures: ['primitives'],
  'ledger-client': ['primitives', 'storage'],
  banks: ['primitives', 'storage', 'emv', 'ledger-client'],
  acquirer: ['primitives', 'storage', 'iso8583', 'emv', 'qr', 'banks', 'ledger-client'],
  terminal: ['primitives', 'storage', 'iso8583', 'emv', 'qr'],
  web: [],
  scripts: [
    'primitives',
    'storage',
    'iso8583',
    'emv',
    'qr',
    'fixtures',
    'ledger-client',
    'banks',
    'acquirer',
    'terminal',
  ],
};

/** Folders whose code does no I/O outside `io/` and `crypto/`. */
const CORE = ['primitives', 'iso8583', 'emv', 'qr', 'ledger-client', 'banks', 'acquirer', 'terminal'];

const LINES_MAX = 400;
/** Tables, not code. */
const TABLES =
  /\/(tags|contactless-tags|bit-meanings|tag-names-(ru|kk)|words-(ru|kk)|data-elements-\d{4}|response-code)\.ts$/;

/** Words that say less than another, with that other. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bwhite-?list/i, 'allow list'],
  [/\bblack-?list/i, 'block list'],
  [/\be-?tenge\b/i, 'digital tenge'],
  [/\bcrypto-?tenge\b/i, 'digital tenge'],
  [/\bcard bins?\b/i, 'issuer identification number'],
  [/\bmag-?strip\b/i, 'magnetic stripe'],
  [/\bTODO\b|\bFIXME\b|\bXXX\b/, 'doing it, or an issue'],
  [/(?<!node:)\butils?\b/i, 'a name for what it does'],
  [/\bdummy\b/i, 'what it really is'],
  [/@ts-(ignore|expect-error)/, 'a right type'],
  [/\.(only|skip|todo)\(/, 'a test that runs'],
];
/** They define or quote the words. */
const MAY_QUOTE = new Set(['scripts/src/tidy.test.ts', 'package-lock.json', 'LICENSE']);

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));
const sources = files.filter((path) => /^[^/]+\/src\/.*\.tsx?$/.test(path));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const json = (path: string) => JSON.parse(read(path));
const folderOf = (path: string): string => path.slice(0, path.indexOf('/'));
/** What the packages export, as sources. */
const exported: ReadonlySet<string> = new Set(
  Object.keys(MAY_IMPORT).flatMap((folder) =>
    Object.values<{ readonly source?: string }>(json(`${folder}/package.json`).exports ?? {}).flatMap(
      ({ source }) => (source ? [join(folder, source)] : []),
    ),
  ),
);
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || path.includes('/testing/');

/** Every module a file names, type imports too. */
function importsOf(path: string): string[] {
  const text = read(path);
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\('([^']+)'\)|createRequire\(import\.meta\.url\)\('([^']+)'\)/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
}

describe('folders', () => {
  const folders: readonly string[] = json('package.json').workspaces;

  test('are those of the architecture', () => {
    expect([...folders].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  test.each(folders)(
    '%s declares what the architecture allows, and references what it declares',
    (folder) => {
      const declared = Object.keys(json(`${folder}/package.json`).dependencies ?? {})
        .filter((name) => name.startsWith('@kassa/'))
        .map((name) => name.slice('@kassa/'.length));
      const references = (json(`${folder}/tsconfig.json`).references ?? []).map(
        ({ path }: { path: string }) => path.slice(3),
      );
      expect(declared.filter((name) => !MAY_IMPORT[folder]?.includes(name))).toEqual([]);
      expect([...references].sort()).toEqual([...declared].sort());
    },
  );

  test.each(folders)('%s imports only what it declares, and uses all of it', (folder) => {
    const manifest = json(`${folder}/package.json`);
    const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
    const used = new Set<string>();
    const undeclared: string[] = [];
    for (const path of sources.filter((source) => folderOf(source) === folder && !isTest(source))) {
      for (const name of importsOf(path)) {
        if (name.startsWith('.') || name.startsWith('node:')) continue;
        const packageName = name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/');
        used.add(packageName);
        if (!declared.has(packageName)) undeclared.push(`${path}: ${name}`);
      }
    }
    expect(undeclared).toEqual([]);
    const runtime = Object.keys(manifest.dependencies ?? {});
    expect(runtime.filter((name) => !used.has(name))).toEqual([]);
  });

  test('terminal and acquirer meet as bytes on a socket, and nothing imports scripts', () => {
    const crossing = sources
      .filter((path) => !isTest(path))
      .flatMap((path) =>
        importsOf(path)
          .filter(
            (name) =>
              (folderOf(path) === 'terminal' && name === '@kassa/acquirer') ||
              (folderOf(path) === 'acquirer' && name === '@kassa/terminal') ||
              name === '@kassa/scripts' ||
              /^\.\.?\/(\.\.\/)+[a-z0-9-]+\/src/.test(name),
          )
          .map((name) => `${path}: ${name}`),
      );
    expect(crossing).toEqual([]);
  });
});

test('core code does no I/O: no Node.js modules, clocks, randomness or sockets outside io/ and crypto/', () => {
  const forbidden =
    /\bnode:|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bWebSocket\b|\bfetch\(|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bprocess\.|\bBuffer\./;
  const core = sources.filter(
    (path) => CORE.includes(folderOf(path)) && !isTest(path) && !/\/(io|crypto)\//.test(path),
  );
  expect(core.length).toBeGreaterThan(50);
  const found = core.filter((path) => forbidden.test(withoutComments(read(path))));
  expect(found).toEqual([]);
  const crypto = sources.filter((path) => /\/crypto\//.test(path) && !isTest(path));
  expect(crypto.filter((path) => importsOf(path).some((name) => /^node:(?!crypto$)/.test(name)))).toEqual([]);
  expect(crypto.filter((path) => /random(Bytes|UUID|Int|FillSync)/.test(read(path)))).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

test('every source file is reached from an entry point or from a test', () => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path) || !existsSync(join(ROOT, path))) return;
    reached.add(path);
    if (!/\.tsx?$/.test(path)) return;
    for (const name of importsOf(path)) {
      if (name.startsWith('.')) visit(relative(ROOT, resolve(ROOT, dirname(path), name)));
    }
  };
  for (const path of sources) {
    const isEntry =
      exported.has(path) ||
      /\/(src\/index\.ts|main\.tsx?)$/.test(path) ||
      /\.test\.tsx?$/.test(path) ||
      path.endsWith('.d.ts');
    if (isEntry) visit(path);
  }
  expect(sources.filter((path) => !reached.has(path))).toEqual([]);
  // A file that only its own test uses is dead too, unless it is made for tests.
  const product = new Set<string>();
  const walk = (path: string): void => {
    if (product.has(path) || !existsSync(join(ROOT, path))) return;
    product.add(path);
    for (const name of importsOf(path)) {
      if (name.startsWith('.')) walk(relative(ROOT, resolve(ROOT, dirname(path), name)));
    }
  };
  for (const path of sources)
    if (exported.has(path) || /\/(src\/index\.ts|main\.tsx?)$/.test(path)) walk(path);
  expect(sources.filter((path) => !isTest(path) && !path.endsWith('.d.ts') && !product.has(path))).toEqual(
    [],
  );
});

test('no number that could be a card stands outside fixtures/', () => {
  const found = files
    .filter((path) => !path.startsWith('fixtures/') && path !== 'package-lock.json')
    .flatMap((path) =>
      [...read(path).matchAll(/(?<![\dA-Fa-f])\d{13,19}(?![\dA-Fa-f])/g)]
        .filter(([digits]) => luhnValid(digits) && !/^(\d)\1+$/.test(digits))
        .map(([digits]) => `${path}: ${digits.slice(0, 6)}…`),
    );
  expect(found).toEqual([]);
});

test.each(BANNED)('%s is not written: there is a better word', (pattern, better) => {
  const found = files
    .filter((path) => !MAY_QUOTE.has(path) && /\.(ts|tsx|js|md|json|css|html)$/.test(path))
    .flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
    );
  expect(found, `write: ${better}`).toEqual([]);
});

test(`no file is longer than ${LINES_MAX} lines, tables aside`, () => {
  const long = sources.filter((path) => !TABLES.test(path) && read(path).split('\n').length > LINES_MAX + 1);
  expect(long).toEqual([]);
});

test('every dependency says in docs/dependencies.md what it is for', () => {
  const text = read('docs/dependencies.md');
  const names = [
    'package.json',
    ...Object.keys(MAY_IMPORT).map((folder) => `${folder}/package.json`),
  ].flatMap((path) => {
    const { dependencies = {}, devDependencies = {} } = json(path);
    return Object.keys({ ...dependencies, ...devDependencies });
  });
  const missing = [...new Set(names)].filter(
    (name) => !name.startsWith('@kassa/') && !text.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});

test('the version is the one in package.json', () => {
  expect(VERSION).toBe(json('package.json').version);
});

test('the lock file names no registry', () => {
  expect(read('package-lock.json')).not.toContain('"resolved": "http');
});
