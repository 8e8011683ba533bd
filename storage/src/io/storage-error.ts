/** The kinds of trouble a data file can be in, each with its own way out. */
export type StorageErrorCode =
  | 'newer-version'
  | 'older-version'
  | 'corrupt'
  | 'not-kassa'
  | 'locked'
  | 'read-only'
  | 'full'
  | 'io'
  | 'overloaded'
  | 'stopped';

export interface StorageErrorDetail {
  readonly code: StorageErrorCode;
  /** The file or directory in trouble. */
  readonly path: string;
  /** What is wrong, as a clause that follows the path: `is not a Kassa file`. */
  readonly found: string;
  /** What the reader can do about it: one sentence in the imperative. */
  readonly remedy: string;
}

/** A data file cannot be opened, read or written. Its message says where, what, and what to do. */
export class StorageError extends Error implements StorageErrorDetail {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  readonly path: string;
  readonly found: string;
  readonly remedy: string;

  constructor(detail: StorageErrorDetail, options?: ErrorOptions) {
    super(`${detail.path} ${detail.found}. ${detail.remedy}`, options);
    this.code = detail.code;
    this.path = detail.path;
    this.found = detail.found;
    this.remedy = detail.remedy;
  }
}

/** Codes that need no file-specific words, with what to tell about them. */
const TROUBLES = {
  locked: {
    found: 'is locked by another process',
    remedy: 'Stop the other process, or wait for its backup or audit to end, and try again.',
  },
  'read-only': {
    found: 'cannot be written',
    remedy: 'Give this user write permission to the file and its directory, or choose another directory.',
  },
  full: {
    found: 'is on a full disk',
    remedy: 'Free some space and start again; nothing acknowledged is lost.',
  },
  corrupt: {
    found: 'is damaged',
    remedy: 'Keep a copy of it for analysis, restore the last backup, and run the audit on the result.',
  },
  'not-kassa': {
    found: 'is not a Kassa database',
    remedy: 'Move the file away, or choose another data directory.',
  },
  io: {
    found: 'could not be read or written',
    remedy: 'Check that the path exists and the disk is healthy, then start again.',
  },
} as const;

/** Primary result codes (sqlite.org/rescode.html) and errno names, by the trouble they mean. Extended codes match by prefix. */
const TROUBLE_OF_CODE: readonly (readonly [prefix: string, trouble: keyof typeof TROUBLES])[] = [
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_PROTOCOL', 'locked'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_PERM', 'read-only'],
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
  ['EROFS', 'read-only'],
  ['SQLITE_FULL', 'full'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'not-kassa'],
  ['SQLITE_IOERR', 'io'],
  ['SQLITE_CANTOPEN', 'io'],
  ['ENOENT', 'io'],
  ['ENOTDIR', 'io'],
  ['EISDIR', 'io'],
  ['EEXIST', 'io'],
  ['EIO', 'io'],
  ['EMFILE', 'io'],
  ['ENFILE', 'io'],
];

/**
 * The StorageError that an error of SQLite or of the file system stands for, or undefined when it stands for none: a
 * broken constraint or a wrong statement is a bug of the caller and passes through as it is.
 */
export function storageErrorOf(error: unknown, path: string): StorageError | undefined {
  if (error instanceof StorageError) return error;
  const code = errorCode(error);
  const trouble = TROUBLE_OF_CODE.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (trouble === undefined) return undefined;
  const { found, remedy } = TROUBLES[trouble];
  return new StorageError({ code: trouble, path, found: `${found} (${code})`, remedy }, { cause: error });
}

/** Runs `action`, turning trouble of the file into a StorageError and letting anything else through. */
export function withStorageErrors<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storageErrorOf(error, path) ?? error;
  }
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
