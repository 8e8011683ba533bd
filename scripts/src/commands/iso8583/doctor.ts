import type { Command } from 'commander';
import { type Candidate, diagnose, framingName } from '../../wire/doctor.ts';
import { chooseDialect, SUPPLIED } from './choose-dialect.ts';
import { readBytes } from './read-input.ts';

export function addDoctor(program: Command, finish: (code: number) => void): void {
  program
    .command('doctor')
    .description('find out the dialect and framing of ISO 8583 bytes')
    .argument('[input]', 'as for `kassa decode`')
    .option('--dialect <file>', 'also try this dialect of your own')
    .addHelpText(
      'after',
      `
Every supplied dialect is tried in every framing. One fits when it reads every byte and writes the same bytes again;
for the others it says what stood in the way. Those that fit come first, then those that came furthest.

Exit code: 0 something fits, 1 nothing does, 2 could not run.`,
    )
    .action(async (input: string | undefined, options: { readonly dialect?: string }) => {
      const own = options.dialect === undefined ? [] : [chooseDialect(options.dialect)];
      const candidates = diagnose(await readBytes(input), [...new Set([...own, ...SUPPLIED])]);
      const isFound = candidates.some(({ rejection }) => rejection === null);
      process.stdout.write(`${isFound ? '' : 'Nothing fits.\n'}${candidates.map(lineOf).join('')}`);
      finish(isFound ? 0 : 1);
    });
}

function lineOf({ framing, dialect, messages, rejection, isOtherVersion }: Candidate): string {
  const head = `${rejection === null ? 'fits' : 'no  '}  ${(dialect?.name ?? 'any').padEnd(16)}  ${framingName(framing).padEnd(16)}  `;
  if (rejection !== null) return `${head}${rejection.message}\n`;
  const types = [...new Set(messages.map(({ mti }) => mti))].join(' ');
  const count = `${messages.length} message${messages.length === 1 ? '' : 's'}`;
  const doubt = isOtherVersion ? ', but the MTI names another edition' : '';
  return `${head}${count} (${types}), the same bytes when written again${doubt}\n`;
}
