export {
  type BatchCommit,
  type BatchCommitOptions,
  type BatchOutcome,
  createBatchCommit,
  overloadedError,
  type Verdict,
} from './io/batch-commit.ts';
export { createGroupCommit, type GroupCommit, type GroupCommitOptions } from './io/group-commit.ts';
export { type DirectoryLock, lockDirectory } from './io/lock-directory.ts';
export {
  type Application,
  type Database,
  type OpenDatabaseOptions,
  type OpenReadOnlyOptions,
  openDatabase,
  openReadOnly,
  type Statement,
} from './io/open-database.ts';
export {
  StorageError,
  type StorageErrorCode,
  type StorageErrorDetail,
  storageErrorOf,
  withStorageErrors,
} from './io/storage-error.ts';
export { GROUP_COMMIT_BATCH_MAX, GROUP_COMMIT_QUEUE_MAX } from './limits.ts';
