import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { measureMutations, mutationReport } from '../fuzz/mutation-report.ts';
import { runFuzz } from '../fuzz/run-fuzz.ts';

const REPORT = resolve(dirname(fileURLToPath(import.meta.url)), '../../../docs/iso8583-mutation.md');
const REPORT_MESSAGES = 5_000;
const SEED_LIMIT = 2 ** 32;

interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  readonly report?: true;
}

export function addFuzz(program: Command, finish: (code: number) => void): void {
  program
    .command('fuzz')
    .description('put random bytes and damaged messages through the ISO 8583 codec')
    .option('--seed <number>', 'the same seed makes the same inputs', wholeBelow(SEED_LIMIT), 1)
    .option('--count <number>', 'inputs', wholeBelow(Number.MAX_SAFE_INTEGER), 1_000_000)
    .option('--report', 'instead, measure what is noticed and write docs/iso8583-mutation.md')
    .addHelpText(
      'after',
      '\nExit code: 0 nothing wrong, 1 something was; the seed and the input are printed.',
    )
    .action(({ seed, count, report }: FuzzOptions) => {
      if (report) {
        writeFileSync(REPORT, mutationReport(measureMutations(seed, REPORT_MESSAGES), seed));
        process.stdout.write(`written: ${REPORT}\n`);
        finish(0);
        return;
      }
      const startedMs = performance.now();
      const { inputs, accepted, refused, failures } = runFuzz(seed, count, () => performance.now());
      for (const failure of failures) process.stdout.write(`seed ${seed}: ${failure}\n`);
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      process.stdout.write(
        `seed ${seed}: ${inputs} inputs in ${seconds} s, ${accepted} accepted, ${refused} refused, ${failures.length} failures\n`,
      );
      finish(failures.length === 0 ? 0 : 1);
    });
}

function wholeBelow(limit: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number < limit) return number;
    throw new InvalidArgumentError(`expected a whole number below ${limit}`);
  };
}
