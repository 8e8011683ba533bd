// Makes a fresh clone runnable: checks Node, installs from the lock file when it changed, builds what changed.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 20;
const NODE_MINOR_MIN = 19;
const LOCK_WAIT_MS_MAX = 15 * 60 * 1000;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const statePath = join(root, '.build', 'state.json');
const lockPath = join(root, '.build', 'lock');

class PrepareError extends Error {}

export async function prepare() {
  checkNode();
  const state = readState();
  const wanted = wantedState();
  if (isCurrent(state, wanted)) return;
  await withLock(async () => {
    const current = readState();
    if (needsInstall(current, wanted)) await install(wanted);
    else if (current.nodeAbi !== wanted.nodeAbi) await rebuildNative(wanted);
    writeState({ ...readState(), lock: wanted.lock, nodeAbi: wanted.nodeAbi });
    if (current.server !== wanted.server || !existsSync(join(root, 'scripts/dist/main.js'))) {
      await run('compiling', [process.execPath, 'node_modules/typescript/bin/tsc', '-b']);
      writeState({ ...readState(), server: wanted.server });
    }
    if (current.web !== wanted.web || !existsSync(join(root, 'web/dist/site/index.html'))) {
      const vite = [process.execPath, 'node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'];
      // A test runner sets NODE_ENV=test, and a page built under it would carry the development React.
      await run('building the pages', vite, { NODE_ENV: 'production' });
      writeState({ ...readState(), web: wanted.web });
    }
  });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE_MAJOR_MIN || (major === NODE_MAJOR_MIN && minor >= NODE_MINOR_MIN)) return;
  throw new PrepareError(
    `Kassa needs Node.js ${NODE_MAJOR_MIN}.${NODE_MINOR_MIN} or newer; this is ${process.versions.node}.\n` +
      'Remedy: install the version in .nvmrc (with nvm: "nvm install") and run the command again.',
  );
}

function isCurrent(state, wanted) {
  return (
    !needsInstall(state, wanted) &&
    state.nodeAbi === wanted.nodeAbi &&
    state.server === wanted.server &&
    state.web === wanted.web &&
    existsSync(join(root, 'scripts/dist/main.js')) &&
    existsSync(join(root, 'web/dist/site/index.html'))
  );
}

function needsInstall(state, wanted) {
  return state.lock !== wanted.lock || !existsSync(join(root, 'node_modules/.package-lock.json'));
}

function wantedState() {
  return {
    lock: createHash('sha256')
      .update(readFileSync(join(root, 'package-lock.json')))
      .digest('hex'),
    nodeAbi: `${process.platform}-${process.arch}-${process.versions.modules}`,
    server: fingerprint((path) => !path.startsWith('web/')),
    web: fingerprint((path) => path.startsWith('web/')),
  };
}

// Path, size and time of every source: quick enough to take at each start, and any edit changes it.
function fingerprint(belongs) {
  const hash = createHash('sha256');
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const workspace of workspaces) {
    for (const file of sourcesOf(join(root, workspace))) {
      const path = relative(root, file);
      if (!belongs(path)) continue;
      const { size, mtimeMs } = statSync(file);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function sourcesOf(folder) {
  const files = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'data', 'bin'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...sourcesOf(path));
    else if (/\.(ts|tsx|css|html|json|svg)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      files.push(path);
  }
  return files.sort();
}

async function install(wanted) {
  const first = !existsSync(join(root, 'node_modules'));
  try {
    await run(`installing packages${first ? ' (first run: SQLite may be compiled, a minute or two)' : ''}`, [
      ...npmCommand(),
      'ci',
      // The compilers are among them, also where NODE_ENV=production.
      '--include=dev',
      '--no-audit',
      '--no-fund',
    ]);
  } catch (error) {
    throw new PrepareError(`${error.message}\n${compilerRemedy()}`, { cause: error });
  }
  loadNative(wanted);
}

async function rebuildNative(wanted) {
  try {
    await run('building SQLite for this version of Node.js', [...npmCommand(), 'rebuild', 'better-sqlite3']);
  } catch (error) {
    throw new PrepareError(`${error.message}\n${compilerRemedy()}`, { cause: error });
  }
  loadNative(wanted);
}

// The install may succeed while its build scripts were not allowed to run: find out here, with a remedy.
function loadNative() {
  const probe = "new (require('better-sqlite3'))(':memory:').close()";
  const { status } = spawnSync(process.execPath, ['-e', probe], { cwd: root, stdio: 'ignore' });
  if (status === 0) return;
  throw new PrepareError(
    `SQLite (better-sqlite3) was installed but does not load in Node.js ${process.versions.node}.\n${compilerRemedy()}`,
  );
}

function compilerRemedy() {
  const missing = [
    ['python3', ['python3', '--version']],
    ['make', ['make', '--version']],
    ['g++', ['g++', '--version']],
  ].filter(([, [command, ...args]]) => spawnSync(command, args, { stdio: 'ignore' }).error);
  if (missing.length === 0) return 'Remedy: read the lines above; then run the command again.';
  return (
    `Missing to compile SQLite: ${missing.map(([name]) => name).join(', ')}.\n` +
    'Remedy: Debian or Ubuntu: apt-get install -y python3 make g++; macOS: xcode-select --install; then run the command again.'
  );
}

// Run through npm, the same npm; otherwise the one beside this Node.js, or the first on the path.
function npmCommand() {
  const given = process.env.npm_execpath;
  if (given && /npm-cli\.js$/.test(given)) return [process.execPath, given];
  const beside = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  if (existsSync(beside)) return [process.execPath, beside];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

// Headers that lie beside this Node.js fit it, whatever a configuration made for another version says.
function ownHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {};
}

// Runs a program, showing what is done and for how long; its output only when it fails.
async function run(what, [command, ...args], settings = {}) {
  const startedMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedMs) / 1000);
  const line = process.stderr.isTTY;
  process.stderr.write(`kassa: ${what} …${line ? '' : '\n'}`);
  const ticker = setInterval(
    () =>
      process.stderr.write(line ? `\rkassa: ${what} … ${seconds()} s` : `kassa: ${what} … ${seconds()} s\n`),
    line ? 1000 : 15_000,
  );
  const env = { ...process.env, ...ownHeaders(), ...settings };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const status = await new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        new PrepareError(
          `${command} cannot be run: ${error.message}\nRemedy: install Node.js with npm, then run the command again.`,
          {
            cause: error,
          },
        ),
      ),
    );
    child.on('close', resolve);
  }).finally(() => clearInterval(ticker));
  process.stderr.write(
    `${line ? '\r' : ''}kassa: ${what} … ${status === 0 ? 'done' : 'failed'} in ${seconds()} s\n`,
  );
  if (status !== 0) throw new PrepareError(`${output.trim()}\nkassa: ${what} failed.`);
}

// Two commands started at once: one prepares, the other waits for it.
async function withLock(action) {
  const startedMs = Date.now();
  mkdirSync(dirname(lockPath), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lockPath, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!holderAlive()) rmSync(lockPath, { force: true });
      else if (Date.now() - startedMs > LOCK_WAIT_MS_MAX) {
        throw new PrepareError(
          `Another kassa command has been preparing for too long.\nRemedy: remove ${lockPath}`,
          { cause: error },
        );
      } else await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    await action();
  } finally {
    rmSync(lockPath, { force: true });
  }
}

function holderAlive() {
  try {
    const pid = Number(readFileSync(lockPath, 'utf8'));
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readState() {
  try {
    return JSON.parse(readFileSync(statePath, 'utf8'));
  } catch {
    return {};
  }
}

function writeState(state) {
  mkdirSync(dirname(statePath), { recursive: true });
  writeFileSync(statePath, JSON.stringify(state));
}

// The command line of Kassa uses this too, so a stale build is never run.
export async function prepareOrExit() {
  try {
    await prepare();
  } catch (error) {
    if (!(error instanceof PrepareError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepareOrExit();
