import { type Clock, unreachable } from '@kassa/primitives';
import type { Entry } from '../block.ts';
import { encodeOperation, firstDifference } from '../canonical.ts';
import { type AccountId, type Label, type OperationId, UNMARKED } from '../identifiers.ts';
import { chainHash, EMPTY_HASH, rowOf } from '../io/chain.ts';
import type { JournalEntry, Ledger, Supply, SupplyLine } from '../ledger.ts';
import { ISSUED_MAX_TIYN, PAGE_ROWS_MAX } from '../limits.ts';
import type { Operation } from '../operation.ts';
import type { Outcome, Refusal } from '../outcome.ts';
import type { Account, Hold, Purse } from '../view.ts';

/** The whole state, computed anew from the accepted operations whenever it is needed. */
interface State {
  readonly accounts: Map<AccountId, Account>;
  readonly purses: Map<string, Purse>;
  readonly holds: Map<OperationId, Hold>;
  readonly issued: Map<Label, bigint>;
  readonly redeemed: Map<Label, bigint>;
}

type Recorded = Entry & { readonly operation: Operation };

/** One question of the rules: the refusal, or undefined when there is nothing to say against the operation. */
type Check = (state: State, operation: Operation, nowMs: number) => Refusal | undefined;

const purseOf = (state: State, account: AccountId, label: Label): Purse =>
  state.purses.get(`${account}/${label}`) ?? { account, label, available: 0n, held: 0n };
const labelOf = (operation: Operation): Label => ('label' in operation && operation.label) || UNMARKED;
const payerOf = (operation: Operation): AccountId | undefined => {
  if (operation.type === 'redeem') return operation.account;
  return operation.type === 'transfer' || operation.type === 'hold' ? operation.payer : undefined;
};
const payeeOf = (operation: Operation): AccountId | undefined => {
  if (operation.type === 'issue') return operation.account;
  return operation.type === 'transfer' || operation.type === 'execute' ? operation.payee : undefined;
};
/** The hold an execute, a release or an expire speaks of. */
const holdOf = (state: State, operation: Operation): Hold | undefined =>
  'hold' in operation ? state.holds.get(operation.hold) : undefined;
/** Accounts that must exist, in the order they are asked for. */
const accountsOf = (operation: Operation): AccountId[] => {
  if (operation.type === 'freeze' || operation.type === 'unfreeze') return [operation.account];
  return [payerOf(operation), payeeOf(operation)].filter((id) => id !== undefined);
};

/** Every check there is, in the documented order; each applies to whatever operation it can be asked of. */
const CHECKS: readonly Check[] = [
  (_, operation) => ('amount' in operation && operation.amount === 0n ? { code: 'zero-amount' } : undefined),
  (_, operation, nowMs) =>
    operation.type === 'hold' && operation.expiresAtMs <= nowMs
      ? { code: 'expiry-in-the-past', expiresAtMs: operation.expiresAtMs }
      : undefined,
  (state, operation) =>
    'hold' in operation && !holdOf(state, operation)
      ? { code: 'unknown-hold', hold: operation.hold }
      : undefined,
  (state, operation) => {
    const hold = holdOf(state, operation);
    if (hold?.state === 'executed') return { code: 'hold-already-executed', hold: hold.id };
    if (hold?.state === 'released') return { code: 'hold-released', hold: hold.id };
    return hold?.state === 'expired' ? { code: 'hold-expired', hold: hold.id } : undefined;
  },
  (state, operation, nowMs) => {
    const hold = holdOf(state, operation);
    if (!hold) return undefined;
    const { id, expiresAtMs } = hold;
    const isOver = expiresAtMs <= nowMs;
    if (operation.type === 'execute' && isOver) return { code: 'hold-expired', hold: id };
    return operation.type === 'expire' && !isOver
      ? { code: 'hold-not-expired', hold: id, expiresAtMs }
      : undefined;
  },
  (state, operation) => {
    const payee = payeeOf(operation);
    const payer = holdOf(state, operation)?.payer ?? payerOf(operation);
    return payee !== undefined && payee === payer
      ? { code: 'accounts-must-differ', account: payee }
      : undefined;
  },
  (state, operation) => {
    const isRedeeming = operation.type === 'redeem' || (operation.type === 'execute' && operation.redeem);
    const label = holdOf(state, operation)?.label ?? labelOf(operation);
    return isRedeeming && label !== UNMARKED ? { code: 'label-may-not-be-redeemed', label } : undefined;
  },
  (state, operation) => {
    const account = accountsOf(operation).find((id) => !state.accounts.has(id));
    return account === undefined ? undefined : { code: 'unknown-account', account };
  },
  (state, operation) => {
    if (operation.type !== 'open') return undefined;
    const { account, kind } = operation;
    const existing = state.accounts.get(account)?.kind ?? kind;
    return existing === kind
      ? undefined
      : { code: 'account-exists-with-different-content', account, differs: 'kind' };
  },
  (state, operation) => {
    const account = payerOf(operation);
    return account !== undefined && state.accounts.get(account)?.frozen
      ? { code: 'payer-frozen', account }
      : undefined;
  },
  (state, operation) => {
    const account = payeeOf(operation);
    return account !== undefined && state.accounts.get(account)?.frozen
      ? { code: 'payee-frozen', account }
      : undefined;
  },
  (state, operation) => {
    const remaining = holdOf(state, operation)?.remaining ?? 0n;
    return operation.type === 'execute' && operation.amount !== undefined && operation.amount > remaining
      ? { code: 'amount-exceeds-hold', remaining, required: operation.amount }
      : undefined;
  },
  (state, operation) => {
    const payer = payerOf(operation);
    if (payer === undefined || !('amount' in operation) || operation.amount === undefined) return undefined;
    const { available } = purseOf(state, payer, labelOf(operation));
    return available < operation.amount
      ? { code: 'insufficient-funds', available, required: operation.amount }
      : undefined;
  },
  (state, operation) => {
    if (operation.type !== 'issue') return undefined;
    const issued = state.issued.get(labelOf(operation)) ?? 0n;
    return issued + operation.amount > ISSUED_MAX_TIYN
      ? { code: 'issued-limit-exceeded', issued, limit: ISSUED_MAX_TIYN }
      : undefined;
  },
];

function refusalOf(state: State, operation: Operation, nowMs: number): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check(state, operation, nowMs);
    if (refusal) return refusal;
  }
  return undefined;
}

function move(state: State, account: AccountId, label: Label, available: bigint, held: bigint): void {
  const purse = purseOf(state, account, label);
  state.purses.set(`${account}/${label}`, {
    account,
    label,
    available: purse.available + available,
    held: purse.held + held,
  });
}

function closeHold(state: State, hold: Hold, to: 'released' | 'expired'): void {
  move(state, hold.payer, hold.label, hold.remaining, -hold.remaining);
  state.holds.set(hold.id, { ...hold, remaining: 0n, state: to });
}

function perform(state: State, operation: Operation): void {
  const label = labelOf(operation);
  const hold = holdOf(state, operation);
  switch (operation.type) {
    case 'open': {
      const { account: id, kind } = operation;
      if (!state.accounts.has(id)) state.accounts.set(id, { id, kind, frozen: false });
      return;
    }
    case 'issue':
      state.issued.set(label, (state.issued.get(label) ?? 0n) + operation.amount);
      move(state, operation.account, label, operation.amount, 0n);
      return;
    case 'transfer':
      move(state, operation.payer, label, -operation.amount, 0n);
      move(state, operation.payee, label, operation.amount, 0n);
      return;
    case 'hold': {
      const { id, payer, amount, expiresAtMs } = operation;
      state.holds.set(id, { id, payer, label, amount, remaining: amount, expiresAtMs, state: 'open' });
      move(state, payer, label, -amount, amount);
      return;
    }
    case 'execute': {
      if (!hold) return;
      const amount = operation.amount ?? hold.remaining;
      move(state, hold.payer, hold.label, 0n, -amount);
      if (operation.payee) move(state, operation.payee, hold.label, amount, 0n);
      else state.redeemed.set(hold.label, (state.redeemed.get(hold.label) ?? 0n) + amount);
      const rest = { ...hold, remaining: hold.remaining - amount };
      state.holds.set(hold.id, rest);
      if (operation.rest === 'keep' && rest.remaining > 0n) return;
      closeHold(state, rest, 'released');
      state.holds.set(hold.id, { ...rest, remaining: 0n, state: 'executed' });
      return;
    }
    case 'release':
      if (hold) closeHold(state, hold, 'released');
      return;
    case 'expire':
      if (hold) closeHold(state, hold, 'expired');
      return;
    case 'redeem':
      state.redeemed.set(label, (state.redeemed.get(label) ?? 0n) + operation.amount);
      move(state, operation.account, label, -operation.amount, 0n);
      return;
    case 'freeze':
    case 'unfreeze': {
      const account = state.accounts.get(operation.account);
      if (account) state.accounts.set(account.id, { ...account, frozen: operation.type === 'freeze' });
      return;
    }
    default:
      unreachable(operation);
  }
}

function stateAfter(recorded: readonly Recorded[]): State {
  const state: State = {
    accounts: new Map(),
    purses: new Map(),
    holds: new Map(),
    issued: new Map(),
    redeemed: new Map(),
  };
  for (const entry of recorded) if (!entry.refusal) perform(state, entry.operation);
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
  if (operation.type === 'execute') return { rest: 'release', ...operation };
  return 'amount' in operation ? { ...operation, label: labelOf(operation) } : operation;
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
