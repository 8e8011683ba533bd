/** A JSON object whose members are still to be checked. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** JSON from the server that does not have the shape docs/api.md and docs/events.md state. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** @throws ShapeError when the value is not a JSON object. */
export function asRecord(value: unknown, what: string): JsonRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ShapeError(`${what} is not an object`);
  }
  return value as JsonRecord;
}

/** @throws ShapeError when the value is not a list, or one of its items is not as `read` wants it. */
export function asList<T>(value: unknown, what: string, read: (item: JsonRecord) => T): readonly T[] {
  if (!Array.isArray(value)) throw new ShapeError(`${what} is not a list`);
  return value.map((item, index) => read(asRecord(item, `${what}[${index}]`)));
}

/** @throws ShapeError when the member is not a text. */
export function textAt(record: JsonRecord, key: string): string {
  const value = record[key];
  if (typeof value !== 'string') throw new ShapeError(`"${key}" is not a text`);
  return value;
}

/** A text, or null for null and for a member that is not there. @throws ShapeError for anything else. */
export function textOrNullAt(record: JsonRecord, key: string): string | null {
  return record[key] === null || record[key] === undefined ? null : textAt(record, key);
}

/** @throws ShapeError when the member is not a finite number. */
export function numberAt(record: JsonRecord, key: string): number {
  const value = record[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ShapeError(`"${key}" is not a number`);
  return value;
}

/** @throws ShapeError when the member is neither true nor false. */
export function booleanAt(record: JsonRecord, key: string): boolean {
  const value = record[key];
  if (typeof value !== 'boolean') throw new ShapeError(`"${key}" is not true or false`);
  return value;
}

/** @throws ShapeError when the member is not one of the words. */
export function oneOfAt<T extends string>(record: JsonRecord, key: string, words: readonly T[]): T {
  const value = textAt(record, key);
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new ShapeError(`"${key}" is "${value}", not one of ${words.join(', ')}`);
  return word;
}

/** @throws ShapeError when the member is not an object. */
export function recordAt(record: JsonRecord, key: string): JsonRecord {
  return asRecord(record[key], `"${key}"`);
}

/** @throws ShapeError when the member is not a list of such items. */
export function listAt<T>(record: JsonRecord, key: string, read: (item: JsonRecord) => T): readonly T[] {
  return asList(record[key], `"${key}"`, read);
}
