import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nextSchema, postgresForTests } from '../../../ledger-client/src/testing/postgres-for-tests.ts';
import { kassa, kassaUp } from '../testing/kassa-process.ts';

let folder: string;
let server: pg.Client;
let databases: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kassa-on-postgres-'));
  databases = [];
  server = new pg.Client({ connectionString: await postgresForTests() });
  await server.connect();
});
afterEach(async () => {
  for (const database of databases) await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The URL of a new database. */
async function newDatabase(): Promise<string> {
  const database = nextSchema();
  await server.query(`CREATE DATABASE ${database}`);
  databases.push(database);
  const url = new URL(await postgresForTests());
  url.pathname = `/${database}`;
  return url.href;
}

test('the whole system runs with its ledger on PostgreSQL, and survives being killed', async () => {
  const url = await newDatabase();
  const { password, username } = new URL(url);
  const place = ['--data', join(folder, 'data'), '--ledger', url];
  const first = await kassaUp(...place);
  const pay = await kassa(
    'pay',
    '--url',
    first.url,
    '--amount',
    '1500.00',
    '--card',
    'halyk-visa',
    '--entry',
    'chip',
  );
  expect(pay.stderr).toBe('');
  expect(pay.code).toBe(0);
  // What `ps` shows of it to every user of the machine.
  expect(readFileSync(`/proc/${first.pid}/cmdline`, 'utf8')).not.toContain(password);
  await first.kill();
  const second = await kassaUp(...place);
  const audit = await kassa('audit', ...place, '--json');
  expect(JSON.parse(audit.stdout)).toMatchObject({ ok: true, payments: 1, inFlight: 0, findings: [] });
  expect(await second.stop()).toBe(0);
  expect([first, second].map(({ output }) => output.stderr)).toEqual(['', '']);

  const journal = await kassa('ledger', 'export', '--ledger', url);
  expect(journal.stdout).toContain('["execute"');
  const file = join(folder, 'journal.jsonl');
  writeFileSync(file, journal.stdout);
  const other = await newDatabase();
  const imported = await kassa('ledger', 'import', file, '--ledger', other);
  expect(imported.stdout).toMatch(/^\d+ entries, head [0-9a-f]{64}\n$/);
  expect((await kassa('ledger', 'export', '--ledger', other)).stdout).toBe(journal.stdout);
  const again = await kassa('ledger', 'import', file, '--ledger', other);
  expect([again.code, again.stderr]).toEqual([
    2,
    `kassa: postgres://${username}@${new URL(other).host}/${databases[1]} holds a ledger already. Name another database.\n`,
  ]);
  const statement = await kassa('ledger', 'statement', 'dt-merchant-000001', '--ledger', other, '--json');
  expect(JSON.parse(statement.stdout)).toMatchObject({ account: 'dt-merchant-000001', openingBalance: '0' });
}, 120_000);

test.each([
  ['postgres://kassa:geheim@127.0.0.1:1/books', 'postgres://kassa@127.0.0.1:1/books cannot be reached'],
  ['postgres://kassa:geheim@/books', 'a PostgreSQL address is postgres://USER@HOST:PORT/DATABASE'],
])(
  'a ledger that cannot be opened is named without its password: %s',
  async (url, message) => {
    for (const args of [
      ['up', '--data', join(folder, 'data'), '--http', '0', '--iso', '0', '--ledger', url],
      ['ledger', 'export', '--ledger', url],
    ]) {
      const { code, stdout, stderr } = await kassa(...args);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stdout + stderr).not.toContain('geheim');
    }
  },
  120_000,
);
