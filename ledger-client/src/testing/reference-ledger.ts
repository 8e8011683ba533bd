import type { Clock } from '@kassa/primitives';
import { decodeLabelPolicy, decodeOperation, encodeOperation, firstDifference } from '../canonical.ts';
import { EMPTY_HASH, rowOf } from '../chain.ts';
import type { Entry } from '../entry.ts';
import { type AccountId, type Label, type OperationId, UNMARKED } from '../identifiers.ts';
import { chainHash } from '../io/chain-hash.ts';
import type { JournalEntry, Ledger, Statement, StatementQuery, Supply, SupplyLine } from '../ledger.ts';
import { PAGE_ROWS_MAX } from '../limits.ts';
import type { Operation } from '../operation.ts';
import type { Outcome, Refusal } from '../outcome.ts';
import { type Posting, postingKey } from '../posting.ts';
import { refusalOf } from './reference-checks.ts';
import { emptyState, perform, type State } from './reference-state.ts';

type Recorded = Entry & { readonly operation: Operation };

function stateAfter(recorded: readonly Recorded[]): State {
  const state = emptyState();
  for (const { refusal, operation, atMs, sequence } of recorded) {
    if (!refusal) perform(state, operation, atMs, sequence);
  }
  return state;
}

function answer(entry: Entry, replayed: boolean): Outcome {
  const { id, sequence, atMs, refusal } = entry;
  const facts = { id, sequence, atMs, replayed };
  return refusal ? { ok: false, ...refusal, ...facts } : { ok: true, ...facts };
}

function reused(entry: Entry, differs: string): Outcome {
  const { id, sequence, atMs } = entry;
  return {
    ok: false,
    code: 'id-reused-with-different-content',
    differs,
    id,
    sequence,
    atMs,
    replayed: false,
  };
}

/** What a submission adds to the record, decided one operation after the other. */
function decideAll(
  recorded: readonly Recorded[],
  operations: readonly Operation[],
  linked: boolean,
  atMs: number,
): Recorded[] {
  const isKnown = (id: OperationId): boolean => recorded.some((entry) => entry.id === id);
  const groupSequence = recorded.length + 1;
  const added: Recorded[] = [];
  const add = (operation: Operation, refusal: Refusal | undefined): void => {
    if (isKnown(operation.id) || added.some((entry) => entry.id === operation.id)) return;
    const sequence = recorded.length + added.length + 1;
    const { id } = operation;
    const content = encodeOperation(operation);
    added.push({
      sequence,
      groupSequence: linked ? groupSequence : sequence,
      id,
      atMs,
      content,
      refusal,
      operation,
    });
  };
  let cause = linked ? operations.find((operation) => isKnown(operation.id))?.id : undefined;
  let causeRefusal: Refusal | undefined;
  if (cause === undefined) {
    for (const operation of operations) {
      const twin = added.find((entry) => entry.id === operation.id);
      const refusal = refusalOf(stateAfter([...recorded, ...added]), operation, atMs);
      if (linked && twin ? twin.content !== encodeOperation(operation) : linked && refusal) {
        cause = operation.id;
        causeRefusal = twin ? undefined : refusal;
        break;
      }
      add(operation, refusal);
    }
  }
  if (cause === undefined) return added;
  added.length = 0;
  for (const operation of operations) {
    const isCause = operation.id === cause && causeRefusal !== undefined;
    add(operation, isCause ? causeRefusal : { code: 'linked-failed', cause });
  }
  return added;
}

/**
 * The ledger's rules once more, as plainly as they can be written: keeps only the list of operations and computes
 * everything else from its beginning each time. Slow on purpose; what the engines are compared with.
 */
export function createReferenceLedger(clock: Clock): Ledger {
  const recorded: Recorded[] = [];
  const hashes: string[] = [];
  const state = (): State => stateAfter(recorded);
  const journalEntry = (entry: Recorded): JournalEntry => ({
    sequence: entry.sequence,
    groupSequence: entry.groupSequence,
    atMs: entry.atMs,
    operation: withDefaults(entry.operation),
    outcome: answer(entry, false),
    hash: hashes[entry.sequence - 1] ?? EMPTY_HASH,
  });
  return {
    submit: async (operations, { linked = false } = {}) => {
      const isGroup = linked && operations.length > 1;
      const fresh = decideAll(recorded, operations, isGroup, clock());
      for (const entry of fresh) {
        recorded.push(entry);
        hashes.push(chainHash(hashes.at(-1) ?? EMPTY_HASH, rowOf(entry)));
      }
      const answered = new Set<Recorded>();
      return operations.flatMap((operation) => {
        const entry = recorded.find(({ id }) => id === operation.id);
        if (!entry) return [];
        const differs = firstDifference(entry.content, encodeOperation(operation));
        if (differs !== undefined) return [reused(entry, differs)];
        const isFirst = fresh.includes(entry) && !answered.has(entry);
        answered.add(entry);
        return [answer(entry, !isFirst)];
      });
    },
    account: async (id) => state().accounts.get(id),
    balances: async (id) =>
      [...state().purses.values()]
        .filter((purse) => purse.account === id)
        .sort((left, right) => (left.label < right.label ? -1 : 1)),
    hold: async (id) => state().holds.get(id),
    holdsDue: async (atMs, limit) =>
      [...state().holds.values()]
        .filter((hold) => hold.state === 'open' && hold.expiresAtMs <= atMs)
        .sort((left, right) => left.expiresAtMs - right.expiresAtMs || (left.id < right.id ? -1 : 1))
        .slice(0, limit),
    supply: async () => supplyIn(state()),
    tierPolicy: async (tier) => {
      const operation = state().tiers.get(tier);
      if (!operation) return undefined;
      const { id: _id, type: _type, ...policy } = operation;
      return policy;
    },
    labelPolicy: async (label) => {
      const operation = state().labels.get(label);
      return operation && decodeLabelPolicy(encodeOperation(operation));
    },
    statement: async (account, query) => statementIn(recorded, account, query),
    balanceAt: async (account, label, sequence) =>
      stateAfter(recorded.filter((entry) => entry.sequence <= sequence))
        .lines.filter((line) => line.account === account && line.label === label)
        .reduce((sum, line) => sum + line.amount, 0n),
    sequenceAt: async (atMs) => recorded.filter((entry) => entry.atMs <= atMs).length,
    operation: async (id) => recorded.filter((entry) => entry.id === id).map(journalEntry)[0],
    readJournal: async (from, limit = PAGE_ROWS_MAX) =>
      recorded
        .filter((entry) => entry.sequence >= from)
        .slice(0, limit)
        .map(journalEntry),
    head: async () => ({ sequence: recorded.length, hash: hashes.at(-1) ?? EMPTY_HASH }),
  };
}

/** The journal gives an operation with its defaults written out. */
function withDefaults(operation: Operation): Operation {
  return decodeOperation(operation.id, encodeOperation(operation));
}

function statementIn(
  recorded: readonly Recorded[],
  account: AccountId,
  query: StatementQuery = {},
): Statement {
  const { label = UNMARKED, fromSequence = 1, toSequence = recorded.length, after = 0 } = query;
  const all = stateAfter(recorded).lines.filter((line) => line.account === account && line.label === label);
  const keyOf = ({ sequence, line }: Posting): number => postingKey(sequence, line);
  const wanted = all.filter(
    (line) => keyOf(line) > after && line.sequence >= fromSequence && line.sequence <= toSequence,
  );
  const page = wanted.slice(0, query.limit ?? PAGE_ROWS_MAX);
  const start = Math.max(after, postingKey(fromSequence, 0) - 1);
  const opening = all.filter((line) => keyOf(line) <= start).reduce((sum, line) => sum + line.amount, 0n);
  const last = page.at(-1);
  return {
    account,
    label,
    opening,
    entries: page.map(({ account: _account, label: _label, ...line }) => {
      const entry = recorded[line.sequence - 1];
      return {
        ...line,
        atMs: entry?.atMs ?? 0,
        operationId: entry?.id ?? ('' as OperationId),
        operationType: entry?.operation.type ?? 'open',
      };
    }),
    closing: page.reduce((sum, line) => sum + line.amount, opening),
    next: last && wanted.length > page.length ? keyOf(last) : undefined,
  };
}

function supplyIn(state: State): Supply {
  const purses = [...state.purses.values()];
  const lineOf = (label: Label): SupplyLine & { label: Label } => ({
    label,
    issued: state.issued.get(label) ?? 0n,
    redeemed: state.redeemed.get(label) ?? 0n,
    wallets: purses
      .filter((purse) => purse.label === label)
      .reduce((sum, purse) => sum + purse.available, 0n),
    held: purses.filter((purse) => purse.label === label).reduce((sum, purse) => sum + purse.held, 0n),
  });
  const labels = [...state.issued.keys()].sort().map(lineOf);
  const sum = (pick: (line: SupplyLine) => bigint): bigint =>
    labels.reduce((total, line) => total + pick(line), 0n);
  return {
    total: {
      issued: sum((line) => line.issued),
      redeemed: sum((line) => line.redeemed),
      wallets: sum((line) => line.wallets),
      held: sum((line) => line.held),
    },
    labels,
  };
}
