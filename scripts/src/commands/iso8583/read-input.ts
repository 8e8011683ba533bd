import { existsSync, readFileSync, statSync } from 'node:fs';
import { CommandFailure } from '../../failure.ts';
import { parseBytes } from '../../wire/parse-bytes.ts';

/** A control character that is not white space: such a file holds bytes, not text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BINARY = /[\x00-\x08\x0e-\x1f\x7f-\xff]/;

/** Bytes from an argument, a file of that name (text, or the bytes themselves), or `-`, standard input. */
export async function readBytes(input: string | undefined): Promise<Uint8Array> {
  if (input === undefined || input === '-') return bytesOf(await readStandardInput());
  if (isFile(input)) return bytesOf(readBinary(input));
  return parseBytes(input);
}

/** Text from a file, or from standard input for `-` and nothing. */
export async function readText(input: string | undefined): Promise<string> {
  if (input === undefined || input === '-') return (await readStandardInput()).toString('utf8');
  return readBinary(input).toString('utf8');
}

export function isFile(path: string): boolean {
  return path.length < 4096 && !path.includes('\0') && existsSync(path) && statSync(path).isFile();
}

export function readBinary(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`cannot read the file: ${reason}`, { cause: error });
  }
}

function bytesOf(content: Buffer): Uint8Array {
  const text = content.toString('latin1');
  return BINARY.test(text) ? content : parseBytes(text);
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
