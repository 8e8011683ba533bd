import { ProtocolError } from '@kassa/primitives';
import { CalcArgumentError } from './calc-argument.ts';
import type { CalcContext, CalcFunction, CalcResult } from './calc-function.ts';
import { CALC_FUNCTIONS } from './calc-table.ts';

/** Longest line of a batch: a message of 64 KiB in hexadecimal and its neighbours fit. */
export const BATCH_LINE_CHARACTERS_MAX = 1_048_576;

/** What became of a calculation. */
export type CalcOutcome =
  | ({ readonly kind: 'answered' } & CalcResult)
  /** An argument is wrong or missing. */
  | { readonly kind: 'bad-usage'; readonly argument: string; readonly error: string }
  /** The arguments are right and the block in them is refused: a wrong MAC, a malformed header. */
  | { readonly kind: 'refused'; readonly error: string };

export function findCalculation(name: string): CalcFunction | undefined {
  return CALC_FUNCTIONS.find((one) => one.name === name);
}

export function calculate(
  calculation: CalcFunction,
  raw: Readonly<Record<string, unknown>>,
  random: CalcContext['random'],
): CalcOutcome {
  try {
    return { kind: 'answered', ...calculation.run(raw, random) };
  } catch (error) {
    if (error instanceof CalcArgumentError) {
      return { kind: 'bad-usage', argument: error.argument, error: error.message };
    }
    if (error instanceof ProtocolError) return { kind: 'refused', error: error.message };
    throw error;
  }
}

/** Answer to one line of a batch: `id` and the answer, or `id` and `error`. */
export type BatchAnswer = Readonly<Record<string, unknown>>;

/** Calculates one line `{ id, function, …arguments }` of a batch; what is wrong with it is its answer. */
export function calculateLine(line: string, random: CalcContext['random']): BatchAnswer {
  if (line.length > BATCH_LINE_CHARACTERS_MAX) {
    return { id: null, error: `expected a line of at most ${BATCH_LINE_CHARACTERS_MAX} characters` };
  }
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    // The parser's own words may quote the line.
    return { id: null, error: 'expected a JSON object, found no JSON' };
  }
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return { id: null, error: 'expected a JSON object, found other JSON' };
  }
  const { id: given, function: name, ...raw }: Readonly<Record<string, unknown>> = { ...entry };
  const id = given ?? null;
  const calculation = typeof name === 'string' ? findCalculation(name) : undefined;
  if (calculation === undefined) {
    const known = CALC_FUNCTIONS.map((one) => one.name).join(', ');
    const found = name === undefined ? 'nothing' : 'another';
    return { id, error: `function: expected one of ${known}, found ${found}` };
  }
  const outcome = calculate(calculation, raw, random);
  return outcome.kind === 'answered' ? { id, ...outcome.answer } : { id, error: outcome.error };
}
