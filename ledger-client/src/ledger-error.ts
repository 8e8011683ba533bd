import type { OperationId } from './identifiers.ts';

/**
 * It is not known whether the operations were decided: the connection was lost or the deadline passed in between. Neither
 * yes nor no; submit them again under the same ids, and what was decided is answered as it was.
 */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
  /** What was submitted, in order. */
  readonly ids: readonly OperationId[];

  constructor(ids: readonly OperationId[], why: string, options?: ErrorOptions) {
    super(
      `${why}: whether ${ids.length === 1 ? 'the operation was' : `the ${ids.length} operations were`} decided is unknown. Submit again under the same ${ids.length === 1 ? 'id' : 'ids'}.`,
      options,
    );
    this.ids = ids;
  }
}

/**
 * Another writer has taken the ledger over: nothing of this submission was kept, and this writer will never write again.
 * Each writer raises the epoch as it opens the ledger and checks it inside every commit, so two never both write.
 */
export class LedgerFenced extends Error {
  override readonly name = 'LedgerFenced';
  readonly ownEpoch: number;
  readonly currentEpoch: number;

  constructor(ownEpoch: number, currentEpoch: number) {
    super(
      `another writer has taken the ledger over (epoch ${currentEpoch}, this one opened it as ${ownEpoch}); nothing was written. Stop this process, or open the ledger again.`,
    );
    this.ownEpoch = ownEpoch;
    this.currentEpoch = currentEpoch;
  }
}

/** A journal that is not one, or does not follow on the ledger's own. */
export class JournalRefused extends Error {
  override readonly name = 'JournalRefused';
}
