/**
 * States what the program itself guarantees. A failure is a bug, never bad input: bad bytes from a peer are a
 * {@link ProtocolError}, a refusal is a value.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** A broken guarantee of the program: nothing should catch it. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Closes an exhaustive switch: a value that reaches it is a missing case. */
export function unreachable(value: never): never {
  throw new AssertionError(`missing case for ${String(value)}`);
}
