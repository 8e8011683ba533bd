import { type Block, createBlock } from '../../block.ts';
import type { Entry } from '../../entry.ts';
import type { OperationId } from '../../identifiers.ts';
import { type Changed, createOverlay } from '../../overlay.ts';
import type { Job } from './batch-queue.ts';
import type { Loaded } from './load-rows.ts';
import type { RememberedState } from './remembered-state.ts';
import { isEmpty, type WantedKeys, wantLikely } from './wanted-keys.ts';

/** A batch with the answers of the rules, not yet written. */
export interface DecidedBatch {
  readonly block: Block;
  readonly changed: Changed;
  /** In the order of the jobs. */
  readonly answers: readonly Answer[];
}

type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

export interface DecideBatchOptions {
  readonly batch: readonly Job[];
  readonly state: RememberedState;
  /** Of the journal before this batch. */
  readonly lastSequence: number;
  /** Entries on their way to the journal. */
  readonly pending: ReadonlyMap<OperationId, Entry>;
  load(wanted: WantedKeys): Promise<Loaded>;
}

/**
 * Reads what a batch is likely to need and lets the rules decide it; where they ask for a row that was not read, it is read and
 * all is decided anew. Every round reads at least one more row, so this ends.
 */
export async function decideBatch(options: DecideBatchOptions): Promise<DecidedBatch> {
  const { batch, state, lastSequence, pending, load } = options;
  state.forgetLists();
  const entries = new Map<OperationId, Entry>();
  const read = async (wanted: WantedKeys): Promise<void> => {
    const loaded = await load(wanted);
    state.learn(wanted, loaded);
    for (const [id, entry] of loaded.entries) entries.set(id, entry);
  };
  const first = wantedBy(batch, state);
  await read(first);
  for (;;) {
    const overlay = createOverlay(state.view);
    const block = createBlock(overlay, { lastSequence, entry: (id) => pending.get(id) ?? entries.get(id) });
    const answers = batch.map((job) => answerOf(job, block));
    const wanted = state.takeWanted();
    if (isEmpty(wanted)) return { block, changed: overlay.changed(), answers };
    await read(wanted);
  }
}

function wantedBy(batch: readonly Job[], state: RememberedState): WantedKeys {
  for (const { operations } of batch) {
    for (const operation of operations) wantLikely(state.want, operation);
  }
  const wanted = state.takeWanted();
  for (const { operations } of batch) {
    for (const { id } of operations) wanted.entries.add(id);
  }
  return wanted;
}

function answerOf(job: Job, block: Block): Answer {
  try {
    return { ok: true, value: job.run(block) };
  } catch (error) {
    return { ok: false, error };
  }
}
