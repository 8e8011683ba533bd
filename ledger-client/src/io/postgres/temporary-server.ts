import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { assert } from '@kassa/primitives';

/** A PostgreSQL server of one's own for tests and measurements: durable as any other, its data gone at the end. */
export interface TemporaryPostgres {
  readonly url: string;
  readonly port: number;
  /** Kills the server and all its processes at once, as a loss of power would. */
  crash(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Ends it and removes its data. Happens by itself when this process ends. */
  stop(): Promise<void>;
}

/** Where Debian keeps the programs of each version. */
const DEBIAN_DIRECTORY = '/usr/lib/postgresql';

/** The folder with `initdb` and `postgres`, the newest version first; undefined when there is none. */
export function findPostgresPrograms(): string | undefined {
  const debian = existsSync(DEBIAN_DIRECTORY) ? readdirSync(DEBIAN_DIRECTORY) : [];
  const newestFirst = debian.sort((left, right) => Number(right) - Number(left));
  return [
    ...newestFirst.map((version) => join(DEBIAN_DIRECTORY, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** How long the server may take to be ready, recovery after a crash included. */
const READY_TIMEOUT_MS = 30_000;

/** The user `nobody` of Debian: PostgreSQL does not run as root. */
const NOBODY = 65_534;

/**
 * Makes a database cluster in a temporary directory and starts it on a free port of the loopback address.
 * @param programs folder with `initdb` and `postgres`. @throws (rejects) Error with the server's log when it does not start.
 */
export async function startTemporaryPostgres(programs: string): Promise<TemporaryPostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'kassa-postgres-'));
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  try {
    const password = randomBytes(12).toString('hex');
    writeFileSync(join(directory, 'password'), password);
    for (const path of [directory, join(directory, 'password')]) {
      chmodSync(path, 0o700);
      if (identity.uid !== undefined) chownSync(path, identity.uid, identity.gid);
    }
    await promisify(execFile)(
      join(programs, 'initdb'),
      // --no-sync: of the empty cluster only; the server itself syncs every commit.
      ['-D', join(directory, 'data'), '-U', 'kassa', '-A', 'scram-sha-256', '--pwfile']
        .concat(join(directory, 'password'))
        .concat('-E', 'UTF8', '--locale=C', '--no-sync'),
      { ...identity, cwd: directory },
    );
    const port = await freePort();
    const url = `postgres://kassa:${password}@127.0.0.1:${port}/postgres`;
    return await running({ programs, directory, port, url, identity });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

interface Place {
  readonly programs: string;
  readonly directory: string;
  readonly port: number;
  readonly url: string;
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

async function running(place: Place): Promise<TemporaryPostgres> {
  let guard = launch(place);
  const postmaster = (): string[] => {
    const path = join(place.directory, 'data', 'postmaster.pid');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  };
  const waitUntilReady = async (): Promise<void> => {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    // The eighth line of the file is the server's state (PostgreSQL source, miscadmin.h).
    while (postmaster()[7]?.trim() !== 'ready') {
      if (guard.exitCode !== null || performance.now() > deadlineMs) {
        throw new Error(
          `the PostgreSQL server did not start: ${readFileSync(join(place.directory, 'log'), 'utf8')}`,
        );
      }
      await pause(20);
    }
  };
  await waitUntilReady();
  return {
    url: place.url,
    port: place.port,
    crash: async () => {
      const pid = Number(postmaster()[0]);
      assert(pid > 1, 'the server runs');
      const children = childrenOf(pid);
      for (const each of [pid, ...children]) kill(each);
      while (statOf(pid) !== undefined || children.some(isAlive)) await pause(5);
      // The shell has seen its child die; what it would do at the end must not happen now.
      guard.kill('SIGKILL');
      guard.stdin?.destroy();
    },
    restart: async () => {
      rmSync(join(place.directory, 'data', 'postmaster.pid'), { force: true });
      guard = launch(place);
      await waitUntilReady();
    },
    stop: async () => {
      guard.stdin?.end();
      if (guard.exitCode === null && guard.signalCode === null) {
        await new Promise((resolve) => guard.once('exit', resolve));
      }
      rmSync(place.directory, { recursive: true, force: true });
    },
  };
}

/** A shell between us and the server ends it and removes its data as soon as its input closes, however this process ended. */
function launch({ programs, directory, port, identity }: Place): ChildProcess {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${directory}`,
    'max_connections=50',
    'shared_buffers=64MB',
    'max_wal_size=1GB',
  ].flatMap((setting) => ['-c', setting]);
  const script =
    'folder=$1; shift; "$@" >>"$folder/log" 2>&1 </dev/null & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; rm -rf "$folder"';
  return spawn(
    'sh',
    ['-c', script, 'sh', directory, join(programs, 'postgres'), '-D', join(directory, 'data'), ...settings],
    { ...identity, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] },
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      assert(typeof address === 'object' && address !== null, 'a TCP server has an address');
      server.close(() => resolve(address.port));
    });
  });
}

/** From `/proc` (Linux), since every process of the server is a session of its own and in no group with it. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statOf(pid)?.[1]) === parent);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  // A zombie is dead.
  return stat !== undefined && stat[0] !== 'Z';
}

/** State, parent and so on (proc(5)), after the name, which may hold anything. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
