import type { Command } from 'commander';
import { redactText } from '../../wire/redact-text.ts';
import { SUPPLIED } from './choose-dialect.ts';
import { readText } from './read-input.ts';

export function addRedact(program: Command, finish: (code: number) => void): void {
  program
    .command('redact')
    .description('mask card numbers, tracks and messages in a text')
    .argument('[file]', 'a file, or - for standard input')
    .addHelpText(
      'after',
      `
Masked are card numbers (13 to 19 digits with a valid check digit, also in groups), tracks, and messages in hexadecimal
of the supplied dialects, alone or in their frame. The rest of the text stays as it is.

Exit code: 0 done, 2 could not run.`,
    )
    .action(async (file: string | undefined) => {
      process.stdout.write(redactText(await readText(file), SUPPLIED));
      finish(0);
    });
}
