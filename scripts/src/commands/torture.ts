import { type Command, InvalidArgumentError } from 'commander';
import { runTorture } from '../torture/run-torture.ts';

interface TortureOptions {
  readonly kills: number;
  readonly seed: number;
}

const FAILURES_SHOWN = 20;

export function addTorture(program: Command, finish: (code: number) => void): void {
  program
    .command('torture')
    .description('kill a process that pays, again and again, and look for anything lost or done twice')
    .option('--kills <number>', 'how often', parseWhole, 200)
    .option('--seed <number>', 'chooses payments and moments', parseWhole, 1)
    .addHelpText('after', '\nExit code: 0 nothing lost, 1 something was, 2 could not run.')
    .action(async ({ kills, seed }: TortureOptions) => {
      const startedMs = performance.now();
      const report = await runTorture({
        kills,
        seed,
        onProgress: (done, acknowledged) => {
          const line = `kassa: killed ${done} of ${kills} times, ${acknowledged} payments acknowledged`;
          if (process.stderr.isTTY) process.stderr.write(`\r${line}`);
          else if (done % 10 === 0 || done === kills) process.stderr.write(`${line}\n`);
        },
      });
      if (process.stderr.isTTY) process.stderr.write('\n');
      for (const failure of report.failures.slice(0, FAILURES_SHOWN)) process.stdout.write(`${failure}\n`);
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
      process.stdout.write(
        `seed ${seed}: ${report.kills} kills (${report.early} of them before the ledger was open) in ${seconds} s, ` +
          `${report.acknowledged} payments acknowledged, ${report.entries} journal entries, ${report.failures.length} failures\n`,
      );
      finish(report.failures.length === 0 ? 0 : 1);
    });
}

function parseWhole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a whole number.');
}
