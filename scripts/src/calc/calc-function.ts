import { toHex } from '@kassa/primitives';
import { type CalcArgument, readArguments, type ValuesOf } from './calc-argument.ts';

export type CalcAnswer = Readonly<Record<string, string | boolean | null>>;

/** One line of `--explain`: a name, and bytes in hexadecimal or text. */
export interface CalcStep {
  readonly name: string;
  readonly value: string;
}

/** What a calculation is given besides its arguments. */
export interface CalcContext {
  /** Tells an intermediate value. */
  readonly explain: (name: string, value: Uint8Array | string) => void;
  /** Fresh random bytes, for what the user left out. */
  readonly random: (bytes: number) => Uint8Array;
}

export interface CalcResult {
  readonly answer: CalcAnswer;
  readonly steps: readonly CalcStep[];
}

/** A row of the table of calculations. */
export interface CalcFunction {
  readonly name: string;
  readonly about: string;
  readonly arguments: Readonly<Record<string, CalcArgument<unknown>>>;
  /** The argument that may stand without its name. */
  readonly positional: string | undefined;
  /** @throws CalcArgumentError, or ProtocolError for a block that is refused. */
  readonly run: (raw: Readonly<Record<string, unknown>>, random: CalcContext['random']) => CalcResult;
}

interface Definition<Arguments> {
  readonly name: string;
  readonly about: string;
  readonly arguments: Arguments;
  readonly positional?: keyof Arguments & string;
  readonly compute: (values: ValuesOf<Arguments>, context: CalcContext) => CalcAnswer;
}

/** Types of arguments are known inside a row and forgotten outside. */
export function calcFunction<Arguments extends Readonly<Record<string, CalcArgument<unknown>>>>(
  definition: Definition<Arguments>,
): CalcFunction {
  const { name, about, positional, compute } = definition;
  return {
    name,
    about,
    arguments: definition.arguments,
    positional,
    run: (raw, random) => {
      const steps: CalcStep[] = [];
      const explain = (step: string, value: Uint8Array | string): void => {
        steps.push({ name: step, value: typeof value === 'string' ? value : toHex(value) });
      };
      const answer = compute(readArguments(definition.arguments, raw), { explain, random });
      return { answer, steps };
    },
  };
}
