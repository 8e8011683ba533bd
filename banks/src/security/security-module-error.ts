/** Every way a security module says no. */
export type SecurityModuleErrorCode =
  /** No key of that name. */
  | 'unknown-key'
  /** There is one already: nothing is overwritten. */
  | 'key-exists'
  /** The key is for something else. */
  | 'wrong-usage'
  | 'not-exportable'
  /** A key block that does not verify under this key, or is not what was expected. */
  | 'bad-key-block'
  /** The key version has no successor: a new injection is needed. */
  | 'versions-used-up';

export interface SecurityModuleErrorDetail {
  readonly code: SecurityModuleErrorCode;
  readonly key: string;
  readonly message: string;
}

/** A refusal of a security module: it names keys and usages, never a value. */
export class SecurityModuleError extends Error {
  override readonly name = 'SecurityModuleError';
  readonly code: SecurityModuleErrorCode;
  readonly key: string;

  constructor({ code, key, message }: SecurityModuleErrorDetail, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.key = key;
  }
}
