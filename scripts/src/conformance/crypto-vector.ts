import { fromHex, ProtocolError, toHex } from '@kassa/primitives';

/** One entry of `crypto.json`. */
export interface CryptoVector {
  readonly id: string;
  readonly kind: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Answers by their names in the vector: bytes are compared as hexadecimal. */
export type Answers = Readonly<Record<string, Uint8Array | string | number>>;

/** Calculates what a kind of vector expects. */
export type CryptoCheck = (vector: CryptoVector) => Answers;

/** A text of the inputs. @throws Error when the vector has none of that name. */
export function textOf({ inputs }: CryptoVector, name: string): string {
  const value = inputs[name];
  if (typeof value !== 'string') throw new Error(`has no ${name}`);
  return value;
}

export function bytesOf(vector: CryptoVector, name: string): Uint8Array {
  return fromHex(textOf(vector, name));
}

export function numberOf({ inputs }: CryptoVector, name: string): number {
  const value = inputs[name];
  if (typeof value !== 'number') throw new Error(`has no ${name}`);
  return value;
}

export function has({ inputs }: CryptoVector, name: string): boolean {
  return inputs[name] !== undefined && inputs[name] !== null;
}

/**
 * Holds answers against what is expected, one by one: each expected value has to be answered.
 * Says which differs, never what it holds: vectors carry card numbers and PINs.
 */
export function compareAnswers({ expected }: CryptoVector, answers: Answers): void {
  const names = Object.keys(expected);
  if (names.length === 0) throw new Error('expects nothing');
  for (const name of names) {
    const answer = answers[name];
    if (answer === undefined) throw new Error(`${name}: not calculated`);
    if (plain(answer) !== plain(expected[name])) throw new Error(`${name}: differs`);
  }
}

function plain(value: unknown): string {
  return (value instanceof Uint8Array ? toHex(value) : String(value)).toUpperCase();
}

/** The path of the error that has to come. @throws Error when none comes. */
export function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProtocolError) return error.path;
    throw error;
  }
  throw new Error('was not refused');
}
