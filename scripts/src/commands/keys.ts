import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type KeyDescription, KeyFileError, SecurityModuleError } from '@kassa/banks';
import { loadFixtures } from '@kassa/fixtures';
import { type DirectoryLock, lockDirectory, storageErrorOf } from '@kassa/storage';
import { type Command, Option } from 'commander';
import { CommandFailure } from '../failure.ts';
import { dataFiles } from '../system/files.ts';
import { injectAnew, injectTerminal, type KeySource, keySourceOf, makeKeys } from '../system/make-keys.ts';
import { hasKeys, type KeyPlace, keyFileOf, openSystemKeys, type SystemKeys } from '../system/system-keys.ts';
import { askKassa } from './ask-kassa.ts';
import { keyFileOption } from './options.ts';

interface PlaceOptions {
  readonly data: string;
  readonly keyFile?: string;
  readonly json?: true;
}

/** One line of `kassa keys list`. */
interface KeyLine extends KeyDescription {
  readonly party: string;
}

export function addKeys(program: Command, finish: (code: number) => void): void {
  const keys = program.command('keys').description('make, inject, list and change keys (docs/keys.md)');
  addInit(keys, finish);
  addInject(keys, finish);
  addList(keys, finish);
  addRotate(keys, finish);
}

function placeOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory', '.kassa')
    .addOption(keyFileOption())
    .option('--json', 'print one JSON object');
}

function addInit(keys: Command, finish: (code: number) => void): void {
  placeOptions(keys.command('init'))
    .description('make the key file and every key that is missing; nothing is overwritten')
    .option('--random', 'keys nobody knows, instead of the published test keys')
    .action((options: PlaceOptions & { readonly random?: true }) => {
      const wanted: KeySource = options.random ? 'random' : 'published';
      const place = placeOf(options);
      const lines = changing(place, () => {
        refuseLateRandom(place, wanted);
        const opened = openSystemKeys(place);
        const fixtures = loadFixtures();
        const source = keySourceOf(opened, fixtures) ?? wanted;
        if (wanted === 'random' && source === 'published') {
          throw new CommandFailure(
            `${place.directory} holds the published test keys already: they are not overwritten.\nRemedy: choose another directory with --data`,
          );
        }
        makeKeys(opened, fixtures, wanted);
        return linesOf(opened);
      });
      show(options, lines, `Key file  ${keyFileOf(place)}\n`);
      finish(0);
    });
}

function addInject(keys: Command, finish: (code: number) => void): void {
  placeOptions(keys.command('inject'))
    .description('give a terminal its initial PIN key, MAC key and key-exchange key')
    .requiredOption('--terminal <id>', 'which terminal')
    .option('--anew', 'other keys for a terminal that has some: its PIN pad has used them up, say')
    .action((options: PlaceOptions & { readonly terminal: string; readonly anew?: true }) => {
      const place = placeOf(options);
      const { terminal } = options;
      const lines = changing(place, () => {
        const opened = openExisting(place);
        const fixtures = loadFixtures();
        if (!fixtures.terminals.some(({ id }) => id === terminal)) {
          const known = fixtures.terminals.map(({ id }) => id).join(', ');
          throw new CommandFailure(`there is no terminal ${terminal.slice(0, 40)}; there are ${known}`);
        }
        injectTerminal(opened, fixtures, terminal);
        if (options.anew) injectAnew(opened, terminal);
        return linesOf(opened).filter(({ party }) => party === `terminal-${terminal}`);
      });
      show(options, lines);
      finish(0);
    });
}

function addList(keys: Command, finish: (code: number) => void): void {
  placeOptions(keys.command('list'))
    .description('name, usage, version, check value and age of every key, never a key; also while kassa runs')
    .action((options: PlaceOptions) => {
      show(
        options,
        explained(placeOf(options), () => linesOf(openExisting(placeOf(options)))),
      );
      finish(0);
    });
}

interface RotateOptions {
  readonly url: string;
  readonly terminal?: string;
  readonly json?: true;
}

interface Rotated {
  readonly terminal: string;
  readonly key: string;
  readonly version: string;
  readonly checkValue: string;
}

function addRotate(keys: Command, finish: (code: number) => void): void {
  keys
    .command('rotate')
    .description('let the terminals of a running kassa agree new MAC keys with their host (0800, DE 70 101)')
    .addOption(new Option('--url <url>', 'where kassa is running').default('http://127.0.0.1:8080'))
    .option('--terminal <id>', 'only this one')
    .option('--json', 'print one JSON array')
    .action(async (options: RotateOptions) => {
      const { url } = options;
      const terminals = options.terminal
        ? [options.terminal]
        : (await askKassa<readonly { id: string }[]>(url, '/v1/terminals')).map(({ id }) => id);
      const rotated: Rotated[] = [];
      for (const terminal of terminals) {
        const path = `/v1/terminals/${encodeURIComponent(terminal)}/key-exchange`;
        rotated.push({ terminal, ...(await askKassa<Omit<Rotated, 'terminal'>>(url, path, {})) });
      }
      const lines = rotated.map(
        ({ terminal, version, checkValue }) =>
          `terminal ${terminal}  new MAC key, version ${version}, check value ${checkValue}\n`,
      );
      process.stdout.write(options.json ? `${JSON.stringify(rotated)}\n` : lines.join(''));
      finish(0);
    });
}

function placeOf({ data, keyFile }: PlaceOptions): KeyPlace {
  return {
    directory: resolve(data),
    keyFile: keyFile === undefined ? null : resolve(keyFile),
    clock: Date.now,
  };
}

/** Beside a running kassa nothing is changed. */
function changing<T>(place: KeyPlace, job: () => T): T {
  return explained(place, () => {
    const lock: DirectoryLock = lockDirectory(place.directory ?? '');
    try {
      return job();
    } finally {
      lock.release();
    }
  });
}

function explained<T>(place: KeyPlace, job: () => T): T {
  try {
    return job();
  } catch (error) {
    const trouble = storageErrorOf(error, place.directory ?? '') ?? error;
    if (trouble instanceof CommandFailure || !(trouble instanceof Error)) throw error;
    const isOurs =
      trouble !== error || trouble instanceof KeyFileError || trouble instanceof SecurityModuleError;
    if (isOurs || trouble.name === 'StorageError')
      throw new CommandFailure(trouble.message, { cause: error });
    throw error;
  }
}

function openExisting(place: KeyPlace): SystemKeys {
  if (hasKeys(place)) return openSystemKeys(place);
  throw new CommandFailure(
    `there are no keys in ${place.directory}.\nRemedy: name its directory with --data, or make some with "kassa keys init"`,
  );
}

/** Cards and PINs of a directory in use depend on its keys: before there were key stores, those were the published ones. */
function refuseLateRandom(place: KeyPlace, wanted: KeySource): void {
  const { directory } = place;
  if (wanted === 'published' || hasKeys(place) || !existsSync(dataFiles(directory).ledger)) return;
  throw new CommandFailure(
    `${directory} was used with the published test keys: its cards would not verify under others.\nRemedy: choose another directory with --data`,
  );
}

function linesOf(keys: SystemKeys): KeyLine[] {
  return keys.parties().flatMap((party) =>
    keys
      .party(party)
      .list()
      .map((description) => ({ party, ...description })),
  );
}

function show({ json }: PlaceOptions, lines: readonly KeyLine[], head = ''): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ keys: lines.map(inJson) })}\n`);
    return;
  }
  const rows = [
    ['party', 'key', 'use', 'version', 'check value', 'made'],
    ...lines.map(({ party, name, type, usage, version, checkValue, createdMs }) => [
      party,
      name,
      `${usage} ${type}`,
      version,
      checkValue,
      new Date(createdMs).toISOString().slice(0, 19).replace('T', ' '),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const text = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  process.stdout.write(`${head}${text.map((line) => `${line.trimEnd()}\n`).join('')}`);
}

function inJson({ createdMs, ...line }: KeyLine) {
  return {
    ...line,
    created: new Date(createdMs).toISOString(),
    ageDays: Math.floor((Date.now() - createdMs) / 86_400_000),
  };
}
