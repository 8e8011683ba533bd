import { compileDialect, frame, type Message } from '@kassa/iso8583';
import { ProtocolError, toHex } from '@kassa/primitives';
import type { Command } from 'commander';
import { CommandFailure } from '../../failure.ts';
import {
  ABOUT_DIALECT,
  ABOUT_FRAMING,
  chooseDialect,
  chooseFraming,
  DEFAULT_DIALECT,
  jsonOf,
} from './choose-dialect.ts';
import { isFile, readText } from './read-input.ts';

export interface EncodeOptions {
  readonly dialect: string;
  readonly framing?: string;
}

const FORM = '{ "mti": "0800", "fields": { "11": "000042" } }';

export function addEncode(program: Command, finish: (code: number) => void): void {
  program
    .command('encode')
    .description('write an ISO 8583 message as hexadecimal')
    .argument('[message]', `${FORM}, a file with it, or - for standard input`)
    .option('--dialect <name|file>', ABOUT_DIALECT, DEFAULT_DIALECT)
    .option('--framing <name>', ABOUT_FRAMING)
    .addHelpText(
      'after',
      `
Values are as \`kassa decode --json --reveal\` prints them: nothing is padded or cut, binary ones are hexadecimal.

Exit code: 0 done, 1 the dialect cannot carry the message, 2 could not run.`,
    )
    .action(async (input: string | undefined, options: EncodeOptions) => {
      const message = await readMessage(input);
      try {
        process.stdout.write(`${toHex(encodeMessage(message, options))}\n`);
        finish(0);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        process.stderr.write(`kassa: ${error.message}\n`);
        finish(1);
      }
    });
}

/** @throws ProtocolError where the dialect or the frame cannot carry the message. */
export function encodeMessage(
  message: Message,
  { dialect: name, framing: framingName }: EncodeOptions,
): Uint8Array {
  const dialect = chooseDialect(name);
  const framing = chooseFraming(framingName, dialect);
  const body = compileDialect(dialect).encode(message);
  return framing === undefined ? body : frame(framing, body);
}

/** A message as JSON: the text itself, a file, or standard input. */
export async function readMessage(input: string | undefined): Promise<Message> {
  const isText = input !== undefined && input !== '-' && !isFile(input);
  return messageOf(jsonOf(isText ? input : await readText(input), 'the message'));
}

function messageOf(json: unknown): Message {
  const { mti, fields } = Object(json) as { readonly mti?: unknown; readonly fields?: unknown };
  if (typeof mti !== 'string' || typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new CommandFailure(`the message has another form.\nRemedy: write it like ${FORM}`);
  }
  for (const [number, value] of Object.entries(fields)) {
    if (!/^[1-9]\d{0,2}$/.test(number) || typeof value !== 'string') {
      throw new CommandFailure(
        `each of the fields takes an element number and a text.\nRemedy: write them like ${FORM}`,
      );
    }
  }
  return { mti, fields: { ...fields } };
}
