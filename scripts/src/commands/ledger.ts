import { createReadStream, existsSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  accountId,
  exportJournal,
  IdentifierError,
  importJournal,
  importPostgresLedger,
  type JournalHead,
  JournalRefused,
  label,
  openLedger,
  PostgresAddressError,
  type Statement,
  sha256Hex,
} from '@kassa/ledger-client';
import { displayTenge } from '@kassa/primitives';
import { lockDirectory, storageErrorOf } from '@kassa/storage';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailure } from '../failure.ts';
import { dataFiles } from '../system/files.ts';
import { openReaderAt } from '../system/ledger-place.ts';
import { type LedgerOption, ledgerOption, takeLedgerUrl } from './ledger-option.ts';

/** Whose ledger is meant. */
const INSTEAD = 'a ledger on PostgreSQL instead of the data directory’s';

/** The longest entry sets a label's policy with its lists full: a sixth of this. */
const LINE_CHARACTERS_MAX = 1_000_000;

type Reader = Awaited<ReturnType<typeof openReaderAt>>;

interface DataOption extends LedgerOption {
  readonly data: string;
}

interface StatementOptions extends DataOption {
  readonly label?: string;
  readonly from?: Point;
  readonly to?: Point;
  readonly after?: number;
  readonly limit?: number;
  readonly json?: true;
}

/** A place in the journal: its sequence number, or an instant. */
type Point = { readonly sequence: number } | { readonly atMs: number };

export function addLedger(program: Command, finish: (code: number) => void): void {
  const ledger = program
    .command('ledger')
    .description('take the digital tenge ledger out of a data directory and in again; statements');
  ledger
    .command('export')
    .description('print the journal as JSON lines; also while kassa is running on it')
    .option('--data <dir>', 'data directory', '.kassa')
    .option('--from <sequence>', 'first entry', parseWhole, 1)
    .addOption(ledgerOption(INSTEAD))
    .action(async ({ from, ...options }: DataOption & { from: number }) => {
      await reading(options, async (reader) => {
        for await (const line of exportJournal(reader, from)) await print(`${line}\n`);
      });
      finish(0);
    });
  ledger
    .command('import <file>')
    .description(
      'verify an exported journal (- for standard input) and make a ledger of it in a data directory',
    )
    .option('--data <dir>', 'data directory, without a ledger', '.kassa')
    .addOption(ledgerOption(INSTEAD))
    .addHelpText(
      'after',
      '\nExit code: 0 the same ledger, 1 the journal is refused and nothing is made, 2 could not run.',
    )
    .action(async (file: string, options: DataOption) => {
      const url = takeLedgerUrl(options);
      finish(
        await (url === undefined ? runImport(file, resolve(options.data)) : runPostgresImport(file, url)),
      );
    });
  ledger
    .command('statement <account>')
    .description('print what came and went on a digital account; also while kassa is running on it')
    .option('--data <dir>', 'data directory', '.kassa')
    .addOption(ledgerOption(INSTEAD))
    .option('--label <label>', 'of marked money; without it, of unmarked')
    .option('--from <point>', 'journal entry number or ISO 8601 instant, included', parsePoint)
    .option('--to <point>', 'journal entry number or ISO 8601 instant, included', parsePoint)
    .option('--limit <lines>', 'lines, at most 1000', parseWhole)
    .option('--after <key>', 'continue after a page: its "next"', parseWhole)
    .option('--json', 'print the page as one JSON object, amounts in tiyn')
    .action(async (account: string, options: StatementOptions) => {
      const page = await reading(options, (reader) => statementOf(reader, account, options));
      await print(options.json ? `${JSON.stringify(inJson(page))}\n` : inWords(page));
      finish(0);
    });
}

function parseWhole(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a whole number.');
}

function parsePoint(text: string): Point {
  if (/^\d{1,15}$/.test(text)) return { sequence: Number(text) };
  const atMs = Date.parse(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(atMs)) return { atMs };
  throw new InvalidArgumentError(
    'write a journal entry number, or an instant like 2026-11-24T00:00:00+05:00.',
  );
}

async function reading<T>(options: DataOption, use: (reader: Reader) => Promise<T>): Promise<T> {
  const { ledger: path } = dataFiles(resolve(options.data));
  return withTroubles(path, async () => {
    const reader = await openReaderAt({ file: path, url: takeLedgerUrl(options) });
    try {
      return await use(reader);
    } finally {
      await reader.close();
    }
  });
}

/** What the user can do something about becomes a message; the rest is a bug. */
async function withTroubles<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const isTrouble =
      error instanceof IdentifierError || error instanceof PostgresAddressError || isFileError(error);
    const trouble = isTrouble ? error : storageErrorOf(error, path);
    if (trouble) throw new CommandFailure(trouble.message, { cause: error });
    throw error;
  }
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

/** Waits for a slow reader, so that a long journal is never all in memory. */
function print(text: string): Promise<void> {
  if (process.stdout.write(text)) return Promise.resolve();
  return new Promise((done) => {
    process.stdout.once('drain', done);
  });
}

/** Beside the ledger until all of it is verified, so that a refused journal leaves nothing behind. */
async function runImport(file: string, directory: string): Promise<number> {
  const { ledger: path } = dataFiles(directory);
  return withTroubles(path, async () => {
    const lock = lockDirectory(directory);
    const unfinished = `${path}.import`;
    try {
      if (existsSync(path)) {
        throw new CommandFailure(`${path} exists.\nRemedy: name another data directory with --data`);
      }
      removeDatabase(unfinished);
      const { sequence, hash } = await importInto(unfinished, file);
      renameSync(unfinished, path);
      await print(`${sequence} entries, head ${hash}\n`);
      return 0;
    } catch (error) {
      return refused(error);
    } finally {
      removeDatabase(unfinished);
      lock.release();
    }
  });
}

async function runPostgresImport(file: string, url: string): Promise<number> {
  return withTroubles(file, async () => {
    try {
      const input = file === '-' ? process.stdin : createReadStream(file);
      const { sequence, hash } = await importPostgresLedger({ url }, linesOf(input));
      await print(`${sequence} entries, head ${hash}\n`);
      return 0;
    } catch (error) {
      return refused(error);
    }
  });
}

/** The exit code of an import that was refused; anything else goes on. */
function refused(error: unknown): number {
  if (!(error instanceof JournalRefused)) throw error;
  process.stderr.write(`kassa: the journal is refused: ${error.message}\n`);
  return 1;
}

async function importInto(path: string, file: string): Promise<JournalHead> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const ledger = openLedger({ path, clock: Date.now });
  try {
    return await importJournal(ledger, linesOf(input), sha256Hex);
  } finally {
    await ledger.close();
  }
}

/** Unlike `node:readline`, it fails when the file cannot be read. */
async function* linesOf(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  input.setEncoding('utf8');
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS_MAX) {
      throw new JournalRefused(`a line is longer than ${LINE_CHARACTERS_MAX} characters`);
    }
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

async function statementOf(reader: Reader, text: string, options: StatementOptions): Promise<Statement> {
  const account = accountId(text);
  if (!(await reader.account(account))) throw new CommandFailure(`the ledger has no account ${account}`);
  const { from, to, after, limit } = options;
  const sequenceOf = async (point: Point, lateMs: number): Promise<number> =>
    'sequence' in point ? point.sequence : reader.sequenceAt(point.atMs - lateMs);
  return reader.statement(account, {
    label: label(options.label ?? ''),
    // The first entry of an instant is the one after the last before it.
    ...(from && { fromSequence: (await sequenceOf(from, 1)) + ('atMs' in from ? 1 : 0) }),
    ...(to && { toSequence: await sequenceOf(to, 0) }),
    ...(after !== undefined && { after }),
    ...(limit !== undefined && { limit }),
  });
}

/** The names of ISO 20022 camt.053 where it has one. */
function inJson({ account, label: mark, opening, entries, closing, next }: Statement) {
  return {
    account,
    label: mark,
    currency: 'KZT',
    openingBalance: String(opening),
    entries: entries.map((entry) => ({
      sequence: entry.sequence,
      bookedAt: new Date(entry.atMs).toISOString(),
      creditDebit: entry.amount < 0n ? 'DBIT' : 'CRDT',
      amount: String(entry.amount < 0n ? -entry.amount : entry.amount),
      balance: String(entry.balance),
      counterAccount: entry.counterAccount ?? null,
      operation: entry.operationType,
      operationId: entry.operationId,
    })),
    closingBalance: String(closing),
    next: next ?? null,
  };
}

function inWords({ account, label: mark, opening, entries, closing, next }: Statement): string {
  const balance = (name: string, amount: bigint): string =>
    `${name.padEnd(48)}${displayTenge(amount).padStart(42)}\n`;
  const lines = entries.map(
    (entry) =>
      `${new Date(entry.atMs).toISOString()}  ${entry.operationType.padEnd(10)}${(entry.counterAccount ?? 'central bank').padEnd(24)}` +
      `${displayTenge(entry.amount).padStart(16)}${displayTenge(entry.balance).padStart(16)}  ${entry.operationId}\n`,
  );
  return (
    `account ${account}, ${mark === '' ? 'unmarked money' : `label ${mark}`}\n` +
    balance('opening balance', opening) +
    lines.join('') +
    balance('closing balance', closing) +
    (next === undefined ? '' : `More: --after ${next}\n`)
  );
}
