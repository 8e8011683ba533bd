import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from './lock-directory.ts';
import { StorageError } from './storage-error.ts';

let root: string;
let directory: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kassa-lock-'));
  directory = join(root, 'data');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

// The child takes the lock the way lockDirectory does, without TypeScript: Node 20 cannot load the source itself.
const HOLDER = `
  const Sqlite = require(process.argv[1]);
  const { writeFileSync, mkdirSync } = require('node:fs');
  mkdirSync(process.argv[2], { recursive: true });
  const db = new Sqlite(process.argv[2] + '/lock.db');
  db.exec('BEGIN EXCLUSIVE');
  writeFileSync(process.argv[2] + '/lock.pid', process.pid + '\\n');
  console.log('held');
  setInterval(() => db.open, 1000);
`;

async function holdInChild(): Promise<ChildProcess> {
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  const child = spawn(process.execPath, ['-e', HOLDER, library, directory]);
  children.push(child);
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', reject);
  });
  return child;
}

function refusal(): StorageError {
  try {
    lockDirectory(directory);
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('lockDirectory', () => {
  it('creates the directory for its owner alone and names the holder', () => {
    const lock = lockDirectory(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(directory, 'lock.pid'), 'utf8')).toBe(`${process.pid}\n`);
    lock.release();
  });

  it('refuses a second holder in the same process, and is free after release', () => {
    const lock = lockDirectory(directory);
    expect(refusal().code).toBe('locked');
    lock.release();
    expect(existsSync(join(directory, 'lock.pid'))).toBe(false);
    const next = lockDirectory(directory);
    lock.release();
    expect(refusal().code).toBe('locked');
    next.release();
  });

  it('names the process that holds it and what to do', async () => {
    const child = await holdInChild();
    const error = refusal();
    expect(error).toMatchObject({ code: 'locked', path: directory });
    expect(error.message).toBe(
      `${directory} is in use by process ${child.pid}. Stop it (kill ${child.pid}), or choose another data directory.`,
    );
  });

  it('says less when the holder has not written its id yet', async () => {
    await holdInChild();
    rmSync(join(directory, 'lock.pid'));
    expect(refusal().message).toBe(
      `${directory} is in use by another process. Stop that process, or choose another data directory.`,
    );
  });

  it('is free again after its holder is killed', async () => {
    const child = await holdInChild();
    expect(refusal().code).toBe('locked');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    lockDirectory(directory).release();
  });
});
