import { connect } from 'node:net';
import { tagName } from '@kassa/emv';
import {
  compileDialect,
  createDeframer,
  type Dialect,
  describe,
  type Framing,
  formatDescription,
  frame,
  type Message,
  maskedHex,
} from '@kassa/iso8583';
import { ProtocolError } from '@kassa/primitives';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailure } from '../../failure.ts';
import { parseEndpoint, parseSeconds } from '../options.ts';
import { ABOUT_DIALECT, ABOUT_FRAMING, chooseDialect, chooseFraming } from './choose-dialect.ts';
import { readMessage } from './encode.ts';

/** The longest answer taken. */
const ANSWER_BYTES_MAX = 65_535;

interface Expectation {
  readonly element: number;
  readonly value: string;
}

interface SendOptions {
  readonly to: { readonly address: string; readonly port: number };
  readonly dialect: string;
  readonly framing: string;
  readonly timeout: number;
  readonly expect: readonly Expectation[];
  readonly dryRun?: true;
}

export function addSend(program: Command, finish: (code: number) => void): void {
  program
    .command('send')
    .description('send one ISO 8583 message to a host and wait for one answer')
    .argument('[message]', 'as for `kassa encode`')
    .requiredOption('--to <host:port>', 'the host', parseEndpoint)
    .option('--dialect <name|file>', ABOUT_DIALECT, 'kassa-bcd')
    .option('--framing <name>', ABOUT_FRAMING, 'dialect')
    .option('--timeout <seconds>', 'how long to wait for the answer', parseSeconds, 10)
    .option('--expect <element=value>', 'what the answer must have, like 39=00; 0 is the MTI', collect, [])
    .option('--dry-run', 'print what would be sent, and connect to nothing')
    .addHelpText(
      'after',
      `
Both messages are printed masked.

Exit code: 0 answered as expected, 1 answered otherwise, 2 could not run or no answer.`,
    )
    .action(async (input: string | undefined, options: SendOptions) => {
      const dialect = chooseDialect(options.dialect);
      const framing = chooseFraming(options.framing, dialect) ?? dialect.framing;
      const body = encoded(dialect, await readMessage(input));
      process.stdout.write(explained(dialect, body));
      if (options.dryRun) return finish(0);
      const answer = await exchange(framing, frame(framing, body), options);
      process.stdout.write(`\n${explained(dialect, answer)}`);
      const unmet = unmetBy(dialect, answer, options.expect);
      for (const line of unmet) process.stderr.write(`kassa: ${line}\n`);
      finish(unmet.length === 0 ? 0 : 1);
    });
}

function collect(text: string, before: readonly Expectation[]): Expectation[] {
  const match = /^(\d{1,3})=(.*)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError('an expectation is ELEMENT=VALUE, like 39=00.');
  return [...before, { element: Number(match[1]), value: match[2] ?? '' }];
}

function encoded(dialect: Dialect, message: Message): Uint8Array {
  try {
    return compileDialect(dialect).encode(message);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new CommandFailure(`${dialect.name} cannot carry the message: ${error.message}`, { cause: error });
  }
}

/** A message in hexadecimal and element by element, masked. */
function explained(dialect: Dialect, body: Uint8Array): string {
  const described = describe(dialect, body, { tagNames: tagName });
  return `${maskedHex(body, described)}\n${formatDescription(described)}\n`;
}

/** One line for each expectation the answer does not meet, never with its value. */
function unmetBy(dialect: Dialect, answer: Uint8Array, expectations: readonly Expectation[]): string[] {
  const { message, error } = compileDialect(dialect).inspect(answer);
  const unmet = expectations
    .filter(({ element, value }) => (element === 0 ? message.mti : message.fields[element]) !== value)
    .map(({ element }) => {
      const isThere = element === 0 || message.fields[element] !== undefined;
      return `element ${element} of the answer is ${isThere ? 'not what was expected' : 'not there'}`;
    });
  return error === null ? unmet : [`the answer cannot be read: ${error.message}`, ...unmet];
}

/** Sends one frame. @returns the first message that comes back. @throws CommandFailure where none does. */
function exchange(
  framing: Framing,
  bytes: Uint8Array,
  { to: { address, port }, timeout }: SendOptions,
): Promise<Uint8Array> {
  const deframer = createDeframer(framing, { maxBytes: ANSWER_BYTES_MAX });
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const timer = setTimeout(() => fail(`no answer within ${timeout} s`), timeout * 1000);
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
    };
    const fail = (problem: string, cause?: unknown): void => {
      end();
      reject(new CommandFailure(`${address}:${port}: ${problem}`, { cause }));
    };
    socket.on('connect', () => socket.write(bytes));
    socket.on('error', (error) => fail(error.message, error));
    socket.on('close', () => fail('the connection was closed without an answer'));
    socket.on('data', (chunk) => {
      try {
        const [answer] = deframer.push(chunk);
        if (answer === undefined) return;
        end();
        resolve(answer);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        fail(`what came back is no frame: ${error.message}`, error);
      }
    });
  });
}
