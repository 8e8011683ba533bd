import { ProtocolError, type ProtocolErrorCode } from '@kassa/primitives';

/** A {@link ProtocolError} in one line. `found` must never hold content of a field: lengths and shapes only. */
export function problem(
  code: ProtocolErrorCode,
  path: string,
  offset: number,
  expected: string,
  found: string,
): ProtocolError {
  return new ProtocolError({ code, path, offset, expected, found });
}

export function truncated(
  path: string,
  offset: number,
  neededBytes: number,
  leftBytes: number,
): ProtocolError {
  return problem(
    'truncated',
    path,
    offset,
    countOf(neededBytes, 'byte'),
    `${countOf(leftBytes, 'byte')} left`,
  );
}

/** `1 byte`, `2 bytes`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
