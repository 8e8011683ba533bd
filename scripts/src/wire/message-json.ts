import type { ProtocolError, ProtocolErrorDetail } from '@kassa/primitives';

/** A message as `kassa decode --json` prints it, one to a line. */
export interface MessageJson {
  /** Null where not even that could be read. */
  readonly mti: string | null;
  /** What stands before the error. */
  readonly fields: Readonly<Record<string, string>>;
  readonly error: ErrorJson | null;
}

export interface ErrorJson extends Omit<ProtocolErrorDetail, 'code'> {
  readonly code: string;
}

export function errorJson({ code, path, offset, expected, found }: ProtocolError): ErrorJson {
  return { code, path, offset, expected, found };
}
