import { tagName } from '@kassa/emv';
import {
  compileDialect,
  type Dialect,
  describe,
  type Framing,
  formatDescription,
  maskFields,
} from '@kassa/iso8583';
import type { ProtocolError } from '@kassa/primitives';
import type { Command } from 'commander';
import { capturedMessages } from '../../wire/captured-messages.ts';
import { decodeBatchLine } from '../../wire/decode-batch.ts';
import { errorJson, type MessageJson } from '../../wire/message-json.ts';
import { readMessages } from '../../wire/read-messages.ts';
import { reveal } from '../../wire/reveal.ts';
import { parsePort } from '../options.ts';
import {
  ABOUT_DIALECT,
  ABOUT_FRAMING,
  chooseDialect,
  chooseFraming,
  DEFAULT_DIALECT,
} from './choose-dialect.ts';
import { readBinary, readBytes, readText } from './read-input.ts';

interface DecodeOptions {
  readonly dialect: string;
  readonly framing?: string;
  readonly reveal?: true;
  readonly json?: true;
  readonly batch?: string;
  readonly pcap?: string;
  readonly port?: number;
}

const ABOUT = `
Input: hexadecimal (spaces, 0x, hex dumps of Wireshark, xxd, hexdump, tcpdump), base64, a file of either or of the bytes
themselves, or - for standard input. With --framing a stream of any number of messages, without it one message.

Card numbers, tracks, PIN blocks and keys are masked. --reveal prints them, to this terminal only: what it prints is
card data, do not keep it. --batch always prints exact values, for comparing; its lines are
{ "name", "spec" | "dialect", "hex" }, "spec" a dialect as in docs/wire.md. A spec that names a framing has its frame
taken off; one of a framing alone is decoded as ${DEFAULT_DIALECT}.

--pcap puts both directions of every TCP connection in order and takes the dialect's framing unless --framing names another.

Exit code: 0 all decoded, 1 some refused, 2 could not run.`;

export function addDecode(program: Command, finish: (code: number) => void): void {
  program
    .command('decode')
    .description('explain ISO 8583 messages, field by field')
    .argument('[input]', 'hexadecimal, base64, a file, or - for standard input')
    .option('--dialect <name|file>', ABOUT_DIALECT, DEFAULT_DIALECT)
    .option('--framing <name>', ABOUT_FRAMING)
    .option('--reveal', 'print what is masked')
    .option('--json', 'print { "mti", "fields", "error" }, one line a message')
    .option('--batch <file>', 'decode every line of a JSON Lines file, - for standard input')
    .option('--pcap <file>', 'decode the TCP connections of a pcap or pcapng capture')
    .option('--port <number>', 'with --pcap: only connections to or from this port', parsePort)
    .addHelpText('after', ABOUT)
    .action(async (input: string | undefined, options: DecodeOptions) => {
      const decoded = await decode(input, options);
      process.stdout.write(decoded.text);
      finish(decoded.isWhole ? 0 : 1);
    });
}

async function decode(input: string | undefined, options: DecodeOptions): Promise<Decoded> {
  if (options.batch !== undefined) return decodeBatch(await readText(options.batch));
  if (options.pcap !== undefined) return decodeCapture(readBinary(options.pcap), options);
  return decodeStream(await readBytes(input), options);
}

interface Decoded {
  readonly text: string;
  /** Nothing was refused. */
  readonly isWhole: boolean;
}

function decodeBatch(text: string): Decoded {
  const known = new Map<string, Dialect>();
  const dialectNamed = (name: string): Dialect => {
    const dialect = known.get(name) ?? chooseDialect(name);
    known.set(name, dialect);
    return dialect;
  };
  const answers = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => decodeBatchLine(line, dialectNamed));
  return {
    text: answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''),
    isWhole: answers.every(({ error }) => error === null),
  };
}

function decodeStream(bytes: Uint8Array, options: DecodeOptions): Decoded {
  const dialect = chooseDialect(options.dialect);
  const framing: Framing | undefined = chooseFraming(options.framing, dialect);
  const { bodies, error } = readMessages(bytes, framing);
  const messages = bodies.map((body) => decodeBody(dialect, body, options.reveal === true));
  const isWhole = error === null && messages.every(({ json }) => json.error === null);
  if (options.json) {
    const lines: MessageJson[] = messages.map(({ json }) => json);
    if (error !== null) lines.push(unread(error));
    return { text: lines.map((line) => `${JSON.stringify(line)}\n`).join(''), isWhole };
  }
  const texts = messages.map(({ text }) => text);
  if (error !== null) texts.push(`${inWords(error)}\n`);
  if (!isWhole) texts.push('Another dialect or framing? `kassa doctor` tries them all.\n');
  return { text: texts.join('\n'), isWhole };
}

function decodeCapture(file: Uint8Array, options: DecodeOptions): Decoded {
  const dialect = chooseDialect(options.dialect);
  const framing = chooseFraming(options.framing, dialect) ?? dialect.framing;
  const { messages, isCut } = capturedMessages(file, framing, options.port);
  const texts: string[] = [];
  let isWhole = !isCut;
  for (const { from, to, packet, body, error, isAfterGap } of messages) {
    const gap = isAfterGap ? ', after bytes that were not captured' : '';
    const head = `packet ${packet}  ${from} > ${to}${gap}\n`;
    const { text, json } =
      body === null
        ? { text: `${inWords(error)}\n`, json: unread(error) }
        : decodeBody(dialect, body, options.reveal === true);
    isWhole &&= json.error === null && !isAfterGap;
    texts.push(options.json ? `${JSON.stringify({ packet, from, to, ...json })}\n` : head + text);
  }
  if (isCut) process.stderr.write('kassa: the capture ends inside a packet\n');
  if (messages.length === 0) process.stderr.write('kassa: the capture holds no TCP data\n');
  return { text: texts.join(options.json ? '' : '\n'), isWhole };
}

function unread(error: ProtocolError | null): MessageJson {
  return { mti: null, fields: {}, error: error === null ? null : errorJson(error) };
}

function inWords(error: ProtocolError | null): string {
  return `The stream cannot be read any further: ${error?.message}`;
}

function decodeBody(
  dialect: Dialect,
  body: Uint8Array,
  isRevealed: boolean,
): { text: string; json: MessageJson } {
  const { message, error } = compileDialect(dialect).inspect(body);
  const masked = describe(dialect, body, { tagNames: tagName });
  return {
    text: `${formatDescription(isRevealed ? reveal(dialect, message, masked) : masked)}\n`,
    json: {
      mti: message.mti === '' ? null : message.mti,
      fields: isRevealed ? message.fields : maskFields(dialect, message),
      error: error === null ? null : errorJson(error),
    },
  };
}
