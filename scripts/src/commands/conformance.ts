import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { runConformance } from '../conformance/run-conformance.ts';

/** Beside the repository: published vectors are not copied into it. */
const VECTORS = resolve(dirname(fileURLToPath(import.meta.url)), '../../../../shared/vectors');

export function addConformance(program: Command, finish: (code: number) => void): void {
  program
    .command('conformance')
    .description('check the codecs against published test vectors')
    .option('--vectors <dir>', 'folder of the vector files', VECTORS)
    .addHelpText(
      'after',
      '\nExit code: 0 all passed, or no vectors there; 1 some failed or could not be run.',
    )
    .action(({ vectors }: { readonly vectors: string }) => {
      const found = runConformance(vectors);
      if (found === undefined || found.runs.length === 0) {
        process.stdout.write(`0 run: no vectors in ${vectors} (--vectors DIR names another folder)\n`);
        finish(0);
        return;
      }
      for (const { file, passed, failures, kinds } of found.runs) {
        process.stdout.write(`${file}: ${passed} of ${passed + failures.length} passed\n`);
        for (const { kind, passed: good, total } of kinds ?? []) {
          process.stdout.write(`  ${kind.padEnd(28)}${good} of ${total}\n`);
        }
        for (const failure of failures) process.stdout.write(`  ${failure}\n`);
      }
      for (const file of found.others) process.stdout.write(`${file}: 0 run, there is no runner for it\n`);
      finish(found.runs.every(({ failures }) => failures.length === 0) ? 0 : 1);
    });
}
