import { tagName } from '@kassa/emv';
import {
  compileDialect,
  type Dialect,
  kassaRules,
  type MessageRules,
  rules1987,
  rules1993,
  rules2003,
  validateMessage,
} from '@kassa/iso8583';
import type { Command } from 'commander';
import { readMessages } from '../../wire/read-messages.ts';
import {
  ABOUT_DIALECT,
  ABOUT_FRAMING,
  chooseDialect,
  chooseFraming,
  DEFAULT_DIALECT,
} from './choose-dialect.ts';
import { readBytes } from './read-input.ts';

interface ValidateOptions {
  readonly dialect: string;
  readonly framing?: string;
}

export function addValidate(program: Command, finish: (code: number) => void): void {
  program
    .command('validate')
    .description('check which elements ISO 8583 messages have, by the rules of their type')
    .argument('[input]', 'as for `kassa decode`')
    .option('--dialect <name|file>', ABOUT_DIALECT, DEFAULT_DIALECT)
    .option('--framing <name>', ABOUT_FRAMING)
    .addHelpText(
      'after',
      `
Kassa's dialects have rules of their own; any other takes those of the edition its messages name in the MTI. An answer
that follows its request in the same stream is also checked for the elements it has to repeat.

Exit code: 0 all valid, 1 some not, 2 could not run.`,
    )
    .action(async (input: string | undefined, options: ValidateOptions) => {
      const findings = validate(await readBytes(input), options);
      process.stdout.write(findings.map((finding) => `${finding}\n`).join('') || 'valid\n');
      finish(findings.length === 0 ? 0 : 1);
    });
}

/** One line for each thing that is wrong. */
function validate(bytes: Uint8Array, { dialect: name, framing }: ValidateOptions): string[] {
  const dialect = chooseDialect(name);
  const codec = compileDialect(dialect);
  const { bodies, error: frameError } = readMessages(bytes, chooseFraming(framing, dialect));
  const inspections = bodies.map((body) => codec.inspect(body));
  const findings = inspections.flatMap(({ message, error }, index) => {
    const head = `message ${index + 1}${message.mti === '' ? '' : ` (${message.mti})`}: `;
    if (error !== null) return [`${head}cannot be read: ${inWords(error.path)}${error.message}`];
    const before = inspections[index - 1];
    const request =
      before !== undefined && isAnswerTo(before.message.mti, message.mti) ? before.message : undefined;
    return validateMessage(rulesFor(dialect, message.mti), message, request).map(
      ({ words }) => `${head}${words}`,
    );
  });
  if (frameError !== null) findings.push(`the stream cannot be read any further: ${frameError.message}`);
  return findings;
}

function isAnswerTo(request: string, answer: string): boolean {
  return answer === `${request.slice(0, 2)}${Number(request[2]) + 1}0` && Number(request[2]) % 2 === 0;
}

function rulesFor({ name }: Dialect, mti: string): MessageRules {
  if (name.startsWith('kassa-')) return kassaRules;
  if (mti.startsWith('1')) return rules1993;
  return mti.startsWith('2') ? rules2003 : rules1987;
}

function inWords(path: string): string {
  const name = path.startsWith('55.') ? tagName(path.slice(path.lastIndexOf('.') + 1)) : undefined;
  return name === undefined ? '' : `${name}: `;
}
