import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { CalcFunction, CalcStep } from '../calc/calc-function.ts';
import { CALC_FUNCTIONS } from '../calc/calc-table.ts';
import { BATCH_LINE_CHARACTERS_MAX, calculate, calculateLine } from '../calc/calculate.ts';
import { splitLines } from '../calc/split-lines.ts';
import { CommandFailure } from '../failure.ts';

const FOR_TEST_KEYS = `
For TEST keys only: what is typed here stands in the history of the shell. Never a key, PIN or card of a live system.`;

const ABOUT = `${FOR_TEST_KEYS}
Bytes are hexadecimal in either case; answers are in capitals. \`kassa calc FUNCTION --help\` lists the arguments.

--batch: each line is { "id", "function", …arguments by name }; each is answered by a line { "id", …answer } or
{ "id", "error" }, in order.

Exit code: 0 answered (a batch: read to its end), 1 a key block was refused, 2 bad usage.`;

interface RunOptions {
  readonly json?: true;
  readonly explain?: true;
  readonly [argument: string]: string | true | undefined;
}

const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));

export function addCalc(program: Command, finish: (code: number) => void): void {
  const calc = program
    .command('calc')
    .description('calculate what hosts, cards and HSMs calculate, with TEST keys')
    .argument('[function]', 'which calculation')
    .option('--batch <file>', 'answer a file of JSON lines, - for standard input')
    .addHelpText('after', ABOUT)
    .action(async (name: string | undefined, { batch }: { readonly batch?: string }) => {
      if (name !== undefined || batch === undefined) {
        const known = CALC_FUNCTIONS.map((one) => one.name).join(', ');
        throw new CommandFailure(`function: expected one of ${known}, or --batch FILE`);
      }
      await answerBatch(batch);
      finish(0);
    });
  for (const calculation of CALC_FUNCTIONS) addFunction(calc, calculation, finish);
}

function addFunction(calc: Command, calculation: CalcFunction, finish: (code: number) => void): void {
  const { name, about, positional } = calculation;
  const command = calc.command(name).description(about);
  for (const [argument, { help, expected, absent }] of Object.entries(calculation.arguments)) {
    const rest = absent === undefined ? '; optional' : absent ? `; ${absent} unless given` : '';
    command.option(`--${argument} <value>`, `${help}: ${expected}${rest}`);
  }
  if (positional !== undefined) command.argument('[value]', `the same as --${positional}`);
  command
    .option('--json', 'print the answer as one JSON object')
    .option('--explain', 'show every intermediate value')
    .addHelpText('after', FOR_TEST_KEYS)
    .action((...given: readonly unknown[]) => {
      const value = positional === undefined ? undefined : given[0];
      const options = (positional === undefined ? given[0] : given[1]) as RunOptions;
      finish(run(calculation, value, options));
    });
}

function run(calculation: CalcFunction, value: unknown, options: RunOptions): number {
  const { json, explain, ...named } = options;
  const { positional } = calculation;
  const raw = positional !== undefined && value !== undefined ? { ...named, [positional]: value } : named;
  const outcome = calculate(calculation, raw, random);
  if (outcome.kind === 'answered') {
    const steps = explain ? outcome.steps : [];
    const answer = explain ? { ...outcome.answer, steps } : outcome.answer;
    process.stdout.write(json ? `${JSON.stringify(answer)}\n` : table([...steps, ...rowsOf(outcome.answer)]));
    return 0;
  }
  if (json) process.stdout.write(`${JSON.stringify({ error: outcome.error })}\n`);
  if (outcome.kind === 'bad-usage') throw new CommandFailure(`--${outcome.error}`);
  process.stderr.write(`kassa: ${outcome.error}\n`);
  return 1;
}

function rowsOf(answer: Readonly<Record<string, string | boolean | null>>): CalcStep[] {
  return Object.entries(answer).map(([name, value]) => ({
    name,
    value: value === null ? '-' : String(value),
  }));
}

function table(rows: readonly CalcStep[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  return rows.map(({ name, value }) => `${name.padEnd(width)}${value}`.trimEnd().concat('\n')).join('');
}

async function answerBatch(file: string): Promise<void> {
  const lines = file === '-' ? process.stdin : createReadStream(file);
  lines.setEncoding('utf8');
  try {
    // A reader slower than this writer must not make answers pile up: pipeline waits for it.
    await pipeline(lines, answers, process.stdout, { end: false });
  } catch (error) {
    // The reader of the answers has enough of them: `… | head`.
    if (isSystemError(error) && error.code === 'EPIPE') return;
    if (isSystemError(error)) {
      throw new CommandFailure(`--batch: cannot read the file: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

async function* answers(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of splitLines(chunks, BATCH_LINE_CHARACTERS_MAX)) {
    if (line.trim() !== '') yield `${JSON.stringify(calculateLine(line, random))}\n`;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
