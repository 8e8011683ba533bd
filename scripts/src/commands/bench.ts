import { Argument, type Command } from 'commander';
import { benchCodec } from '../bench/bench-codec.ts';
import { benchEndToEnd } from '../bench/bench-e2e.ts';
import { benchEmv } from '../bench/bench-emv.ts';
import { benchHost } from '../bench/bench-host.ts';
import { benchLedger } from '../bench/bench-ledger.ts';
import { benchLedgerCurve } from '../bench/bench-ledger-curve.ts';
import { benchPostgres } from '../bench/bench-postgres.ts';
import { type BenchRow, ROUNDS } from '../bench/measure.ts';

const PARTS = {
  codec: benchCodec,
  emv: benchEmv,
  host: benchHost,
  ledger: benchLedger,
  'ledger-curve': benchLedgerCurve,
  postgres: benchPostgres,
  e2e: benchEndToEnd,
} as const;
type Part = keyof typeof PARTS;
/** The curve takes minutes and is run by its name alone. */
const PART_NAMES: readonly Part[] = ['codec', 'emv', 'host', 'ledger', 'postgres', 'e2e'];

export function addBench(program: Command, finish: (code: number) => void): void {
  program
    .command('bench')
    .description(
      'measure codec, chip cards, host, ledger and whole payments, each beside a reference in the same run',
    )
    .addArgument(new Argument('[part]', 'only this part').choices(Object.keys(PARTS)))
    .option('--json', 'print the rows as a JSON array')
    .action(async (part: Part | undefined, options: { readonly json?: true }) => {
      const rows: BenchRow[] = [];
      for (const name of part ? [part] : PART_NAMES) {
        process.stderr.write(`kassa: measuring ${name}, ${ROUNDS} rounds …\n`);
        rows.push(...(await PARTS[name]()));
      }
      process.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : table(rows));
      finish(0);
    });
}

const HEAD = ['part', 'what', 'median', 'min', 'max', 'unit', 'reference', 'median', 'ratio'];

function table(rows: readonly BenchRow[]): string {
  const figure = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  const cells = rows.map((row) => [
    row.part,
    row.name,
    figure(row.median),
    figure(row.min),
    figure(row.max),
    row.unit,
    row.reference.name,
    figure(row.reference.median),
    `${figure(row.ratio)}×`,
  ]);
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = (column: number): boolean => [2, 3, 4, 7, 8].includes(column);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ');
  return `${[line(HEAD), ...cells.map(line)].join('\n')}\n`;
}
