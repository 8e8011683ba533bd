import {
  type Dialect,
  DialectError,
  dialectFromSpec,
  dialects,
  FRAMING_KINDS,
  type Framing,
  frame,
} from '@kassa/iso8583';
import { CommandFailure } from '../../failure.ts';
import { isFile, readBinary } from './read-input.ts';

export const DEFAULT_DIALECT = dialects.iso1987Ascii.name;
export const SUPPLIED: readonly Dialect[] = Object.values(dialects);

/** For `--dialect`. */
export const ABOUT_DIALECT = 'a name of `kassa dialect list`, or a JSON file';
/** For `--framing`. */
export const ABOUT_FRAMING = `${FRAMING_KINDS.join(', ')}; NAME:HEX with a TPDU or base header; "dialect" for the dialect's own`;

/** A supplied dialect, or one from a JSON file. @throws CommandFailure naming what is wrong in the file. */
export function chooseDialect(nameOrFile: string): Dialect {
  const supplied = SUPPLIED.find(({ name }) => name === nameOrFile);
  if (supplied) return supplied;
  if (isFile(nameOrFile)) {
    try {
      return dialectFromSpec(jsonOf(readBinary(nameOrFile).toString('utf8'), nameOrFile));
    } catch (error) {
      if (!(error instanceof DialectError)) throw error;
      throw new CommandFailure(`${nameOrFile}: ${error.message}`, { cause: error });
    }
  }
  const known = SUPPLIED.map(({ name }) => name).join(', ');
  throw new CommandFailure(
    `there is no dialect and no file "${nameOrFile}".\nRemedy: name a JSON file or one of ${known}`,
  );
}

/** A framing by name, with `:` and hexadecimal for its TPDU or base header. @throws CommandFailure */
export function chooseFraming(text: string | undefined, dialect: Dialect): Framing | undefined {
  if (text === undefined) return undefined;
  if (text === 'dialect') return dialect.framing;
  const [name, header] = text.split(':', 2);
  const kind = FRAMING_KINDS.find((known) => known === name);
  if (kind === undefined) {
    throw new CommandFailure(
      `there is no framing "${text}".\nRemedy: name one of ${FRAMING_KINDS.join(', ')}, or dialect`,
    );
  }
  if (header === undefined) return kind;
  const framing: Framing = kind === 'vap' ? { kind, header } : { kind, tpdu: header };
  try {
    frame(framing, new Uint8Array(1));
  } catch (error) {
    if (!(error instanceof DialectError)) throw error;
    throw new CommandFailure(`the framing "${text}" cannot be: ${error.message}`, { cause: error });
  }
  return framing;
}

/** @throws CommandFailure, without a word of the text. */
export function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    throw new CommandFailure(`${where} is not JSON${line === undefined ? '' : `, see line ${line}`}`, {
      cause: error,
    });
  }
}
