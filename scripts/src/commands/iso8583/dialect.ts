import type { Framing } from '@kassa/iso8583';
import type { Command } from 'commander';
import { CommandFailure } from '../../failure.ts';
import { chooseDialect, SUPPLIED } from './choose-dialect.ts';
import { isFile } from './read-input.ts';

export function addDialect(program: Command, finish: (code: number) => void): void {
  const dialect = program.command('dialect').description('dialects of ISO 8583: those supplied, and yours');
  dialect
    .command('list')
    .description('name the supplied dialects')
    .addHelpText('after', '\nExit code: 0.')
    .action(() => {
      const lines = SUPPLIED.map(
        ({ name, mti, bitmap, fields, framing }) =>
          `${name.padEnd(16)}MTI ${mti.padEnd(7)}bitmap ${bitmap.padEnd(8)}${String(Object.keys(fields).length).padStart(4)} elements  framing ${kindOf(framing)}\n`,
      );
      process.stdout.write(lines.join(''));
      finish(0);
    });
  dialect
    .command('lint')
    .description('check a dialect of your own')
    .argument('<file>', 'JSON, as described in docs/dialect.schema.json')
    .addHelpText('after', '\nExit code: 0 nothing wrong, 1 something is, 2 could not run.')
    .action((file: string) => {
      if (!isFile(file)) throw new CommandFailure(`there is no file "${file}"`);
      try {
        const { name, fields, framing } = chooseDialect(file);
        const count = Object.keys(fields).length;
        process.stdout.write(
          `${file}: nothing wrong: ${name}, ${count} elements, framing ${kindOf(framing)}\n`,
        );
        finish(0);
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        process.stdout.write(`${error.message}\n`);
        finish(1);
      }
    });
}

function kindOf(framing: Framing): string {
  return typeof framing === 'string' ? framing : framing.kind;
}
