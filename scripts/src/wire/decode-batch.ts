import {
  compileDialect,
  type Dialect,
  DialectError,
  dialectFromSpec,
  dialects,
  type Framing,
  framingFromSpec,
} from '@kassa/iso8583';
import { fromHex } from '@kassa/primitives';
import { CommandFailure } from '../failure.ts';
import { type ErrorJson, errorJson, type MessageJson } from './message-json.ts';
import { readMessages } from './read-messages.ts';

/** What became of one line of a batch. */
export interface BatchAnswer extends MessageJson {
  readonly name: string | null;
}

interface Wanted {
  readonly dialect: Dialect;
  readonly framing: Framing | undefined;
  readonly bytes: Uint8Array;
}

/** A line that says nothing that could be decoded. */
class BatchLineError extends Error {
  readonly detail: ErrorJson;

  constructor(detail: Pick<ErrorJson, 'path' | 'expected' | 'found'>, options?: ErrorOptions) {
    super(`${detail.path}: expected ${detail.expected}, found ${detail.found}`, options);
    this.detail = { code: 'bad-input', ...detail, offset: 0 };
  }
}

/**
 * Decodes one line `{ name, spec | dialect, hex }`; values are exact, nothing is masked. A `spec` that names a framing
 * has its one frame taken off first; one without `fields` decodes the body as ISO 8583:1987 in ASCII. A line that
 * cannot be tried answers with the error code `bad-input`.
 * @param dialectNamed finds a dialect by name or file. @throws CommandFailure where there is none.
 */
export function decodeBatchLine(line: string, dialectNamed: (name: string) => Dialect): BatchAnswer {
  let name: string | null = null;
  try {
    const entry = objectOf(line);
    if (typeof entry.name === 'string') name = entry.name;
    return { name, ...decode(wantedOf(entry, dialectNamed)) };
  } catch (error) {
    if (!(error instanceof BatchLineError)) throw error;
    return { name, mti: null, fields: {}, error: error.detail };
  }
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch (error) {
    // The parser's own words may quote the line.
    throw new BatchLineError({ path: '', expected: 'a JSON object', found: 'no JSON' }, { cause: error });
  }
  if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) return { ...entry };
  throw new BatchLineError({ path: '', expected: 'a JSON object', found: 'other JSON' });
}

function wantedOf(entry: Readonly<Record<string, unknown>>, dialectNamed: (name: string) => Dialect): Wanted {
  const { spec, dialect, hex } = entry;
  if (typeof hex !== 'string')
    throw new BatchLineError({ path: 'hex', expected: 'hexadecimal', found: 'no text' });
  const digits = hex.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    throw new BatchLineError({
      path: 'hex',
      expected: 'hexadecimal, two digits a byte',
      found: 'something else',
    });
  }
  const bytes = fromHex(digits);
  try {
    if (typeof dialect === 'string') return { dialect: dialectNamed(dialect), framing: undefined, bytes };
    if (typeof spec !== 'object' || spec === null) {
      throw new BatchLineError({
        path: 'spec',
        expected: 'a dialect, or the name of one in "dialect"',
        found: 'neither',
      });
    }
    const framing = 'framing' in spec ? framingFromSpec(spec) : undefined;
    const isFramingOnly = framing !== undefined && !('fields' in spec);
    return { dialect: isFramingOnly ? dialects.iso1987Ascii : dialectFromSpec(spec), framing, bytes };
  } catch (error) {
    if (error instanceof DialectError) {
      throw new BatchLineError(
        { path: `spec.${error.key}`, expected: 'a dialect', found: error.message },
        { cause: error },
      );
    }
    if (error instanceof CommandFailure) {
      throw new BatchLineError(
        { path: 'dialect', expected: 'a dialect', found: error.message },
        { cause: error },
      );
    }
    throw error;
  }
}

function decode({ dialect, framing, bytes }: Wanted): MessageJson {
  const { bodies, error: frameError } = readMessages(bytes, framing);
  const [body, second] = bodies;
  if (body === undefined) {
    return { mti: null, fields: {}, error: frameError === null ? null : errorJson(frameError) };
  }
  const { message, error } = compileDialect(dialect).inspect(body);
  const problem = error ?? frameError;
  return {
    mti: message.mti === '' ? null : message.mti,
    fields: message.fields,
    error: problem !== null ? errorJson(problem) : second === undefined ? null : moreThanOne(bodies),
  };
}

function moreThanOne(bodies: readonly Uint8Array[]): ErrorJson {
  return {
    code: 'trailing-data',
    path: 'frame',
    offset: 0,
    expected: 'one frame',
    found: `${bodies.length} frames`,
  };
}
