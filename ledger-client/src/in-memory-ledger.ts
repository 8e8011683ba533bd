import { assert, type Clock } from '@kassa/primitives';
import { type Block, createBlock } from './block.ts';
import { decodeOperation } from './canonical.ts';
import { chainText, EMPTY_HASH, rowOf, type Sha256Hex } from './chain.ts';
import { EMPTY_VIEW } from './empty-view.ts';
import { type Entry, outcomeOf } from './entry.ts';
import { type AccountId, type Label, type OperationId, UNMARKED } from './identifiers.ts';
import type { RestorableLedger } from './journal-lines.ts';
import type { JournalEntry, Statement, StatementQuery, Supply, SupplyLine } from './ledger.ts';
import { PAGE_ROWS_MAX, SUBMISSION_OPERATIONS_MAX } from './limits.ts';
import { attestationKey, byLabel, createOverlay, type Overlay, purseKey } from './overlay.ts';
import { type Posting, postingKey } from './posting.ts';
import type {
  Account,
  Attestation,
  Circulation,
  Hold,
  LabelPolicy,
  LedgerView,
  Purse,
  Spending,
  TierPolicy,
} from './view.ts';

export interface InMemoryLedgerOptions {
  /** Stamps entries and decides whether a hold's time is over. */
  readonly clock: Clock;
  readonly sha256: Sha256Hex;
}

type Kept = Entry & { readonly hash: string };

/** Everything a ledger keeps, in maps. */
interface Memory {
  readonly entries: Kept[];
  readonly byId: Map<OperationId, Kept>;
  readonly postings: Map<string, Posting[]>;
  readonly accounts: Map<AccountId, Account>;
  readonly purses: Map<string, Purse>;
  readonly holds: Map<OperationId, Hold>;
  readonly circulations: Map<Label, Circulation>;
  readonly tierPolicies: Map<string, TierPolicy>;
  readonly labelPolicies: Map<Label, LabelPolicy>;
  readonly attestations: Map<string, Attestation>;
  readonly spendings: Map<string, Spending>;
}

/** A ledger kept in memory alone, gone at the end: for tests, simulations and demonstrations. */
export function createInMemoryLedger(options: InMemoryLedgerOptions): RestorableLedger {
  const memory = createMemory();
  const view = viewOf(memory);
  const journal = {
    get lastSequence() {
      return memory.entries.length;
    },
    entry: (id: OperationId) => memory.byId.get(id),
  };
  /** A block of its own for each call: what throws leaves nothing behind. */
  const commit = <T>(act: (block: Block) => T): T => {
    const overlay = createOverlay(view);
    const block = createBlock(overlay, journal);
    const answer = act(block);
    keep(memory, block, overlay, options.sha256);
    return answer;
  };
  return {
    submit: async (operations, { linked = false } = {}) => {
      assert(
        operations.length <= SUBMISSION_OPERATIONS_MAX,
        `a submission is at most ${SUBMISSION_OPERATIONS_MAX} operations`,
      );
      return commit((block) => block.submit(operations, linked, options.clock()));
    },
    restore: async (steps) => commit((block) => block.restore(steps)),
    account: async (id) => memory.accounts.get(id),
    balances: async (id) => view.purses(id),
    hold: async (id) => memory.holds.get(id),
    holdsDue: async (atMs, limit) => holdsDue(memory, atMs, Math.min(limit, PAGE_ROWS_MAX)),
    supply: async () => supplyOf(memory),
    tierPolicy: async (tier) => memory.tierPolicies.get(tier),
    labelPolicy: async (label) => memory.labelPolicies.get(label),
    statement: async (account, query) => statementOf(memory, account, query),
    balanceAt: async (account, label, sequence) =>
      balanceUpTo(memory.postings.get(purseKey(account, label)) ?? [], postingKey(sequence + 1, 0) - 1),
    sequenceAt: async (atMs) => memory.entries.findLast((entry) => entry.atMs <= atMs)?.sequence ?? 0,
    operation: async (id) => {
      const entry = memory.byId.get(id);
      return entry && journalEntryOf(entry);
    },
    readJournal: async (from, limit = PAGE_ROWS_MAX) => {
      const start = Math.max(from, 1) - 1;
      return memory.entries.slice(start, start + Math.min(limit, PAGE_ROWS_MAX)).map(journalEntryOf);
    },
    head: async () => ({
      sequence: memory.entries.length,
      hash: memory.entries.at(-1)?.hash ?? EMPTY_HASH,
    }),
  };
}

function createMemory(): Memory {
  return {
    entries: [],
    byId: new Map(),
    postings: new Map(),
    accounts: new Map(),
    purses: new Map(),
    holds: new Map(),
    circulations: new Map(),
    tierPolicies: new Map(),
    labelPolicies: new Map(),
    attestations: new Map(),
    spendings: new Map(),
  };
}

function viewOf(memory: Memory): LedgerView {
  return {
    account: (id) => memory.accounts.get(id),
    purse: (account, label) =>
      memory.purses.get(purseKey(account, label)) ?? EMPTY_VIEW.purse(account, label),
    purses: (account) =>
      [...memory.purses.values()].filter((purse) => purse.account === account).sort(byLabel),
    hold: (id) => memory.holds.get(id),
    circulation: (label) => memory.circulations.get(label) ?? EMPTY_VIEW.circulation(label),
    tierPolicy: (tier) => memory.tierPolicies.get(tier),
    labelPolicy: (label) => memory.labelPolicies.get(label),
    attestation: (label, condition, subject) =>
      memory.attestations.get(attestationKey(label, condition, subject)),
    spending: (account, label) => memory.spendings.get(purseKey(account, label)),
  };
}

/** Makes a block's entries, lines and values part of the ledger. */
function keep(memory: Memory, { entries, postings }: Block, overlay: Overlay, sha256: Sha256Hex): void {
  for (const entry of entries) {
    const hash = sha256(chainText(memory.entries.at(-1)?.hash ?? EMPTY_HASH, rowOf(entry)));
    const kept = { ...entry, hash };
    memory.entries.push(kept);
    memory.byId.set(entry.id, kept);
  }
  for (const posting of postings) {
    const key = purseKey(posting.account, posting.label);
    const lines = memory.postings.get(key);
    if (lines) lines.push(posting);
    else memory.postings.set(key, [posting]);
  }
  const changed = overlay.changed();
  for (const account of changed.accounts) memory.accounts.set(account.id, account);
  for (const purse of changed.purses) memory.purses.set(purseKey(purse.account, purse.label), purse);
  for (const hold of changed.holds) memory.holds.set(hold.id, hold);
  for (const circulation of changed.circulations) memory.circulations.set(circulation.label, circulation);
  for (const policy of changed.tierPolicies) memory.tierPolicies.set(policy.tier, policy);
  for (const policy of changed.labelPolicies) memory.labelPolicies.set(policy.label, policy);
  for (const each of changed.attestations) {
    memory.attestations.set(attestationKey(each.label, each.condition, each.subject), each);
  }
  for (const each of changed.spendings) memory.spendings.set(purseKey(each.account, each.label), each);
}

function journalEntryOf(entry: Kept): JournalEntry {
  const { sequence, groupSequence, atMs, id, content, hash } = entry;
  const operation = decodeOperation(id, content);
  return { sequence, groupSequence, atMs, operation, outcome: outcomeOf(entry, false), hash };
}

function holdsDue(memory: Memory, atMs: number, limit: number): readonly Hold[] {
  return [...memory.holds.values()]
    .filter((hold) => hold.state === 'open' && hold.expiresAtMs <= atMs)
    .sort((left, right) => left.expiresAtMs - right.expiresAtMs || (left.id < right.id ? -1 : 1))
    .slice(0, limit);
}

function supplyOf(memory: Memory): Supply {
  const byText = (left: Circulation, right: Circulation): number => (left.label < right.label ? -1 : 1);
  const labels = [...memory.circulations.values()].sort(byText).map((circulation) => {
    const purses = [...memory.purses.values()].filter(({ label }) => label === circulation.label);
    const wallets = purses.reduce((sum, { available }) => sum + available, 0n);
    const held = purses.reduce((sum, purse) => sum + purse.held, 0n);
    return { ...circulation, wallets, held };
  });
  const sum = (field: keyof SupplyLine): bigint => labels.reduce((total, line) => total + line[field], 0n);
  const total = {
    issued: sum('issued'),
    redeemed: sum('redeemed'),
    wallets: sum('wallets'),
    held: sum('held'),
  };
  return { total, labels };
}

function statementOf(memory: Memory, account: AccountId, query: StatementQuery = {}): Statement {
  const { label = UNMARKED, fromSequence = 1, toSequence = memory.entries.length } = query;
  const limit = Math.min(query.limit ?? PAGE_ROWS_MAX, PAGE_ROWS_MAX);
  const lines = memory.postings.get(purseKey(account, label)) ?? [];
  const after = Math.max(postingKey(fromSequence, 0) - 1, query.after ?? 0);
  const wanted = lines.filter((line) => keyOf(line) > after && line.sequence <= toSequence);
  const page = wanted.slice(0, limit);
  const last = page.at(-1);
  const opening = balanceUpTo(lines, after);
  return {
    account,
    label,
    opening,
    entries: page.flatMap(({ account: _account, label: _label, ...line }) => {
      const entry = memory.entries[line.sequence - 1];
      if (!entry) return [];
      const { atMs, id: operationId, content } = entry;
      return [{ ...line, atMs, operationId, operationType: decodeOperation(operationId, content).type }];
    }),
    closing: last?.balance ?? opening,
    next: last && wanted.length > page.length ? keyOf(last) : undefined,
  };
}

function keyOf({ sequence, line }: Posting): number {
  return postingKey(sequence, line);
}

function balanceUpTo(lines: readonly Posting[], key: number): bigint {
  return lines.findLast((line) => keyOf(line) <= key)?.balance ?? 0n;
}
