/** The kinds of wrong bytes, shared by every decoder. */
export type ProtocolErrorCode =
  | 'truncated'
  | 'trailing-data'
  | 'bad-length'
  | 'bad-mti'
  | 'bad-bitmap'
  | 'bad-encoding'
  | 'bad-tlv'
  | 'bad-value'
  | 'unknown-field'
  | 'too-large';

export interface ProtocolErrorDetail {
  readonly code: ProtocolErrorCode;
  /** Where in the structure, outermost first: `55.9F26`. */
  readonly path: string;
  /** Byte offset from the start of what was decoded. */
  readonly offset: number;
  readonly expected: string;
  /** Never a value that could be a card number, track, PIN or key: lengths, codes and shapes only. */
  readonly found: string;
}

/** A peer sent bytes that break the rules: the message or the connection is refused. */
export class ProtocolError extends Error implements ProtocolErrorDetail {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  readonly path: string;
  readonly offset: number;
  readonly expected: string;
  readonly found: string;

  constructor(detail: ProtocolErrorDetail) {
    super(
      `${detail.code} at ${detail.path} (offset ${detail.offset}): expected ${detail.expected}, found ${detail.found}`,
    );
    this.code = detail.code;
    this.path = detail.path;
    this.offset = detail.offset;
    this.expected = detail.expected;
    this.found = detail.found;
  }
}
