import { fromHex } from '@kassa/primitives';

/** An argument a calculation cannot take. Tells its shape, never what it held: it could be a key, a PIN or a card number. */
export class CalcArgumentError extends Error {
  override readonly name = 'CalcArgumentError';
  readonly argument: string;

  constructor(argument: string, expected: string, found: string) {
    super(`${argument}: expected ${expected}, found ${found}`);
    this.argument = argument;
  }
}

/** What an argument is: how it is written, and what it becomes. */
export interface CalcArgument<Value> {
  readonly help: string;
  /** In words, for help and errors. */
  readonly expected: string;
  /** Taken instead of nothing; null where there has to be something, undefined where nothing is fine. */
  readonly absent: string | null | undefined;
  /** Undefined for what it does not take. */
  readonly parse: (text: string) => Value | undefined;
}

type AnyArguments = Readonly<Record<string, CalcArgument<unknown>>>;

/** Values of a list of arguments, by name. */
export type ValuesOf<Arguments> = {
  readonly [Name in keyof Arguments]: Arguments[Name] extends CalcArgument<infer Value> ? Value : never;
};

/** Bytes in hexadecimal of one of the lengths, or of any. */
export function hex(help: string, ...lengths: readonly number[]): CalcArgument<Uint8Array> {
  const sizes = `${lengths.join(' or ')} bytes in hexadecimal`;
  return {
    help,
    expected: lengths.length === 0 ? 'hexadecimal, two digits a byte' : sizes,
    absent: null,
    parse: (text) => {
      const digits = text.replace(/\s+/g, '');
      if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
      const fits = lengths.length === 0 || lengths.includes(digits.length / 2);
      return fits ? fromHex(digits) : undefined;
    },
  };
}

/** Decimal digits, at least and at most so many. */
export function digits(help: string, min: number, max = min): CalcArgument<string> {
  const pattern = new RegExp(`^\\d{${min},${max}}$`);
  return {
    help,
    expected: min === max ? `${min} digits` : `${min} to ${max} digits`,
    absent: null,
    parse: (text) => (pattern.test(text) ? text : undefined),
  };
}

/** One of some words, in either case. */
export function choice<const Choice extends string>(
  help: string,
  choices: readonly Choice[],
): CalcArgument<Choice> {
  return {
    help,
    expected: choices.join(', '),
    absent: null,
    parse: (text) => choices.find((one) => one.toLowerCase() === text.toLowerCase()),
  };
}

/** Any other form. */
export function text<Value>(
  help: string,
  expected: string,
  parse: (text: string) => Value | undefined,
): CalcArgument<Value> {
  return { help, expected, absent: null, parse };
}

export function optional<Value>(argument: CalcArgument<Value>): CalcArgument<Value | undefined> {
  return { ...argument, absent: undefined };
}

/** @param absent as it would be written. */
export function withDefault<Value>(argument: CalcArgument<Value>, absent: string): CalcArgument<Value> {
  return { ...argument, absent };
}

/** The card number. Its check digit is not looked at: known answers are often of numbers without one. */
export const PAN = digits('card number with its check digit', 8, 19);
export const PIN = digits('PIN', 4, 12);

/** PAN sequence number, tag 5F34 (two digits) or DE 23 (three). */
export const PSN = withDefault(
  text('PAN sequence number', '1 to 3 digits, at most 99', (written) =>
    /^0?\d{1,2}$/.test(written) ? written.slice(-2).padStart(2, '0') : undefined,
  ),
  '00',
);

/**
 * Reads the arguments of a calculation. Numbers of a JSON line count as they are written.
 * @throws CalcArgumentError naming the argument.
 */
export function readArguments<Arguments extends AnyArguments>(
  list: Arguments,
  raw: Readonly<Record<string, unknown>>,
): ValuesOf<Arguments> {
  for (const name of Object.keys(raw)) {
    if (Object.hasOwn(list, name)) continue;
    const shown = /^[A-Za-z][A-Za-z0-9-]{0,19}$/.test(name) ? name : 'an argument';
    throw new CalcArgumentError(shown, `only ${Object.keys(list).join(', ')}`, 'another argument');
  }
  const values = Object.entries(list).map(([name, argument]) => [name, readValue(name, argument, raw[name])]);
  return Object.fromEntries(values) as ValuesOf<Arguments>;
}

function readValue(name: string, argument: CalcArgument<unknown>, raw: unknown): unknown {
  const written = raw === undefined || raw === null ? argument.absent : raw;
  if (written === undefined) return undefined;
  if (written === null) throw new CalcArgumentError(name, argument.expected, 'nothing');
  if (typeof written !== 'string' && typeof written !== 'number') {
    throw new CalcArgumentError(name, argument.expected, `a ${typeof written}`);
  }
  const value = argument.parse(String(written));
  if (value === undefined) throw new CalcArgumentError(name, argument.expected, shapeOf(String(written)));
  return value;
}

function shapeOf(written: string): string {
  const plural = written.length === 1 ? '' : 's';
  if (/^\d+$/.test(written)) return `${written.length} digit${plural}`;
  if (/^[0-9a-f]+$/i.test(written)) return `${written.length} hexadecimal digit${plural}`;
  return `${written.length} character${plural}`;
}
