import type { Command } from 'commander';
import { type GroupResult, runSelftest } from '../selftest/run-selftest.ts';

export function addSelftest(program: Command, finish: (code: number) => void): void {
  program
    .command('selftest')
    .description('calculate known answers: is the cryptography of this installation right?')
    .option('--json', 'print the groups as a JSON array')
    .addHelpText('after', '\nExit code: 0 all right, 1 some answer was another.')
    .action(({ json }: { readonly json?: true }) => {
      const results = runSelftest();
      process.stdout.write(json ? `${JSON.stringify(results)}\n` : results.map(lineOf).join(''));
      finish(results.every(({ failed }) => failed.length === 0) ? 0 : 1);
    });
}

function lineOf({ group, source, passed, total, failed }: GroupResult): string {
  const wrong = failed.map((name) => `  wrong: ${name}\n`).join('');
  return `${group.padEnd(21)}${`${passed} of ${total}`.padEnd(9)}${source}\n${wrong}`;
}
