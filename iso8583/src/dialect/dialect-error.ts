/** A dialect table that contradicts itself. A mistake of whoever wrote the table, never of a peer. */
export class DialectError extends Error {
  override readonly name = 'DialectError';
  /** The key at fault: `fields.35.max`. */
  readonly key: string;

  constructor(key: string, problem: string, options?: ErrorOptions) {
    super(`${key}: ${problem}`, options);
    this.key = key;
  }
}
