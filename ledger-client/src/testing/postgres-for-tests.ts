import { spawnSync } from 'node:child_process';
import { findPostgresPrograms, startTemporaryPostgres } from '../io/postgres/temporary-server.ts';

let url: Promise<string> | undefined;
let schemas = 0;

/**
 * The server that tests share: KASSA_POSTGRES_URL, or one of this process's own, which ends with it.
 * @throws (rejects) Error that says in one line what is missing.
 */
export function postgresForTests(): Promise<string> {
  const given = process.env.KASSA_POSTGRES_URL;
  url ??= given ? Promise.resolve(given) : startTemporaryPostgres(postgresPrograms()).then((one) => one.url);
  return url;
}

/** A schema no other test uses, also in a database that several runs share. */
export function nextSchema(): string {
  return `test_${process.pid}_${Date.now().toString(36)}_${++schemas}`;
}

/**
 * The folder of the server's programs, installed from Debian's packages where that is possible.
 * @throws Error that says in one line what is missing.
 */
export function postgresPrograms(): string {
  const found = findPostgresPrograms();
  if (found) return found;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0) {
    const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
    spawnSync('apt-get', ['update'], options);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], options);
  }
  const installed = findPostgresPrograms();
  if (installed) return installed;
  throw new Error(
    'this test needs a PostgreSQL server: install one (Debian: apt-get install -y postgresql), or name one with KASSA_POSTGRES_URL, and run again',
  );
}
